import { AssumeRoleCommand, AssumeRootCommand, type Credentials, STSClient } from '@aws-sdk/client-sts';
import { Broken, Refused } from '../../lib/domain/errors.ts';
import { byKind, statements } from '../../lib/domain/permission.ts';
import type { Place } from '../../lib/domain/resource.ts';
import { deployRolesWords, sameRoles, versionWords } from '../../lib/domain/roles-version.ts';
import { sessionName } from '../../lib/domain/session-name.ts';
import type { Operation, RoleClass } from '../../lib/domain/step.ts';
import { memberRolesItem } from '../../lib/items/member-roles.ts';
import type { ClientOptions, Connects } from './clients.ts';
import { config, environment } from './environment.ts';
import { isDenied, sentence } from './errors.ts';
import { openTable } from './table.ts';

export { sessionName } from '../../lib/domain/session-name.ts';

/** The ARN of a member role. */
export const memberRole = (as: RoleClass, account: string): string =>
  `arn:${environment('PARTITION')}:iam::${account}:role${environment('ROLE_PATH')}${environment('NAME')}-${as}`;

/** Constructs clients that act in the target's account, and in its Region where no other is named. */
export interface Session {
  /**
   * A client with the session's credentials; its calls are recorded for the contract suite.
   *
   * @example
   * await session.client(EC2Client).send(new DescribeVolumesCommand({ VolumeIds }));
   * await session.client(IAMClient, 'us-east-1').send(new GetUserCommand({ UserName }));
   * @throws Broken in a step that declares no permissions.
   */
  client<C extends object>(Client: new (options: ClientOptions) => C, region?: string): C;
}

/** IAM's limit for an inline session policy, in characters (IAM and STS quotas). */
const policyLimit = 2048;
const shortest = 900;

/**
 * The policies that fit, the narrowest first: one that names the target, and one that names its kinds, since an attacker can attach many interfaces. STS packs them in a way
 * that nobody knows beforehand, and may refuse one that is short enough (STS API reference, AssumeRole, PackedPolicyTooLarge).
 */
function sessionPolicies<T extends Place>(operation: Operation<T>, target: T): [string, ...string[]] {
  const narrow = statements(operation.permissions, target);
  // A session without a right is still a session; IAM takes no policy without a statement.
  const nothing = { Effect: 'Deny', Action: '*', Resource: '*' };
  const write = (Statement: object[]): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: Statement.length > 0 ? Statement : [nothing] });
  const policies = [write(narrow), write(byKind(narrow))];
  const [first, ...others] = policies.filter((policy) => policy.length <= policyLimit);
  if (first) return [first, ...others.filter((one) => one !== first)];
  throw new Broken(`Tourniquet: the session policy has ${policies[1]?.length} characters; IAM accepts ${policyLimit}.`);
}

/** The account in which an operation acts. */
function accountOf<T extends Place>(operation: Operation<T>, target: T): string {
  if (operation.in !== 'organization') return target.account;
  const { organizationAdmin } = config();
  if (organizationAdmin) return organizationAdmin.account;
  throw new Refused(
    'Tourniquet: the configuration names no account that administers the organisation. Set organizationAdmin.',
  );
}

/**
 * Assumes the member role of the operation's class, narrowed to the operation's permissions on this one target. The session is named
 * after the run, so the account's own CloudTrail shows which run did what.
 */
export async function assume<T extends Place>(
  work: Connects,
  operation: Operation<T>,
  target: T,
  run: string,
): Promise<Session> {
  return (await openSession(work, operation, target, run)).session;
}

