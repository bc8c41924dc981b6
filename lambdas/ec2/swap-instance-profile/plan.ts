import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Instance, whyRefused } from '../instance/target.ts';
import type { Profile } from './step.ts';

interface Listed {
  readonly AssociationId?: string | undefined;
  readonly State?: string | undefined;
  readonly IamInstanceProfile?: { readonly Arn?: string | undefined } | undefined;
}

/** An association that gives the instance credentials. */
export interface Association {
  readonly id: string;
  readonly profile: string;
}

/** The one that holds, among those EC2 lists: an instance has at most one, beside others that are being taken away. */
export function holding(associations: readonly Listed[]): Association | null {
  const found = associations.find(({ State }) => State === 'associated' || State === 'associating');
  const { AssociationId: id, IamInstanceProfile } = found ?? {};
  return id && IamInstanceProfile?.Arn ? { id, profile: IamInstanceProfile.Arn } : null;
}

/** No profile at all. */
export function planRemoval(target: Instance, { profile }: Profile): LeverPlan<Profile> {
  const refused = whyRefused(target);
  if (profile && refused) return { refused };
  return profile ? { ours: { profile: null } } : { nothing: 'the instance has no instance profile' };
}

/** What it takes from one profile to another. */
export type Step = 'stay' | 'disassociate' | { readonly associate: string } | { readonly replaceBy: string };

export function stepFrom({ profile: here }: Profile, { profile: meant }: Profile): Step {
  if (here === meant) return 'stay';
  if (meant === null) return 'disassociate';
  // Only where somebody gave it another profile meanwhile, and a person agreed to overwrite that.
  return here === null ? { associate: meant } : { replaceBy: meant };
}
