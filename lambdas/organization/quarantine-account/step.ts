import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { memberArns, organizationRootArns, Suspect, unitArns } from '../arns.ts';

/** The unit the account is in, or the organisation's root: an account has exactly one parent (Organizations API, ListParents). */
export const Parent = z.object({ parent: z.string() });
export type Parent = z.infer<typeof Parent>;

/** The parents an account is moved from and to. */
const parents = [memberArns, unitArns, organizationRootArns];
const move = allow('organizations:MoveAccount', (target: Suspect) => parents.flatMap((arns) => arns(target)));

export const quarantineAccount = defineLever({
  name: 'quarantine-account',
  title: 'Move the account into the quarantine unit',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The account moves to the unit whose policies allow only the responders: everybody and everything in it is refused, root too. The policies of its former unit no longer bind it. Running machines continue until they call AWS.',
  undo: 'The account moves back into its former unit; everything works again within minutes.',
  in: 'organization',
  stands: { held: 'account quarantined', open: 'account not quarantined' },
  target: Suspect,
  beforeState: Parent,
  look: [allow('organizations:ListParents', memberArns)],
  apply: { permissions: [move], within: 60 },
  release: { permissions: [move], within: 60 },
});
