import * as z from 'zod';
import { Finding } from '../../lib/domain/finding/finding.ts';
import { Plan, Run } from '../../lib/domain/incident.ts';
import { Target } from '../targets/target.ts';

/** What open-incident hands to the states after it. Every field is always there: JSONata treats a missing one as an error. */
export const Opened = z.object({
  /**
   * `advised`: words only, nothing was opened. `raised`: an open incident has grown worse. `widened`: it has one more type of finding, which
   * what was asked and answered covers. `joined`: a repeat.
   */
  outcome: z.enum(['respond', 'joined', 'widened', 'raised', 'advised', 'ignored']),
  because: z.string(),
  run: Run.nullable(),
  finding: Finding.nullable(),
  target: Target.nullable(),
  plans: z.record(z.string(), Plan),
});
export type Opened = z.infer<typeof Opened>;
