import * as z from 'zod';

/** Facts for a question, each a sentence; `unknown` names what could not be read, with the reason. */
export const Measured = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type Measured = z.infer<typeof Measured>;
