import {
  DeletePublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { differences } from '../../../lib/domain/before-state.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import type { Change } from '../../../lib/domain/outcome.ts';
import { isDenied, sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { accountBlock } from '../account-block.ts';
import type { PublicAccessBlock } from '../public-access-block/target.ts';
import { planAccountBlock } from './plan.ts';
import { type AccountBlocked, blockAccountPublicAccess } from './step.ts';

const look = async (target: PublicAccessBlock, session: Session): Promise<AccountBlocked> => ({
  block: await accountBlock(target, session),
});

/** Where a policy of the organisation sets it, no account can change it (Organizations user guide, "Amazon S3 policies"). */
function refused(error: unknown): never {
  if (!isDenied(error)) throw error;
  const words = 'S3 keeps Block Public Access of the account as it is. Where a policy of the organisation sets it';
  throw new Refused(`${words}, change it there. (${sentence(error)})`, { cause: error });
}

/** Blocking and releasing are the same walk, in opposite directions. */
async function write({ target, from, to, session }: LeverJob<PublicAccessBlock, AccountBlocked>): Promise<Change> {
  if (differences(from, to).length === 0) return { outcome: 'already-applied' };
  const control = session.client(S3ControlClient);
  const [AccountId, { block }] = [target.id, to];
  const sent = block
    ? control.send(new PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration: block }))
    : control.send(new DeletePublicAccessBlockCommand({ AccountId }));
  await sent.catch(refused);
  const flags = Object.entries(block ?? {}).flatMap(([flag, on]) => (on ? [flag] : []));
  return { outcome: 'applied', changed: [`${AccountId}: public access block ${flags.join(', ') || 'none'}`] };
}

export const handler = serveLever(blockAccountPublicAccess, {
  look,
  plan: planAccountBlock,
  apply: write,
  release: write,
});
