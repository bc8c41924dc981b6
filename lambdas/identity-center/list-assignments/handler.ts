import { DescribePermissionSetCommand } from '@aws-sdk/client-sso-admin';
import { Refused } from '../../../lib/domain/errors.ts';
import { config } from '../../runtime/environment.ts';
import { sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { shortName } from '../arns.ts';
import { type Assignment, assignmentsOf, type Center, centerOf, setsIn, userIdOf } from '../center.ts';
import type { Person } from '../person/target.ts';
import { type AssignedSet, cannotFrom, factsOf } from './plan.ts';
import { type Assignments, listAssignments } from './step.ts';

interface Described {
  readonly held: AssignedSet;
  readonly unknown: readonly string[];
}

/** A permission set whose name cannot be read goes by its id. */
async function describe(center: Center, set: string, all: readonly Assignment[]): Promise<Described> {
  const own = all.filter(({ permissionSet }) => permissionSet === set);
  const accounts = [...new Set(own.map(({ account }) => account))].toSorted();
  const through = own.every((one) => one.through === 'a group') ? 'a group' : 'the person';
  const which = { InstanceArn: center.instance, PermissionSetArn: set };
  try {
    const { PermissionSet } = await center.oneOfFew(() => center.sso.send(new DescribePermissionSetCommand(which)));
    const { Name = shortName(set), SessionDuration = null } = PermissionSet ?? {};
    return { held: { name: Name, accounts, through, session: SessionDuration }, unknown: [] };
  } catch (error) {
    const name = shortName(set);
    return { held: { name, accounts, through, session: null }, unknown: [`The name of ${name}: ${sentence(error)}`] };
  }
}

async function read(target: Person, session: Session): Promise<Assignments> {
  const center = await centerOf(session);
  const userId = await userIdOf(center, target.id);
  if (!userId) return unread(target, 'the directory of IAM Identity Center has no such user');
  const assignments = await assignmentsOf(center, userId);
  const described = await Promise.all(setsIn(assignments).map((set) => describe(center, set, assignments)));
  return factsOf({
    target,
    ...administration(),
    held: described.map(({ held }) => held),
    unknown: described.flatMap(({ unknown }) => unknown),
  });
}

const unread = ({ id }: Person, because: string): Assignments => ({
  outcome: 'listed',
  facts: [],
  unknown: [`What ${id} may enter: ${because}`],
});

function administration() {
  const { account, management = '' } = config().organizationAdmin ?? {};
  return { management, delegate: account && account !== management ? account : null };
}

/** What only the management account may do cannot be done by the lever either. */
function withoutReading(target: Person, error: unknown): Assignments {
  const { delegate, management } = administration();
  const said = unread(target, sentence(error));
  const refused = delegate && error instanceof Refused;
  return refused ? { ...said, facts: [cannotFrom(delegate, `list what ${target.id} may enter`, management)] } : said;
}

/** What cannot be read is said to be unknown, with the reason: the question goes out all the same. */
export const list = (target: Person, session: Session): Promise<Assignments> =>
  read(target, session).catch((error: unknown) => withoutReading(target, error));

export const handler = serveStep(listAssignments, ({ target, session }) => list(target, session));
