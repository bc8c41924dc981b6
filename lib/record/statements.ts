import * as z from 'zod';
import { openingFacts } from '../domain/clock/incident-fact.ts';
import type { LedgerEntry } from '../domain/ledger.ts';

/** As much of people's words as says who said what when. Reasons are left out: the ledger redacts in them what looks like a secret. */
const Decision = z.object({ verdict: z.string(), by: z.string(), at: z.string() });
const Fact = z.object({ name: z.string(), time: z.string(), by: z.string(), at: z.string() });
const Filed = z.object({ by: z.string(), at: z.string(), recordedAt: z.string(), sha256: z.string().nullable() });
const Withdrawn = z.object({ by: z.string(), at: z.string() });

/** What an incident tells of the words of people. */
export const Statements = z.object({
  openedAt: z.string(),
  approvals: z.array(z.object({ id: z.string(), decisions: z.array(Decision) })),
  facts: z.array(Fact),
  obligations: z.array(z.object({ filed: Filed.optional(), withdrawn: Withdrawn.optional() })),
});
export type Statements = z.infer<typeof Statements>;

const Detail = z.object({
  approval: z.string().optional().catch(undefined),
  decision: Decision.optional().catch(undefined),
  fact: Fact.optional().catch(undefined),
  facts: z.array(Fact).optional().catch(undefined),
  filed: Filed.optional().catch(undefined),
  withdrawn: Withdrawn.optional().catch(undefined),
});

interface Statement {
  readonly what: string;
  /** What makes it the same in the record and in the ledger. */
  readonly same: string;
}

const statementOf = (kind: string, about: string, word: { readonly by: string; readonly at: string }): Statement => ({
  what: `a ${kind} by ${word.by} of ${word.at}`,
  same: JSON.stringify([kind, about, word]),
});

const statementsIn = ({ approvals, facts, obligations }: Omit<Statements, 'openedAt'>): Statement[] => [
  ...approvals.flatMap(({ id, decisions }) => decisions.map((one) => statementOf('decision', id, one))),
  ...facts.map((one) => statementOf('fact', one.name, one)),
  ...obligations.flatMap(({ filed, withdrawn }) => [
    ...(filed ? [statementOf('filing', '', filed)] : []),
    ...(withdrawn ? [statementOf('withdrawal', '', withdrawn)] : []),
  ]),
];

function knownFrom(entry: Pick<LedgerEntry, 'detail'>): string[] {
  const { approval = '', decision, fact, facts = [], filed, withdrawn } = Detail.safeParse(entry.detail).data ?? {};
  return statementsIn({
    approvals: decision ? [{ id: approval, decisions: [decision] }] : [],
    facts: [...facts, ...(fact ? [fact] : [])],
    obligations: [{ ...(filed && { filed }), ...(withdrawn && { withdrawn }) }],
  }).map(({ same }) => same);
}

/**
 * The first word of a person that an incident tells of and its ledger does not know, as `a decision by Rosa of …`; null where there is none.
 * What people said stands in items of its own beside the ledger, and whoever may write those could put words into their mouths.
 */
export function unknownStatement(shown: Statements, entries: readonly Pick<LedgerEntry, 'detail'>[]): string | null {
  // The facts an incident opens with follow from when that was: where a person was the first to set one, those have no entry of their own.
  const opening = knownFrom({ detail: { facts: openingFacts(shown.openedAt) } });
  const known = new Set([...opening, ...entries.flatMap(knownFrom)]);
  return statementsIn(Statements.parse(shown)).find(({ same }) => !known.has(same))?.what ?? null;
}
