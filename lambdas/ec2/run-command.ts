import { allow, type Permission } from '../../lib/domain/permission.ts';
import { type Instance, instanceArn } from './instance/target.ts';

/** What the agent runs on. */
export type Platform = 'Linux' | 'Windows';

/** AWS's own documents that run a script as root or SYSTEM (Systems Manager guide, "Run Command documents"). */
export const documents: Readonly<Record<Platform, string>> = {
  Linux: 'AWS-RunShellScript',
  Windows: 'AWS-RunPowerShellScript',
};

const documentArns = ({ partition, region }: Instance): string[] =>
  Object.values(documents).map((name) => `arn:${partition}:ssm:${region}::document/${name}`);

/** To run a script on the one instance, and to read what came of it: of that the calls name no instance that IAM knows. */
export const runningCommands: readonly Permission<Instance>[] = [
  allow('ssm:DescribeInstanceInformation'),
  allow('ssm:SendCommand', (target) => [instanceArn(target), ...documentArns(target)]),
  allow('ssm:GetCommandInvocation'),
];
