import type { SecurityHubClient } from '@aws-sdk/client-securityhub';
import * as z from 'zod';
import { Transient } from '../../../lib/domain/errors.ts';
import type { HubCopy } from '../../../lib/domain/finding/finding.ts';
import { LedgerEntry } from '../../../lib/domain/ledger.ts';
import { environment } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { updateFindings } from './entrance.ts';
import { isNoted } from './noted.ts';
import { batched, type Change, type Copy, changeOf, counted, inPages, type Shown, said } from './plan.ts';
import { formats, mostRead, type Refusal } from './security-hub.ts';

/** What this function has written on a ledger. */
export const Own = LedgerEntry.extend({ actor: z.literal(updateFindings.name), detail: z.looseObject({}) });
type Own = Pick<z.infer<typeof Own>, 'what' | 'detail'>;

/** What is to be seen of one incident. */
export interface Wanted {
  readonly shown: Shown;
  readonly copies: readonly Copy[];
  /** GuardDuty's findings that a person wants archived, by Region. */
  readonly archive: ReadonlyMap<string, readonly string[]>;
  /** Where the incident is. */
  readonly account: string;
  /** What this function has noted on the incident before: the same is not said again. */
  readonly noted: readonly Own[];
}

/** One incident in one Region and format. */
export interface Place extends Pick<Wanted, 'noted' | 'shown'> {
  /** `observe` says what would be written. So does a mode that nobody can read. */
  readonly mode: 'respond' | 'observe';
  readonly copies: readonly Copy[];
  readonly format: HubCopy['format'];
  readonly client: SecurityHubClient;
}

/** What has to be written; nothing between it and the writing keeps an analyst from changing the same finding, since no call has a condition. */
async function changesOf({
  client,
  copies,
  format,
  shown,
}: Place): Promise<{ due: [Copy, Change][]; lost: Refusal[] }> {
  const due: [Copy, Change][] = [];
  const lost: Refusal[] = [];
  for (const page of inPages(copies, mostRead)) {
    const present = await formats[format].read(client, page);
    for (const copy of page) {
      const found = present.get(copy.id);
      const change = found && changeOf(found, shown, format, environment('NAME'));
      if (change) due.push([copy, change]);
      if (!found && copy.certain === 'it came from there')
        lost.push({ copy, because: 'it is not in Security Hub', again: 'never' });
    }
  }
  return { due, lost };
}

/** What would be done, or cannot be, comes again with each turn of the incident and would drown its record. */
export async function noteOnce(
  work: Work,
  { shown, noted }: Pick<Wanted, 'shown' | 'noted'>,
  kind: 'step' | 'failure',
  what: string,
  detail: object,
): Promise<void> {
  if (isNoted(noted, what, detail)) return;
  await append(work.table, shown.incident, { kind, actor: updateFindings.name, what, detail });
}

/** What is refused: for good it is noted; for now it is noted too, and comes again, since the others of the same call are written. */
async function sayLost(work: Work, place: Place, lost: readonly Refusal[]): Promise<void> {
  const { never = [], later = [] } = Object.groupBy(lost, ({ again }) => again);
  const say = (what: string, some: readonly Refusal[]) => noteOnce(work, place, 'failure', what, { lost: some });
  if (never.length > 0) await say(`Security Hub does not show this incident on ${counted(never.length)}`, never);
  if (later.length === 0) return;
  await say(`Security Hub did not take the update of ${counted(later.length)} for now, and is asked again`, later);
  throw new Transient(`Security Hub could not update ${later.map(({ copy, because }) => `${copy.id}: ${because}`)}`);
}

/** Throws Transient for what has to be asked again, once all that was taken is on the record. */
export async function show(work: Work, place: Place): Promise<void> {
  const { shown, client, format, mode } = place;
  const { due, lost } = await changesOf(place);
  for (const { change, copies } of batched(due)) {
    const refused = mode === 'observe' ? [] : await formats[format].write(client, copies, change);
    lost.push(...refused);
    const written = copies.filter((copy) => !refused.some((one) => one.copy === copy));
    const what = said(change, written, mode);
    const detail = { findings: written, change };
    if (written.length > 0 && mode === 'observe') await noteOnce(work, place, 'step', what, detail);
    else if (written.length > 0)
      await append(work.table, shown.incident, { kind: 'step', actor: updateFindings.name, what, detail });
  }
  await sayLost(work, place, lost);
}