/** The same, and how much of its room the session's policy takes, in per cent (STS API reference, AssumeRole, PackedPolicySize). */
export async function openSession<T extends Place>(
  work: Connects,
  operation: Operation<T>,
  target: T,
  run: string,
): Promise<{ readonly session: Session; readonly packed: number | null }> {
  const role = `${environment('NAME')}-${operation.as}`;
  const account = accountOf(operation, target);
  const sts = work.client(STSClient);
  const [narrow, wider] = sessionPolicies(operation, target);
  const entering = (Policy: string) =>
    sts.send(
      new AssumeRoleCommand({
        RoleArn: memberRole(operation.as, account),
        RoleSessionName: sessionName(run),
        Policy,
        DurationSeconds: shortest,
      }),
    );
  const entered = entering(narrow).catch((error: unknown) => {
    const tooLarge = error instanceof Error && error.name.startsWith('PackedPolicyTooLarge');
    if (!tooLarge || !wider) throw error;
    return entering(wider);
  });
  const { Credentials: given, PackedPolicySize: packed = null } = await entered.catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    const advice = `Deploy the member stack into account ${account}, or check its trust.`;
    throw new Broken(`STS refused to assume the role ${role}. ${advice} (${sentence(error)})`, { cause: error });
  });
  const session = sessionOf(work, given, target.region);
  return { session: explaining(work, session, role, account), packed };
}

type Next = (args: unknown) => Promise<unknown>;

/** The little of an SDK client that this needs; every `@aws-sdk/client-*` class has it. */
interface Stacked {
  readonly middlewareStack?: {
    add(middleware: (next: Next) => Next, options: { step: 'initialize'; name: string; override: true }): void;
  };
}

/** Why a role may not, as far as the last daily check knows; read only once AWS has said no, so that nothing waits for it. */
async function reasonOf({ client }: Connects, account: string): Promise<string> {
  const roles = await memberRolesItem.find(openTable(client), account).catch(() => null);
  const doctor = `doctor --account ${account}`;
  if (!roles) return `its roles are older than the hub, or its organisation forbids it (${doctor})`;
  const needed = environment('ROLES_VERSION');
  if (sameRoles(roles.version, needed)) return `its organisation forbids it, or somebody changed the role (${doctor})`;
  return `it has ${versionWords(roles.version)}, the hub needs ${needed}. Deploy them: ${deployRolesWords(config(), account)}`;
}

/**
 * What a member role does not allow, its older version may not know yet: a new version of the hub comes first, and members follow one by one. AWS
 * only says no; so the words say whose no it is, and why. They stand first: of AWS's own the end is cut.
 */
function explaining(work: Connects, session: Session, role: string, account: string): Session {
  const who = `${role} in ${account} may not: `;
  const middleware =
    (next: Next): Next =>
    (args) =>
      next(args).catch(async (error: unknown) => {
        if (error instanceof Error && isDenied(error) && !error.message.startsWith(who))
          error.message = `${who}${await reasonOf(work, account)}. ${error.message}`;
        throw error;
      });
  return {
    client: (Client, region) => {
      const client = session.client(Client, region);
      const { middlewareStack } = client as Stacked;
      middlewareStack?.add(middleware, { step: 'initialize', name: 'explainDenial', override: true });
      return client;
    },
  };
}

function sessionOf({ client }: Connects, given: Credentials | undefined, home: string): Session {
  if (!given?.AccessKeyId || !given.SecretAccessKey) throw new Broken('STS answered without credentials.');
  const credentials = {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    ...(given.SessionToken && { sessionToken: given.SessionToken }),
  };
  return {
    client: (Client, region = home) => client(Client, { region, credentials }),
  };
}

/**
 * A session of the root user of a member account, limited to one of the tasks that AWS defines for it (IAM user guide, "Perform a
 * privileged task on an AWS Organizations member account"). `session` is of the account that administers the organisation. STS answers
 * this only in a Region, which the SDK's clients always name, and for 15 minutes at most. Null, with AWS's words, where it is refused: root
 * access is not managed centrally then, or not from there.
 */
export async function assumeRoot(
  work: Connects,
  session: Session,
  target: Place,
  task: string,
): Promise<{ readonly root: Session; readonly because: '' } | { readonly root: null; readonly because: string }> {
  const { account: TargetPrincipal, region } = target;
  const request = new AssumeRootCommand({ TargetPrincipal, TaskPolicyArn: { arn: task }, DurationSeconds: shortest });
  try {
    const { Credentials } = await session.client(STSClient).send(request);
    return { root: sessionOf(work, Credentials, region), because: '' };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { root: null, because: sentence(error) };
  }
}
