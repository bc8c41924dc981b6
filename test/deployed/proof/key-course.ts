/** A thief disables a key and schedules its deletion: it can be used again by itself, and stays so once the incident is released. */
import { randomBytes } from 'node:crypto';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { Attempt } from '../../sandbox/estate.ts';
import { entry } from '../../sandbox/finding.ts';
import { allEnd, type Decide } from '../credentials/chain.ts';
import { opened, release, until } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

/** The company encrypts with it. */
export async function encrypt(kms: KMSClient, KeyId: string): Promise<Attempt> {
  const command = new EncryptCommand({ KeyId, Plaintext: Buffer.from('a card number') });
  try {
    await kms.send(command);
    return 'allowed';
  } catch (error) {
    if (['DisabledException', 'KMSInvalidStateException'].includes((error as Error).name)) return 'denied';
    throw error;
  }
}

/** By somebody who has left by now. */
export async function tell(
  { sandbox }: Attached,
  eventName: string,
  keyId: string,
  region = sandbox.region,
): Promise<void> {
  const { accounts } = sandbox;
  const word = randomBytes(4).toString('hex');
  const detail = {
    eventID: word,
    eventName,
    eventSource: 'kms.amazonaws.com',
    eventTime: new Date().toISOString(),
    awsRegion: region,
    recipientAccountId: accounts.member,
    requestParameters: { keyId },
    userIdentity: { type: 'IAMUser', userName: `mallory-${word}`, accountId: accounts.member },
  };
  const event = entry('aws.kms', 'AWS API Call via CloudTrail', detail);
  await sandbox.post('/_sandbox/aws-event', { account: accounts.member, region, entry: event });
}

/** What takes two is not wanted here. */
const alone: Decide = ({ needs }) => (needs === 'two' ? 'decline' : 'approve');

export async function playKey(deployment: Attached) {
  const kms = deployment.client(KMSClient, 'member');
  const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? '';
  const before = await encrypt(kms, KeyId);
  await kms.send(new DisableKeyCommand({ KeyId }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  const attacked = await encrypt(kms, KeyId);
  await tell(deployment, 'ScheduleKeyDeletion', KeyId);
  const incident = await opened(deployment, KeyId);
  const kept = await until('the key to be kept', async () =>
    (await encrypt(kms, KeyId)) === 'allowed' ? ('allowed' as const) : undefined,
  );
  const runs = await allEnd(deployment, { incident, words: [KeyId], least: 1, decide: alone });
  const released = await release(deployment, incident);
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  const after = await encrypt(kms, KeyId);
  return { incident, tried: { before, attacked, kept, after }, runs, released, state: KeyMetadata?.KeyState };
}
