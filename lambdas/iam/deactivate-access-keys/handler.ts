import { IAMClient, ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { isGone } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { AccessKey, User } from '../user/target.ts';
import { beforeStateFrom, left, planDeactivation, statusesOf, stillActive, toGiveBack, verdictOf } from './plan.ts';
import { deactivateAccessKeys, type KeyStatuses } from './step.ts';

type Job = LeverJob<User, KeyStatuses>;
type Status = Pick<AccessKey, 'id' | 'status'>;

/** A user has two keys at most (IAM quotas): one page. */
async function look({ id: UserName }: User, session: Session): Promise<KeyStatuses> {
  const { AccessKeyMetadata = [] } = await session.client(IAMClient).send(new ListAccessKeysCommand({ UserName }));
  return statusesOf(
    AccessKeyMetadata.map(({ AccessKeyId = '', Status }) => ({
      id: AccessKeyId,
      status: Status === 'Active' ? 'Active' : 'Inactive',
    })),
  );
}

/** Sets each key's status, the first one first. A key that is deleted since can do no harm, and cannot be given back. */
async function set(statuses: readonly Status[], { id: UserName }: User, session: Session): Promise<Change> {
  const iam = session.client(IAMClient);
  const gone = new Set<string>();
  const job = async ({ id, status: Status }: Status): Promise<void> => {
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status })).catch((error: unknown) => {
      if (!isGone(error)) throw error;
      gone.add(id);
    });
  };
  const { done, failed } = await all(statuses.map((one) => [one.id, () => job(one)]));
  const newStatus = new Map(statuses.map(({ id, status }) => [id, status.toLowerCase()]));
  return changeOf(
    done.map((id) => `${id}: ${gone.has(id) ? 'deleted since' : newStatus.get(id)}`),
    failed,
  );
}

export const handler = serveLever(deactivateAccessKeys, {
  look,
  beforeStateFrom: beforeStateFrom,
  plan: planDeactivation,
  apply: ({ from, to, target, session }: Job) => {
    const keys = stillActive(from, to, target.key);
    return set(
      keys.map((id) => ({ id, status: 'Inactive' })),
      target,
      session,
    );
  },
  release: ({ from, to, target, session }: Job) => set(toGiveBack(from, to), target, session),
  left,
  verify: async ({ stored, now }) => verdictOf(stored.ours, now),
});
