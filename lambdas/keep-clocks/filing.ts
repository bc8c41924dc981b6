import { timeFrom } from '../../lib/domain/clock/facts.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { clocksAt } from '../../lib/domain/live-clock.ts';
import { type Filed, idOf, type Obligation } from '../../lib/domain/obligation.ts';
import { readClocks, type Standing } from '../runtime/clocks.ts';
import { config } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';
import {
  type Changed,
  change,
  type Decided,
  movesIn,
  orRefused,
  type Person,
  recorded,
} from '../runtime/set-clocks.ts';

/** A report of an incident, as a person names it; without a report where its regime has only one that is open. */
export interface Named {
  readonly incident: string;
  readonly regime: string;
  readonly report?: string | null | undefined;
}

export interface Filing extends Named {
  readonly reference: string;
  readonly sha256?: string | null | undefined;
  readonly file?: string | null | undefined;
  /** When it was filed; left out: now. */
  readonly at?: string | null | undefined;
}

const isOpen = ({ state }: Obligation): boolean => state === 'watching' || state === 'running';
const namesOf = (obligations: readonly Obligation[]): string => obligations.map(({ report }) => report).join(', ');

/** The report that is meant; thrown as Refused where that cannot be told. */
export function reportMeant(obligations: readonly Obligation[], { incident, regime, report }: Named): Obligation {
  const all = obligations.filter((one) => one.regime === regime && one.means === 'report');
  if (all.length === 0) {
    const names = [...new Set(obligations.map((one) => one.regime))].join(', ');
    throw new Refused(`${incident} owes nothing under "${regime}"; it is under ${names || 'no regime'}.`);
  }
  const named = report ? all.filter((one) => one.report === report) : all.filter(isOpen);
  const [meant, ...others] = named.length > 0 || report ? named : all;
  if (!meant) throw new Refused(`${regime} has no report "${report}"; it has ${namesOf(all)}.`);
  if (others.length > 0)
    throw new Refused(`Which report of ${regime}? Name it with --report: ${namesOf([meant, ...others])}.`);
  return meant;
}

function filedAs({ reference, sha256, file, at }: Filing, by: string, now: string): Filed {
  const read = at ? timeFrom(at) : { at: now };
  if ('fault' in read) throw new Refused(read.fault);
  return { by, at: read.at, recordedAt: now, reference, sha256: sha256 ?? null, file: file ?? null };
}

function decideFiling(standing: Standing, filing: Filing, person: Person, now: string): Decided {
  const meant = reportMeant(standing.obligations, filing);
  const id = idOf(meant);
  if (meant.filed)
    throw new Refused(`${id} was filed by ${meant.filed.by} at ${meant.filed.at}, reference ${meant.filed.reference}.`);
  const filed = filedAs(filing, person.by, now);
  const fact = { name: `sent:${id}`, at: filed.at };
  orRefused(fact, standing, now);
  const fresh = recorded(standing, fact, person, now);
  const clocks = { ...standing, facts: [...standing.facts, fresh] };
  const mover = { by: person.by, reason: person.reason, at: now };
  const obligations = clocksAt(clocks, config().regimes, now, mover).map((one) =>
    idOf(one) === id ? { ...one, filed } : one,
  );
  const detail = { fact: fresh, filed, moved: movesIn(standing, obligations) };
  const entry = {
    kind: 'obligation',
    actor: person.by,
    what: `filed ${id}, reference ${filed.reference}`,
    detail,
  } as const;
  return { entry, facts: [fresh], obligations };
}

/**
 * Records that a person filed a report: it is sent, and what counts from that starts. The same filing once more changes nothing; another one
 * of a report that was filed is refused.
 */
export async function file(work: Work, filing: Filing, person: Person): Promise<Changed> {
  const { incident, reference, sha256 } = filing;
  const { filed } = reportMeant((await readClocks(work, incident)).obligations, filing);
  if (filed?.reference === reference && filed.sha256 === (sha256 ?? null))
    return { incident, by: filed.by, obligations: [], moved: [], notSet: [] };
  return change(work, incident, person.by, (standing, now) => decideFiling(standing, filing, person, now));
}

/** Records that a report is not owed after all, on a person's word. */
export function withdraw(work: Work, named: Named, { by, reason }: Person): Promise<Changed> {
  return change(work, named.incident, by, (standing, at) => {
    const meant = reportMeant(standing.obligations, named);
    const id = idOf(meant);
    if (!isOpen(meant)) throw new Refused(`${id} is ${meant.state} already.`);
    const withdrawn = { by, at, reason };
    const obligations = standing.obligations.map((one) =>
      one === meant ? { ...one, state: 'withdrawn' as const, withdrawn } : one,
    );
    const entry = { kind: 'obligation', actor: by, what: `withdrew ${id}: ${reason}`, detail: { withdrawn } } as const;
    return { entry, facts: [], obligations };
  });
}
