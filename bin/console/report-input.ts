import { InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { regimeNamed } from '../../lib/domain/clock/regimes.ts';
import { nearest } from '../../lib/domain/nearest.ts';
import { type FieldStatement, faultOf, namedTwice } from '../../lib/domain/report/field-statement.ts';
import { oneLine } from './one-line.ts';
import { each } from './repeatable.ts';

/** Characters of a line about what was typed. */
const longest = 500;

/** Wrong usage: one line, exit code 2. */
const misused = (fault: string): InvalidArgumentError => new InvalidArgumentError(oneLine(fault, longest));

/** What approvers ask the API to put on record. */
export interface FieldRequest {
  readonly action: 'field';
  readonly incident: string;
  readonly words: readonly FieldStatement[];
  readonly reason: string | null;
}

/** What the API answers: what stands there now. */
export const FieldsStated = z.object({
  incident: z.string(),
  by: z.string(),
  fields: z.array(z.object({ name: z.string(), status: z.string(), value: z.json() })),
});
export type FieldsStated = z.infer<typeof FieldsStated>;

function setFrom(typed: string): FieldStatement {
  const [, field = typed.trim(), value] = /^([^=]*)=(.*)$/s.exec(typed) ?? [];
  return { take: 'set', field: field.trim(), value: value ?? '' };
}

/** The options by which people say something, as they were typed. */
export interface Said {
  readonly set?: string;
  readonly confirm?: string;
  readonly unknown?: string;
  readonly notApplicable?: string;
}

const about = (take: 'confirm' | 'unknown' | 'not-applicable', typed: string | undefined): FieldStatement[] =>
  each(typed).map((field) => ({ take, field: field.trim() }));

/** What was said about fields; throws commander's error, which ends with exit code 2, with the first mistake and what to write instead. */
export function wordsFrom({ set, confirm, unknown, notApplicable }: Said): FieldStatement[] {
  const words = [
    ...each(set).map(setFrom),
    ...about('confirm', confirm),
    ...about('unknown', unknown),
    ...about('not-applicable', notApplicable),
  ];
  for (const word of words) {
    const fault = faultOf(word);
    if (fault) throw misused(fault);
  }
  const twice = namedTwice(words);
  if (twice) throw misused(`${twice} is given twice; give it once.`);
  return words;
}

/** Which report is asked for; `report` null: the one that is to be sent next. */
export interface AskedReport {
  readonly regime: string;
  readonly report: string | null;
  /** In the order in which they are sent. */
  readonly reports: readonly string[];
}

/** The report asked for, or null for the eight items; throws commander's error for a name there is none of. */
export function reportFrom(regime: string | undefined, report: string | undefined): AskedReport | null {
  if (regime === undefined) {
    if (report !== undefined) throw misused('--report goes with --regime: which regime?');
    return null;
  }
  const found = regimeNamed(regime);
  if ('fault' in found) throw misused(found.fault);
  const reports = Object.entries(found.regime.reports).flatMap(([name, { means }]) => (means ? [] : [name]));
  if (report !== undefined && !reports.includes(report)) {
    const near = nearest(report, reports);
    const help = near ? `did you mean "${near}"?` : `it has ${reports.join(', ')}.`;
    throw misused(`${regime} has no report "${report}"; ${help}`);
  }
  return { regime, report: report ?? null, reports };
}
