import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { type LogRow, LogRow as Row } from '../../../lib/domain/logs.ts';
import type { Receipt } from '../../../lib/items/receipt.ts';
import { count, type Earlier, type Found, lag, type Span } from './plan.ts';

/** Said of the first look. */
export const late = `CloudTrail shows calls up to ${lag / 60_000} minutes late: the latest may be missing`;

const First = z.object({
  evidence: z.array(Custody.pick({ source: true })).default([]),
  logs: z.array(Row).default([]),
  recent: z.array(z.string()).default([]),
});

/** What the first look has sealed and said. */
export interface FirstLook extends Earlier {
  readonly rows: readonly LogRow[];
}

export function firstLook({ at, result }: Pick<Receipt, 'at' | 'result'>): FirstLook {
  const { evidence, logs, recent } = First.parse(result);
  const files = new Set(evidence.map(({ source }) => source));
  return { at: new Date(at), files, calls: new Set(recent), rows: logs };
}

/** Whether what may have been missing the first time is there now. */
function closing({ state }: Found, { to }: Span, { at }: Earlier): string {
  const since = at.toISOString();
  if (state !== 'available') return 'the gap is not closed';
  if (to.getTime() - at.getTime() < lag) return `of the minutes before ${since} some may still be missing`;
  return `the gap that late delivery had left before ${since} is closed`;
}

/** The row of a kind once it was looked at again: what was sealed in both looks, and whether the gap is closed. */
export function rowAgain(row: Found, span: Span, first: FirstLook): Found {
  const before = first.rows.find(({ kind }) => kind === row.kind);
  const more = row.sealed > 0 ? `${count(row.sealed, 'artefact')} more` : 'nothing new';
  const words = `${row.words.replace(`; ${late}`, '')}; looked at again at ${span.to.toISOString()}: ${more}, ${closing(row, span, first)}`;
  const left = [...new Set([...(before?.left ?? []), ...row.left])];
  return { ...row, words, left, sealed: row.sealed + (before?.sealed ?? 0) };
}
