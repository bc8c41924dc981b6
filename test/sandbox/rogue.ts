/** Instances that somebody of the small company starts, and whether they run. */
import {
  DescribeInstancesCommand,
  EC2Client,
  type _InstanceType as InstanceType,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import type { Credentials, Deployment } from './deployment.ts';
import type { Attempt } from './estate.ts';

type InAccount = Pick<Deployment, 'client' | 'sandbox'>;

export interface Machine {
  readonly id: string;
  readonly region: string;
}

/** Lets a user start instances and notebooks. */
export async function mayStart({ client }: InAccount, UserName: string): Promise<void> {
  const Statement = [
    { Effect: 'Allow', Action: ['ec2:RunInstances', 'sagemaker:CreateNotebookInstance'], Resource: '*' },
  ];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await client(IAMClient, 'member').send(new PutUserPolicyCommand({ UserName, PolicyName: 'start', PolicyDocument }));
}

/** EC2 of the member account in any Region, by default as its root. */
export function ec2In({ sandbox: { endpoint, accounts } }: InAccount, region: string, as?: Credentials): EC2Client {
  const credentials = as ?? { accessKeyId: accounts.member, secretAccessKey: 'sandbox' };
  return new EC2Client({ endpoint, region, credentials, maxAttempts: 1 });
}

/** Somebody starts one, of a type that mines well, in any Region. */
export async function startAs(deployment: InAccount, as: Credentials, region: string): Promise<Machine> {
  const one = { MinCount: 1, MaxCount: 1, ImageId: 'ami-0123456789abcdef0', InstanceType: 'g5.xlarge' as InstanceType };
  const { Instances } = await ec2In(deployment, region, as).send(new RunInstancesCommand(one));
  return { id: Instances?.[0]?.InstanceId ?? '', region };
}

/** Whether it runs, as EC2 shows it to the account itself. */
export async function isRunning(deployment: InAccount, { id, region }: Machine): Promise<Attempt> {
  const { Reservations } = await ec2In(deployment, region).send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0]?.State?.Name === 'running' ? 'allowed' : 'denied';
}
