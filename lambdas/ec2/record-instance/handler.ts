import { setTimeout } from 'node:timers/promises';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
} from '@aws-sdk/client-ec2';
import { Transient } from '../../../lib/domain/errors.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { seal } from '../../runtime/vault.ts';
import { type Instance, instanceArn } from '../instance/target.ts';
import { hopeless, type Piece, resultOf } from './plan.ts';
import { type InstanceRecorded, recordInstance } from './step.ts';

/** Milliseconds before a throttled read is tried a second and last time: the console calls have small quotas of their own. */
const breath = 1000;

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

type Wanted = (typeof pieces)[number];

/** Reads one piece and seals it, on its own: whatever happens to it must not cost the others. */
async function acquire(
  context: StepContext<Instance>,
  wanted: Wanted,
  attempt: 'first' | 'last' = 'first',
): Promise<Piece> {
  const { target, run, session } = context;
  const { kind, name, read, absent } = wanted;
  try {
    const body = await read(session.client(EC2Client), target.id);
    if (!body) return { kind, absent };
    if (run.mode === 'observe') return { kind, had: 'not sealed' };
    const { account, region } = target;
    const artefact = { incident: run.incident, kind, name, source: instanceArn(target), account, region, body };
    return { kind, had: await seal(context, artefact) };
  } catch (error) {
    if (attempt === 'last' || !(oneOfThree(error) instanceof Transient)) {
      return { kind, error: sentence(error), thrown: error };
    }
    await setTimeout(breath);
    return acquire(context, wanted, 'last');
  }
}

export async function record(context: StepContext<Instance>): Promise<InstanceRecorded> {
  const taken = await Promise.all(pieces.map((wanted) => acquire(context, wanted)));
  const lost = hopeless(taken);
  if (lost) throw lost.cause;
  return resultOf(taken, context.run.mode);
}

export const handler = serveStep(recordInstance, record);
