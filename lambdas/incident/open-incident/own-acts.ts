import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { claimsOf } from '../../../lib/domain/finding/finding.ts';
import { RoleClass } from '../../../lib/domain/step.ts';
import { adviceItem } from '../../../lib/items/advice.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { runItem } from '../../../lib/items/run.ts';
import { environment } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';

/** The run whose session a finding is about, when it is about one of our member roles. */
function ourSession({ targets }: Finding): string | null {
  const roles = RoleClass.options.map((role) => `${environment('NAME')}-${role}`);
  const ours = targets.find(({ principal }) => principal?.name && roles.includes(principal.name));
  return ours?.principal?.session ?? null;
}

/** The incident in which we caused this finding ourselves; null when we did not, or cannot tell. */
async function causedIn(work: Work, finding: Finding): Promise<string | null> {
  const session = ourSession(finding);
  if (session) {
    // Our role in a session that no run of ours had: somebody is using it, and that is an incident like any other.
    return (await runItem.find(work.table, session))?.incident ?? null;
  }
  if (finding.updatedBy !== environment('NAME')) return null;
  const [first] = claimsOf(finding);
  const held = first ? await claimItem.find(work.table, first) : null;
  return held?.incident ?? null;
}

/**
 * Our own containment raises findings, and what we write into Security Hub comes back as an event. Neither starts a run; the incident
 * they belong to notes them, so that nobody wonders. Returns why nothing is done, or null.
 */
export async function annotation(work: Work, finding: Finding): Promise<string | null> {
  const incident = await causedIn(work, finding);
  if (!incident) return null;
  const what = `${finding.type} was caused by Tourniquet itself`;
  const known = await work.table.putNew(adviceItem.item({ incident, at: work.now() }, `own-${finding.key}`));
  const entry = { kind: 'finding', actor: 'open-incident', what, detail: { finding } } as const;
  if (!known) await append(work.table, incident, entry);
  return `${what}, in incident ${incident}`;
}
