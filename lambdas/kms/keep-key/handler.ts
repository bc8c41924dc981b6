import { CancelKeyDeletionCommand, DescribeKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { type Key, key } from '../key/target.ts';
import { callsFrom, judge, type KeyCall, planKeep } from './plan.ts';
import { type KeyUse, keepKey } from './step.ts';

async function look(target: Key, session: Session): Promise<KeyUse> {
  const command = new DescribeKeyCommand({ KeyId: key.arn(target) });
  const { KeyMetadata } = await session.client(KMSClient).send(command);
  const { KeyState: state = 'Unavailable', DeletionDate } = KeyMetadata ?? {};
  return { state, deletedFrom: DeletionDate?.toISOString() ?? null };
}

const words: Readonly<Record<KeyCall, string>> = { cancel: 'deletion: cancelled', enable: 'key: enabled' };

async function apply({ from, target, session }: LeverJob<Key, KeyUse>): Promise<Change> {
  const kms = session.client(KMSClient);
  const KeyId = key.arn(target);
  const send: Readonly<Record<KeyCall, () => Promise<unknown>>> = {
    cancel: () => kms.send(new CancelKeyDeletionCommand({ KeyId })),
    enable: () => kms.send(new EnableKeyCommand({ KeyId })),
  };
  const done: string[] = [];
  // One after the other: KMS enables nothing that is to be deleted.
  for (const call of callsFrom(from)) {
    const one = await all([[words[call], send[call]]]);
    if (one.failed.length > 0) return changeOf(done, one.failed);
    done.push(...one.done);
  }
  return changeOf(done, []);
}

/** It stays as it is: what uses the key by then would stop, and what a thief had scheduled would go on. */
const release = async (): Promise<Change> => ({ outcome: 'already-applied' });

export const handler = serveLever(keepKey, {
  look,
  plan: planKeep,
  apply,
  release,
  verify: async ({ now }) => judge(now),
  // Nothing of it is put back, so that nothing differs.
  compared: () => ({}),
});
