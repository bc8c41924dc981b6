import { GetUserIdCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { Refused } from '../../lib/domain/errors.ts';
import { config } from '../runtime/environment.ts';
import { isDenied, isGone, sentence } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';

/** The organisation's instance of IAM Identity Center. It is in one Region, whatever the Region of a finding. */
export interface Center {
  readonly sso: SSOAdminClient;
  readonly store: IdentitystoreClient;
  readonly instance: string;
  readonly directory: string;
  /** Its APIs together take 20 calls a second (IAM Identity Center user guide, "Quotas"), and a call takes about a tenth of one. */
  readonly oneOfFew: <R>(job: () => Promise<R>) => Promise<R>;
}

const atOnce = 2;

/** Lets so many jobs run side by side; the others wait for their turn. */
function gate(width: number): Center['oneOfFew'] {
  const waiting: (() => void)[] = [];
  let free = width;
  return async (job) => {
    if (free > 0) free--;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

const onlyThere =
  'IAM Identity Center refused: only the management account may do this. Set organizationAdmin.account to it';

/**
 * For `.catch` of a call that an account to which IAM Identity Center was delegated may not make, such as one on a permission set that the
 * management account has too (IAM Identity Center user guide, "Delegated administration"): Refused, in words for a person.
 */
export function refusedThere(error: unknown): never {
  const { account, management } = config().organizationAdmin ?? {};
  if (!isDenied(error) || account === management) throw error;
  throw new Refused(`${onlyThere}, or do it there by hand. (${sentence(error)})`, { cause: error });
}

/** Finds the instance. Throws Refused where the configuration does not name its Region, or there is none of the organisation's. */
export async function centerOf(session: Session): Promise<Center> {
  const { identityCenter: region, management } = config().organizationAdmin ?? {};
  if (!region)
    throw new Refused(
      'Tourniquet: the configuration does not name the Region of IAM Identity Center. Set organizationAdmin.identityCenter.',
    );
  const sso = session.client(SSOAdminClient, region);
  // An account may see one of its own besides the organisation's (ListInstances API); they are ten at most, one page.
  const { Instances = [] } = await sso.send(new ListInstancesCommand({}));
  const found = Instances.find(({ OwnerAccountId }) => OwnerAccountId === management);
  const { InstanceArn: instance, IdentityStoreId: directory } = found ?? {};
  if (!instance || !directory)
    throw new Refused(
      `The organisation has no IAM Identity Center in ${region}: check organizationAdmin.identityCenter and .management.`,
    );
  const store = session.client(IdentitystoreClient, region);
  return { sso, store, instance, directory, oneOfFew: gate(atOnce) };
}

/** The person's id in the directory, by the name they log in with; null where it knows no such person. */
export async function userIdOf({ store, directory }: Center, userName: string): Promise<string | null> {
  const UniqueAttribute = { AttributePath: 'userName', AttributeValue: userName };
  try {
    const command = new GetUserIdCommand({ IdentityStoreId: directory, AlternateIdentifier: { UniqueAttribute } });
    return (await store.send(command)).UserId ?? null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
