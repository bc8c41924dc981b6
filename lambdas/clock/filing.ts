import * as z from 'zod';
import { timeFrom } from '../../lib/domain/clock/facts.ts';
import { clocksAt, objectionTo } from '../../lib/domain/clock/live-clock.ts';
import { byDueTime, type Filed, idOf, type Obligation } from '../../lib/domain/clock/obligation.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { config } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';
import { readClocks, type Standing } from './clocks.ts';
import { type Changed, change, type Decided, movesIn, type Person, recorded } from './set-clocks.ts';

/** A report of an incident, as a person names it; without a report where its regime has only one that is open. */
export interface Named {
  readonly incident: string;
  readonly regime: string;
  readonly report?: string | null | undefined;
}

/** What a person types for the record: a reference, a reason. */
export const Words = z.string().trim().min(1, 'should not be empty').max(1000);

/** What a person says of a filing: the receiver's own number, and of the file that was filed its hash and name. */
export const FilingWords = z.object({
  reference: Words,
  /** When it was filed, with its zone; left out: now. */
  at: z.string().max(200).nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'should be a SHA-256 in hex, as sha256sum prints it')
    .nullish(),
  file: z.string().max(255).nullish(),
});
export type Filing = Named & z.infer<typeof FilingWords>;

/** Which of the things a person entered a refusal is about: a form shows it there. */
export const Entered = z.enum(['report', 'reference', 'at', 'sha256']);
export type Entered = z.infer<typeof Entered>;

const refused = (about: Entered, words: string): Refused => new Refused(words, { cause: { about } });

/** What a refusal is about; the report where it does not say. */
export const aboutOf = ({ cause }: Refused): Entered =>
  z.object({ about: Entered }).safeParse(cause).data?.about ?? 'report';

const isOpen = ({ state }: Obligation): boolean => state === 'watching' || state === 'running';

/** The reports that somebody may still have to send, the earliest due first. */
export const openReports = (obligations: readonly Obligation[]): Obligation[] =>
  obligations.filter((one) => one.means === 'report' && isOpen(one)).toSorted(byDueTime);

/** `dfars/initial was filed by Rosa at …, reference …` */
export const closedWords = (one: Obligation): string =>
  one.filed
    ? `${idOf(one)} was filed by ${one.filed.by} at ${one.filed.at}, reference ${one.filed.reference}.`
    : `${idOf(one)} is already ${one.state}.`;

const namesOf = (obligations: readonly Obligation[]): string => obligations.map(({ report }) => report).join(', ');

/** The report that is meant; thrown as Refused where that cannot be told. */
export function reportMeant(obligations: readonly Obligation[], { incident, regime, report }: Named): Obligation {
  const all = obligations.filter((one) => one.regime === regime && one.means === 'report');
  if (all.length === 0) {
    const names = [...new Set(obligations.map((one) => one.regime))].join(', ');
    throw refused('report', `${incident} has no report under "${regime}"; its regimes: ${names || 'none'}.`);
  }
  const named = report ? all.filter((one) => one.report === report) : all.filter(isOpen);
  const [meant, ...others] = named.length > 0 || report ? named : all;
  if (!meant) throw refused('report', `${regime} has no report "${report}"; it has ${namesOf(all)}.`);
  if (others.length > 0)
    throw refused('report', `Which report of ${regime}? Name it with --report: ${namesOf([meant, ...others])}.`);
  return meant;
}

function filedAs({ reference, sha256, file, at }: Filing, by: string, now: string): Filed {
  const read = at ? timeFrom(at) : { at: now };
  if ('fault' in read) throw refused('at', read.fault);
  return { by, at: read.at, recordedAt: now, reference, sha256: sha256 ?? null, file: file ?? null };
}

/** The same filing once more: a command that is repeated, a button pressed twice. */
const isSame = (filed: Filed, { reference, sha256 }: Filing): boolean =>
  filed.reference === reference && filed.sha256 === (sha256 ?? null);

function decideFiling(standing: Standing, filing: Filing, person: Person, now: string): Decided | null {
  const meant = reportMeant(standing.obligations, filing);
  const id = idOf(meant);
  if (meant.filed && isSame(meant.filed, filing)) return null;
  if (meant.filed) throw refused('report', closedWords(meant));
  const filed = filedAs(filing, person.by, now);
  const fact = { name: `sent:${id}`, at: filed.at };
  const objection = objectionTo(fact, standing, config().regimes, now);
  if (objection) throw refused('at', objection);
  const fresh = recorded(standing, fact, person, now);
  const clocks = { ...standing, facts: [...standing.facts, fresh] };
  const mover = { by: person.by, reason: person.reason, at: now };
  const obligations = clocksAt(clocks, config().regimes, now, mover).map((one) =>
    idOf(one) === id ? { ...one, filed } : one,
  );
  const detail = { fact: fresh, filed, moved: movesIn(standing, obligations) };
  const what = `filed ${id}, reference ${filed.reference}`;
  return { entry: { kind: 'obligation', actor: person.by, what, detail }, facts: [fresh], obligations };
}

/** What became of a filing, and which report it was of. */
export type Recorded = Changed & Pick<Obligation, 'regime' | 'report'>;

/**
 * Records that a person filed a report: it is sent, and what counts from that starts. The same filing once more changes nothing; another one
 * of a report that was filed is refused.
 */
export async function file(work: Work, filing: Filing, { by, via }: Omit<Person, 'reason'>): Promise<Recorded> {
  const { incident, reference } = filing;
  // What was named by being the only one that is open stays meant once it is not.
  const { regime, report, filed } = reportMeant((await readClocks(work, incident)).obligations, filing);
  const person = { by, via, reason: `filed, reference ${reference}` };
  const changed = await change(work, incident, by, (standing, now) =>
    decideFiling(standing, { ...filing, report }, person, now),
  );
  return { ...changed, by: filed?.by ?? by, regime, report };
}

/** Records that a report is not owed after all, on a person's word. */
export function withdraw(work: Work, named: Named, { by, reason }: Omit<Person, 'via'>): Promise<Changed> {
  return change(work, named.incident, by, (standing, at) => {
    const meant = reportMeant(standing.obligations, named);
    if (!isOpen(meant)) throw refused('report', closedWords(meant));
    const withdrawn = { by, at, reason };
    const obligations = standing.obligations.map((one) =>
      one === meant ? { ...one, state: 'withdrawn' as const, withdrawn } : one,
    );
    const what = `withdrew ${idOf(meant)}: ${reason}`;
    return { entry: { kind: 'obligation', actor: by, what, detail: { withdrawn } }, facts: [], obligations };
  });
}
