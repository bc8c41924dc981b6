import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { Transient } from '../../../lib/domain/errors.ts';
import { type Finding, keyAmongAll } from '../../../lib/domain/finding/finding.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { every, type Place } from '../../../lib/domain/resource.ts';
import { worse } from '../../../lib/domain/severity.ts';
import { adviceItem } from '../../../lib/items/advice.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import { runItem } from '../../../lib/items/run.ts';
import { oneOfThree } from '../../runtime/errors.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { assume } from '../../runtime/session.ts';
import { ownDeployment } from '../own-deployment.ts';
import { isOurRole } from '../untouchable.ts';
import { openIncident } from './entrance.ts';

interface OurSession {
  readonly session: string;
  readonly role: string;
  readonly id: string | null;
  readonly account: string;
}

/** The session a finding is about, when it is about a role of the name of ours in an account of ours. */
function ourSession({ targets, account: home }: Finding): OurSession | null {
  const [ours] = targets.flatMap(({ principal, account: own }) => {
    const account = own ?? home ?? '';
    const { name: role, session, id } = principal ?? {};
    return role && session && isOurRole(role, account, ownDeployment())
      ? [{ session, role, id: id ?? null, account }]
      : [];
  });
  return ours ?? null;
}

/**
 * Whether the role that acted is ours, and not another that was given its name: IAM never gives an id twice (its user guide, "IAM identifiers").
 * What cannot be read is not taken for ours: then people are told.
 */
async function isVeryRole(work: Work, { partition, region }: Finding, { role, id, account, session }: OurSession) {
  if (!id) return false;
  const permissions = [allow('iam:GetRole', (place: Place) => every(place, 'iam', 'role'))];
  const place = { partition, account, region: region ?? '' };
  try {
    const entered = await assume(work, { ...openIncident.operations.run, permissions }, place, session);
    const { Role } = await entered.client(IAMClient).send(new GetRoleCommand({ RoleName: role }));
    return Role?.RoleId === id;
  } catch (error) {
    if (oneOfThree(error) instanceof Transient) throw error;
    logger.warn('The role that acted could not be read', error as Error);
    return false;
  }
}

/** Milliseconds after a run has begun in which a finding may still come of it: the longest run, and a day until GuardDuty has told. */
const echoFor = 2 * 86_400_000;

/** The incident in which we caused this finding ourselves; null when we did not, or cannot tell. */
async function causedIn(work: Work, finding: Finding): Promise<string | null> {
  const ours = ourSession(finding);
  if (!ours) return null;
  // Our role in a session that no run of ours has or just had: somebody is using it, and that is an incident like any other.
  const run = await runItem.find(work.table, ours.session);
  const begun = Date.parse(run?.at ?? '');
  if (!run || Date.parse(work.now()) - begun >= echoFor) return null;
  return (await isVeryRole(work, finding, ours)) ? run.incident : null;
}

/**
 * The incident whose note on this finding is all that is new about it. What Tourniquet writes into Security Hub comes back as an event, minutes
 * later; a note says nothing of when the finding itself changed, so that is compared with how the incident knows it.
 */
async function notedIn({ table }: Work, finding: Finding): Promise<string | null> {
  const { marked, requested, key, count, severity } = finding;
  // A person asked for it: whatever is noted there.
  if (!marked || requested) return null;
  const found = await findingItem.find(table, marked, key);
  if (!found) return null;
  const known = found.finding;
  const changed =
    (finding.lastSeen ?? '') > (known.lastSeen ?? '') || count > known.count || worse(severity, known.severity);
  return changed ? null : marked;
}

/**
 * Our own containment raises findings, and what we write into Security Hub comes back as an event. Neither starts a run; the incident
 * they belong to notes them, so that nobody wonders. Returns why nothing is done, or null.
 */
export async function annotation(work: Work, finding: Finding): Promise<string | null> {
  const noted = await notedIn(work, finding);
  if (noted) return `only the note of incident ${noted} in Security Hub is new`;
  const incident = await causedIn(work, finding);
  if (!incident) return null;
  const what = `${finding.type} was caused by Tourniquet itself`;
  const known = await work.table.putNew(adviceItem.item({ incident, at: work.now() }, `own-${keyAmongAll(finding)}`));
  const entry = { kind: 'finding', actor: 'open-incident', what, detail: { finding } } as const;
  if (!known) await append(work.table, incident, entry);
  return `${what}, in incident ${incident}`;
}
