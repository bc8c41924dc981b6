import { randomBytes } from 'node:crypto';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { readCloudTrail } from '../../../lib/domain/finding/cloudtrail.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, World } from '../../../test/contract/worlds.ts';
import type { Key } from './target.ts';

/** The call, as CloudTrail has it on record. */
function calledIn({ deployment }: Ground, eventName: string, keyId: string): Finding {
  const { accounts, region } = deployment.sandbox;
  const word = randomBytes(4).toString('hex');
  return readCloudTrail(
    {
      eventID: word,
      eventName,
      eventSource: 'kms.amazonaws.com',
      eventTime: new Date().toISOString(),
      awsRegion: region,
      recipientAccountId: accounts.member,
      requestParameters: { keyId },
      userIdentity: { type: 'IAMUser', userName: `mallory-${word}`, accountId: accounts.member },
    },
    null,
  );
}

const newKey = async (kms: KMSClient): Promise<string> =>
  (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? '';

async function disabled(ground: Ground): Promise<Finding> {
  const kms = ground.deployment.client(KMSClient, 'member');
  const KeyId = await newKey(kms);
  await kms.send(new DisableKeyCommand({ KeyId }));
  return calledIn(ground, 'DisableKey', KeyId);
}

async function leaving(ground: Ground): Promise<Finding> {
  const kms = ground.deployment.client(KMSClient, 'member');
  const KeyId = await newKey(kms);
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  return calledIn(ground, 'ScheduleKeyDeletion', KeyId);
}

async function disabledAndLeaving(ground: Ground): Promise<Finding> {
  const kms = ground.deployment.client(KMSClient, 'member');
  const KeyId = await newKey(kms);
  await kms.send(new DisableKeyCommand({ KeyId }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
  return calledIn(ground, 'ScheduleKeyDeletion', KeyId);
}

async function look({ client }: Stage, { id: KeyId }: Key) {
  const { KeyMetadata } = await client(KMSClient, 'member').send(new DescribeKeyCommand({ KeyId }));
  return { state: KeyMetadata?.KeyState, deleted: KeyMetadata?.DeletionDate !== undefined };
}

const refusals = ['DisabledException', 'KMSInvalidStateException'];

/** The company encrypts with it. */
async function encrypt({ client }: Stage, { id: KeyId }: Key): Promise<Attempts> {
  const command = new EncryptCommand({ KeyId, Plaintext: Buffer.from('a card number') });
  const company = await client(KMSClient, 'member')
    .send(command)
    .then(
      () => 'allowed' as const,
      (error: Error) => {
        if (refusals.includes(error.name)) return 'denied' as const;
        throw error;
      },
    );
  return { company };
}

export const world: World<Key> = {
  shapes: {
    'a disabled key': disabled,
    'a key to be deleted': leaving,
    'a disabled key to be deleted': disabledAndLeaving,
  },
  look,
  trial: { try: encrypt, before: { company: 'denied' }, held: { 'keep-key': { company: 'allowed' } } },
};
