import * as z from 'zod';

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const BlastRadius = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});

/** Something that was asked: sentences when it could be read, and what could not be. */
export interface Part {
  readonly facts: readonly string[];
  readonly unknown: readonly string[];
}

export const known = (...facts: string[]): Part => ({ facts, unknown: [] });
export const unread = (what: string, because: string): Part => ({ facts: [], unknown: [`${what}: ${because}`] });
export const together = (parts: readonly Part[]) => ({
  facts: parts.flatMap(({ facts }) => facts),
  unknown: parts.flatMap(({ unknown }) => unknown),
});
