import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
} from '@aws-sdk/client-ec2';
import type { Recorded } from '../../../lib/domain/recorded.ts';
import { acquireAll } from '../../runtime/acquire.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { type Instance, instanceArn } from '../instance/target.ts';
import { recordInstance } from './step.ts';

const decoded = (base64: string | undefined): Uint8Array | null => (base64 ? Buffer.from(base64, 'base64') : null);

async function metadata(ec2: EC2Client, InstanceId: string): Promise<Uint8Array | null> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  const listed = Reservations?.[0]?.Instances?.[0];
  return listed ? Buffer.from(JSON.stringify(listed, null, 2)) : null;
}

/** The console as it is now; only Nitro instances have that, the others what was kept of their last start (GetConsoleOutput API). */
async function consoleOutput(ec2: EC2Client, InstanceId: string): Promise<Uint8Array | null> {
  try {
    return decoded((await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }))).Output);
  } catch (error) {
    if (!(error instanceof Error) || !/^Unsupported/.test(error.name)) throw error;
    return decoded((await ec2.send(new GetConsoleOutputCommand({ InstanceId }))).Output);
  }
}

/** Without WakeUp: that would be a key press on the attacker's screen. */
const screenshot = async (ec2: EC2Client, InstanceId: string): Promise<Uint8Array | null> =>
  decoded((await ec2.send(new GetConsoleScreenshotCommand({ InstanceId }))).ImageData);

/** May hold secrets: the bytes go into the vault and nowhere else. */
async function userData(ec2: EC2Client, InstanceId: string): Promise<Uint8Array | null> {
  const { UserData } = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }));
  return decoded(UserData?.Value);
}

const pieces = [
  {
    kind: 'instance-metadata',
    name: 'metadata.json',
    read: metadata,
    absent: 'EC2 answered: the instance no longer exists',
  },
  {
    kind: 'console-output',
    name: 'console-output.txt',
    read: consoleOutput,
    absent: 'EC2 answered: there is no console output',
  },
  {
    kind: 'console-screenshot',
    name: 'screenshot.jpg',
    read: screenshot,
    absent: 'EC2 answered: there is no screenshot',
  },
  { kind: 'user-data', name: 'user-data.txt', read: userData, absent: 'the instance has no user data' },
] as const;

/** Throws only where nothing at all could be had. */
export const record = (context: StepContext<Instance>): Promise<Recorded> =>
  acquireAll(
    context,
    instanceArn(context.target),
    pieces.map(({ read, ...rest }) => ({ ...rest, read: ({ id }, session) => read(session.client(EC2Client), id) })),
  );

export const handler = serveStep(recordInstance, record);
