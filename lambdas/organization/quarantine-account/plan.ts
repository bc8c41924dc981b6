import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Parent } from './step.ts';

export interface Rules {
  /** As the configuration names them; undefined where it does not. */
  readonly administrator: string | undefined;
  readonly management: string | undefined;
  readonly unit: string | undefined;
  /** The account in which Tourniquet runs. */
  readonly hub: string;
}

function refusal(account: string, { administrator, management, hub }: Rules): string | null {
  if (account === management) return `${account} is the management account: no policy applies to it, in any unit`;
  if (account === hub) return `${account} is where Tourniquet itself runs: in quarantine it could not release anything`;
  return account === administrator
    ? `${account} administers the organisation: in quarantine it could not release anything`
    : null;
}

/** The account in the quarantine unit, unless that would lock us out too. */
export function planQuarantine(account: string, { parent }: Parent, rules: Rules): LeverPlan<Parent> {
  const { unit } = rules;
  if (!unit)
    return {
      refused: 'the configuration names no quarantine unit: set organizationAdmin.quarantineUnit, or move by hand',
    };
  const refused = refusal(account, rules);
  if (refused) return { refused };
  return parent === unit ? { nothing: `${account} is already in the quarantine unit` } : { ours: { parent: unit } };
}
