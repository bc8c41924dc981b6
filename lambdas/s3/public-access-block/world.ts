/** Block Public Access of the account, which somebody has switched off or left one flag of, and a bucket that is open by that. */
import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Picture } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, World } from '../../../test/contract/worlds.ts';
import { clients } from '../../../test/sandbox/deployment.ts';
import { readBack } from '../../../test/sandbox/finding.ts';
import { byName } from '../../../test/sandbox/sandbox.ts';
import { before, type Made, makeBucket, toldOf, tryBucket } from '../bucket.world.ts';
import { orNone } from '../none.ts';
import type { PublicAccessBlock } from './target.ts';

type Where = Pick<Ground['deployment'], 'client' | 'sandbox'>;
type Flag = 'BlockPublicAcls' | 'BlockPublicPolicy';

/** S3 Control puts the account before the name of its host. */
const control = ({ sandbox }: Pick<Where, 'sandbox'>): S3ControlClient =>
  clients({ ...sandbox, endpoint: byName(sandbox.endpoint) })(S3ControlClient, 'member');

const AccountIdOf = ({ sandbox }: Pick<Where, 'sandbox'>) => ({ AccountId: sandbox.accounts.member });

/** Of the account as it is; null where it has none. */
export async function lookAtAccount(where: Pick<Where, 'sandbox'>): Promise<Picture> {
  const found = await control(where)
    .send(new GetPublicAccessBlockCommand(AccountIdOf(where)))
    .catch(orNone);
  return { block: found?.PublicAccessBlockConfiguration ?? null };
}

/** None at all. */
export const unblock = async (where: Pick<Where, 'sandbox'>): Promise<void> => {
  await control(where).send(new DeletePublicAccessBlockCommand(AccountIdOf(where)));
};

/** One flag, and S3 answers all four. */
export async function leave(where: Pick<Where, 'sandbox'>, flag: Flag): Promise<void> {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
    [flag]: true,
  };
  await control(where).send(new PutPublicAccessBlockCommand({ ...AccountIdOf(where), PublicAccessBlockConfiguration }));
}

/** GuardDuty names who did it, and no bucket. */
export function toldOfAccount(where: Where, made: Made): object {
  const { accessKeyId, name: userName, id: principalId } = made.thief;
  const accessKeyDetails = { accessKeyId, principalId, userType: 'IAMUser', userName };
  return {
    ...toldOf(where, 'Policy:S3/AccountBlockPublicAccessDisabled', made),
    resource: { resourceType: 'AccessKey', accessKeyDetails },
  };
}

/** The bucket that is open, of the one account there is. */
let open: Made | undefined;

const found =
  (state: 'none' | Flag) =>
  async ({ deployment }: Ground): Promise<Finding> => {
    await unblock(deployment);
    open = await makeBucket(deployment, 'by its policy');
    if (state !== 'none') await leave(deployment, state);
    return readBack(toldOfAccount(deployment, open));
  };

const everybody = async (stage: Stage): Promise<Attempts> => tryBucket(stage, open?.bucket ?? '');

export const world: World<PublicAccessBlock> = {
  shapes: {
    'an account without Block Public Access': found('none'),
    'an account with one flag of it': found('BlockPublicAcls'),
  },
  look: lookAtAccount,
  // It holds for the buckets of all other worlds too.
  clear: unblock,
  meddle: (stage) => leave(stage, 'BlockPublicPolicy'),
  trial: {
    try: everybody,
    before,
    held: { 'block-account-public-access': { ...before, anybody: 'denied', partner: 'denied' } },
  },
};
