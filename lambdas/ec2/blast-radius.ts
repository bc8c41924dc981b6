import * as z from 'zod';

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const BlastRadius = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
