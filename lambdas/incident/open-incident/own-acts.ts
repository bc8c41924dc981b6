import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { respondsIn } from '../../../lib/domain/membership.ts';
import { worse } from '../../../lib/domain/severity.ts';
import { adviceItem } from '../../../lib/items/advice.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import { runItem } from '../../../lib/items/run.ts';
import { config, environment } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type Deployment, isOurRole } from './untouchable.ts';

/** This deployment, as its roles are known by. */
export const ownDeployment = (): Deployment => ({
  name: environment('NAME'),
  hub: environment('HUB'),
  respondsIn: (account) => account === environment('HUB') || respondsIn(account, config()),
});

/** The run whose session a finding is about, when it is about one of our roles in an account of ours. */
function ourSession({ targets, account: home }: Finding): string | null {
  const ours = targets.find(({ principal, account }) =>
    isOurRole(principal?.name, account ?? home ?? '', ownDeployment()),
  );
  return ours?.principal?.session ?? null;
}

/** Milliseconds after a run has begun in which a finding may still come of it: the longest run, and a day until GuardDuty has told. */
const echoFor = 2 * 86_400_000;

/** The incident in which we caused this finding ourselves; null when we did not, or cannot tell. */
async function causedIn(work: Work, finding: Finding): Promise<string | null> {
  const session = ourSession(finding);
  if (session) {
    // Our role in a session that no run of ours has or just had: somebody is using it, and that is an incident like any other.
    const run = await runItem.find(work.table, session);
    const begun = Date.parse(run?.at ?? '');
    return run && Date.parse(work.now()) - begun < echoFor ? run.incident : null;
  }
  return null;
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
  const known = await work.table.putNew(adviceItem.item({ incident, at: work.now() }, `own-${finding.key}`));
  const entry = { kind: 'finding', actor: 'open-incident', what, detail: { finding } } as const;
  if (!known) await append(work.table, incident, entry);
  return `${what}, in incident ${incident}`;
}
