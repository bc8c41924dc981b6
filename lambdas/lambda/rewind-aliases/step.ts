import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { functionArns, LambdaFunction } from '../lambda-function/target.ts';

export const Aliases = z.object({
  /** By name: the version it runs, and the shares of others. */
  aliases: z.record(z.string(), z.object({ version: z.string(), weights: z.record(z.string(), z.number()) })),
  /** When each version that matters here was last changed; kept, and never ours to set back. */
  versions: z.record(z.string(), z.string()),
});
export type Aliases = z.infer<typeof Aliases>;

export const rewindAliases = defineLever({
  name: 'rewind-aliases',
  title: 'Point the aliases to the last good version',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Aliases that run code from after the first sign of the incident run the newest version published before it; shares of later versions are taken out, other shares stay. Callers of these aliases go on, with older code and settings. The later versions stay, and callers of one by its number, or of the function without an alias, still run them.',
  undo: 'Each alias points to the version it pointed to, with the same shares: to the code that was doubted, unless somebody has deployed another meanwhile, which is asked about.',
  stands: { held: 'aliases on the last good version', open: 'aliases on later code' },
  target: LambdaFunction,
  beforeState: Aliases,
  look: [allow('lambda:ListAliases', functionArns), allow('lambda:ListVersionsByFunction', functionArns)],
  apply: { permissions: [allow('lambda:UpdateAlias', functionArns)], within: 60 },
  release: { permissions: [allow('lambda:UpdateAlias', functionArns)], within: 60 },
});
