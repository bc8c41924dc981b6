import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { Broken } from '../../../lib/domain/errors.ts';
import { heardPartition } from '../../../lib/domain/heartbeat.ts';
import { respondsIn } from '../../../lib/domain/membership.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { rolesVersionTag } from '../../../lib/domain/roles-version.ts';
import { heardItem } from '../../../lib/items/heard.ts';
import { type MemberRoles, memberRolesItem } from '../../../lib/items/member-roles.ts';
import { config, environment } from '../../runtime/environment.ts';
import { isDenied, sentence } from '../../runtime/errors.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { assume } from '../../runtime/session.ts';
import { each } from './each.ts';
import { clockSweep } from './entrance.ts';
import { newsOfRoles, type RolesNews } from './versions.ts';

/** Accounts besides the hub in which Tourniquet may respond: those that are listed, and those whose forwarder was heard. */
async function membersOf({ table }: Work): Promise<string[]> {
  const hub = environment('HUB');
  const heard = heardItem.all(await table.query(heardPartition)).map(({ account }) => account);
  const accounts = new Set([...config().members, ...heard]);
  return [...accounts].filter((account) => account !== hub && respondsIn(account, config()));
}

async function versionIn(work: Work, account: string): Promise<Pick<MemberRoles, 'version' | 'because'>> {
  const { run } = clockSweep.operations;
  const RoleName = `${environment('NAME')}-${run.as}`;
  // IAM is of no Region; its client takes one all the same.
  const place = { partition: environment('PARTITION'), account, region: process.env.AWS_REGION ?? '' };
  const itself = `arn:${place.partition}:iam::${account}:role${environment('ROLE_PATH')}${RoleName}`;
  const reading = { ...run, permissions: [allow('iam:GetRole', () => [itself])] };
  try {
    const session = await assume(work, reading, place, 'roles');
    const { Role } = await session.client(IAMClient).send(new GetRoleCommand({ RoleName }));
    const tag = Role?.Tags?.find(({ Key }) => Key === rolesVersionTag);
    return { version: tag?.Value ?? null, because: '' };
  } catch (error) {
    if (!(error instanceof Broken) && !isDenied(error)) throw error;
    return { version: null, because: sentence(error) };
  }
}

/** Of which version the roles are in each account, and of which people are to be told. */
export async function newsOfMembers(work: Work): Promise<{ news: RolesNews[]; failed: string[] }> {
  const { done, failed } = await each(
    await membersOf(work),
    (account) => `the roles in ${account}`,
    async (account) => {
      const [before, read] = await Promise.all([memberRolesItem.find(work.table, account), versionIn(work, account)]);
      const item = { account, ...read, needed: environment('ROLES_VERSION'), readAt: work.now() };
      return newsOfRoles(before, item, config());
    },
  );
  return { news: done, failed };
}

/** Once people are told: a page that failed is tried again. A denial, and the command line, say it from here. */
export async function rememberMembers(work: Work, news: readonly RolesNews[]): Promise<void> {
  await each(
    news,
    ({ item: { account } }) => account,
    ({ item: { account, version, needed, because, readAt } }) =>
      work.table.update(memberRolesItem.key(account), {
        UpdateExpression:
          'SET #account = :account, #version = :version, needed = :needed, because = :because, readAt = :now, v = :v',
        ExpressionAttributeNames: { '#account': 'account', '#version': 'version' },
        ExpressionAttributeValues: {
          ':account': account,
          ':version': version,
          ':needed': needed,
          ':because': because,
          ':now': readAt,
          ':v': memberRolesItem.v,
        },
      }),
  );
}
