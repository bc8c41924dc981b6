import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteInlinePolicyFromPermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  GetInlinePolicyForPermissionSetCommand,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  paginateListAccountsForProvisionedPermissionSet,
} from '@aws-sdk/client-sso-admin';
import { Refused, Transient } from '../../../lib/domain/errors.ts';
import { isGone, sentence } from '../../runtime/errors.ts';
import { type Center, refusedThere } from '../center.ts';

const which = ({ instance }: Center, set: string) => ({ InstanceArn: instance, PermissionSetArn: set });

/** The inline policy of a permission set; empty where it has none. */
export async function policyIn(center: Center, set: string): Promise<string> {
  const { InlinePolicy = '' } = await center.sso.send(new GetInlinePolicyForPermissionSetCommand(which(center, set)));
  return InlinePolicy;
}

/** Accounts in which the role is not yet what the permission set says. */
export async function accountsBehind(center: Center, set: string): Promise<string[]> {
  const asked = { ...which(center, set), ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' } as const;
  const behind: string[] = [];
  for await (const { AccountIds = [] } of paginateListAccountsForProvisionedPermissionSet(
    { client: center.sso },
    asked,
  ))
    behind.push(...AccountIds);
  return behind;
}

/** A write before this one is still on its way; AWS says to try again (PutInlinePolicyToPermissionSet API, ConflictException). */
function unfinished(error: unknown): never {
  if (error instanceof Error && error.name === 'ConflictException')
    throw new Transient(sentence(error), { cause: error });
  return refusedThere(error);
}

function put(center: Center, set: string, text: string): Promise<unknown> {
  const command = which(center, set);
  if (text === '') return center.sso.send(new DeleteInlinePolicyFromPermissionSetCommand(command));
  return center.sso.send(new PutInlinePolicyToPermissionSetCommand({ ...command, InlinePolicy: text }));
}

/** Asks that all accounts get what the permission set says; returns by which name the request is followed. */
async function provision(center: Center, set: string): Promise<string> {
  const everywhere = { ...which(center, set), TargetType: 'ALL_PROVISIONED_ACCOUNTS' } as const;
  const { PermissionSetProvisioningStatus } = await center.sso.send(new ProvisionPermissionSetCommand(everywhere));
  return PermissionSetProvisioningStatus?.RequestId ?? '';
}

/**
 * Gives a permission set another policy and sends it to the accounts. An earlier attempt may have put it and died: then it is only sent
 * there. Null where there is nothing to send: all is as meant, or the permission set is no more.
 */
async function start(center: Center, set: string, rewrite: (standing: string) => string): Promise<string | null> {
  const standing = await policyIn(center, set).catch((error: unknown) => {
    if (isGone(error)) return null;
    throw error;
  });
  if (standing === null) return null;
  const text = rewrite(standing);
  if (text === standing && (await accountsBehind(center, set)).length === 0) return null;
  if (text !== standing) await put(center, set, text).catch(unfinished);
  return provision(center, set).catch(unfinished);
}

/** Looks so often whether the accounts have it: most do within seconds, and reading back tells of the others. */
const looks = 10;
/** Milliseconds between two looks. The first comes sooner: where there are few accounts it takes about a second. */
const [soon, pause] = [700, 2000];

/** Waits until the accounts have it, or for twenty seconds. Throws Refused where AWS says that it failed. */
async function arrived({ sso, instance, oneOfFew }: Center, request: string): Promise<void> {
  const command = { InstanceArn: instance, ProvisionPermissionSetRequestId: request };
  for (let look = 0; look < looks; look++) {
    await sleep(look === 0 ? soon : pause);
    const { PermissionSetProvisioningStatus: now } = await oneOfFew(() =>
      sso.send(new DescribePermissionSetProvisioningStatusCommand(command)),
    );
    if (now?.Status === 'SUCCEEDED') return;
    if (now?.Status === 'FAILED')
      throw new Refused(`it did not reach all accounts: ${now.FailureReason ?? 'IAM Identity Center gives no reason'}`);
  }
}

/** Gives a permission set the policy that `rewrite` makes of the present one, in all its accounts. */
export async function write(
  center: Center,
  set: string,
  rewrite: (standing: string) => string,
): Promise<'changed' | 'as it was'> {
  const request = await center.oneOfFew(() => start(center, set, rewrite));
  if (request === null) return 'as it was';
  await arrived(center, request);
  return 'changed';
}
