import { setTimeout as sleep } from 'node:timers/promises';
import { ModifyDBClusterCommand, ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { Broken, Throttled } from '../../../lib/domain/errors.ts';
import { type Change, changeOf, type Verdict } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { asMeant, type LeverJob, type LeverReading, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { busy } from '../busy.ts';
import { closedGroupIn, ensureClosedGroup, rulesOf } from '../closed-group.ts';
import { withFlags } from '../describe.ts';
import type { Database } from '../kinds.ts';
import { changingIn, planIsolation, reachOf, type Setting, settingsFrom } from './plan.ts';
import { isolateDatabase, Prepared, type Reach } from './step.ts';

type Made = { readonly group: string };
type Job = Omit<LeverJob<Database, Reach>, 'prepared'>;

async function look(target: Database, session: Session): Promise<Reach> {
  const { cluster, instances } = await withFlags(target, session);
  return reachOf(cluster, instances);
}

async function prepare({ id, vpc }: Database, session: Session): Promise<Made> {
  if (!vpc) throw new Broken(`The VPC of ${id} is not known.`);
  return { group: await ensureClosedGroup(vpc, session) };
}

/**
 * Without ApplyImmediately: both settings take effect at once whatever it says, and with it RDS would apply everything else that waits for
 * the maintenance window too (RDS user guide, "Modifying an Amazon RDS DB instance"; Aurora user guide, "Modifying an Amazon Aurora DB cluster").
 */
function set({ on, id, groups, public: flag }: Setting, session: Session): Promise<unknown> {
  const rds = session.client(RDSClient);
  const VpcSecurityGroupIds = groups;
  if (on === 'cluster') return rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: id, VpcSecurityGroupIds }));
  const command = { DBInstanceIdentifier: id, VpcSecurityGroupIds, PubliclyAccessible: flag };
  return rds.send(new ModifyDBInstanceCommand(command));
}

const words = ({ id, groups, public: flag }: Setting): string =>
  [
    id,
    ...(groups ? [`security groups ${groups.join(', ')}`] : []),
    ...(flag === undefined ? [] : [`public: ${flag}`]),
  ].join(', ');

/** Apply and release are the same walk. Groups first: they close it to everybody, and instances may be busy after that. */
async function carryOut({ target, from, to, session }: Job): Promise<Change> {
  const [first, ...rest] = settingsFrom(target, from, to);
  const job = (one: Setting) => [words(one), () => set(one, session).catch(busy)] as const;
  const ahead = await all(first ? [job(first)] : []);
  const after = await all(rest.map(job));
  return changeOf([...ahead.done, ...after.done], [...ahead.failed, ...after.failed]);
}

/** What differs while RDS is still changing it was undone by nobody: it is looked at again later, by the retry of whoever called. */
async function unlessChanging({ target, session }: Pick<Job, 'target' | 'session'>): Promise<void> {
  const { cluster, instances } = await withFlags(target, session);
  const changing = changingIn(cluster, instances);
  if (changing.length > 0)
    throw new Throttled(`RDS is still changing ${changing.join(', ')}: what it has become was not read back yet`);
}

/** Looks after a release, two seconds apart, of which RDS may need about twenty. */
const patience = 15;

/** What RDS does not show as before is not released; it shows that once it is done, and what was deleted meanwhile never. */
async function release(job: Job): Promise<Change> {
  const { target, to, session } = job;
  const change = await carryOut(job);
  for (let turn = 1; settingsFrom(target, await look(target, session), to).length > 0; turn++) {
    if (turn < patience) await sleep(2000);
    else return unlessChanging(job).then(() => change);
  }
  return change;
}

/** As intended, and the group has no rule: somebody may have put one in. */
async function verify({ target, stored, now, session }: LeverReading<Database, Reach>): Promise<Verdict> {
  const group = target.vpc ? await closedGroupIn(target.vpc, session) : null;
  const rules = group ? rulesOf(group) : 0;
  if (rules > 0) return { outcome: 'not-verified', because: `${group?.GroupId} has ${rules} rules and must have none` };
  const verdict = asMeant(stored, now);
  if (verdict.outcome !== 'verified') await unlessChanging({ target, session });
  return verdict;
}

export const handler = serveLever(isolateDatabase, {
  look,
  prepare,
  preparedFrom: (_target, handed) => Prepared.safeParse(handed).data ?? null,
  plan: planIsolation,
  apply: carryOut,
  release,
  verify,
});
