/** Other accounts, which use what is shared with them. */
import { randomBytes } from 'node:crypto';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Stage } from '../../test/contract/subject.ts';
import type { Attempt } from '../../test/sandbox/estate.ts';
import { findingAbout } from '../../test/sandbox/finding.ts';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';

/** The root of another account. */
export function foreign({ sandbox: { endpoint, region } }: Pick<Stage, 'sandbox'>, accessKeyId: string): EC2Client {
  return new EC2Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'test' }, maxAttempts: 1 });
}

/** What came of a call that only these errors refuse. Anything else is an error of the sandbox, and thrown. */
export const refusedOrNot = (call: Promise<unknown>, ...errors: readonly string[]): Promise<Attempt> =>
  call.then(
    () => 'allowed' as const,
    (error: Error) => {
      if (errors.includes(error.name)) return 'denied' as const;
      throw error;
    },
  );

const details = {
  Snapshot: (arn: string) => ({ resourceType: 'EBSSnapshot', ebsSnapshotDetails: { snapshotArn: arn } }),
  AMI: (arn: string) => ({ resourceType: 'EC2AMI', ec2ImageDetails: { imageArn: arn } }),
};
const words = { Snapshot: 'snapshot', AMI: 'image' };

/** What Malware Protection finds in a copy (GuardDuty user guide, "Malware Protection for Backup finding types"). */
export function scanned(deployment: { readonly sandbox: Sandbox }, kind: keyof typeof details, id: string) {
  const { region } = deployment.sandbox;
  const type = `Execution:EC2/MaliciousFile!${kind}`;
  const title = `Malicious files were found in ${id}.`;
  const { service, ...finding } = findingAbout(deployment, `i-${randomBytes(8).toString('hex')}`, { type });
  const { action: _, ...seen } = service;
  const resource = details[kind](`arn:aws:ec2:${region}::${words[kind]}/${id}`);
  return { ...finding, title, description: title, resource, service: seen };
}
