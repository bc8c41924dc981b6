import { describe, differences } from '../../../lib/domain/before-state.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import { type AclState, isBefore, nobody } from '../acl-rules.ts';
import { directions } from '../network-acls.ts';

/** What a comparison goes by. */
export const compared = ({ denied }: AclState): object => ({ denied });

/** A rule of a network ACL, as it is made and taken away. */
export interface Rule {
  readonly NetworkAclId: string;
  readonly RuleNumber: number;
  readonly Egress: boolean;
  readonly cidr: string;
}

/** The rules that stand in one state and not in another. */
export function rulesBeyond(state: AclState, other: AclState): Rule[] {
  return Object.entries(state.denied).flatMap(([NetworkAclId, rules]) =>
    Object.entries(rules).flatMap(([key, RuleNumber]) => {
      if (other.denied[NetworkAclId]?.[key] === RuleNumber) return [];
      const [direction, cidr = ''] = key.split(' ');
      return [{ NetworkAclId, RuleNumber, Egress: direction === 'out', cidr }];
    }),
  );
}

/** As we meant it, with nothing that allows before it, on every interface. */
export function verdictOf(ours: AclState, now: AclState): Verdict {
  const off = differences(compared(ours), compared(now)).map(describe);
  const late = ours.meant.flatMap(({ acl, cidr }) =>
    directions.flatMap((direction) => {
      const rule = now.denied[acl]?.[`${direction} ${cidr}`] ?? 0;
      return isBefore(rule, now.used[acl]?.[direction] ?? nobody)
        ? []
        : [`rule ${rule} of ${acl} comes after one that allows`];
    }),
  );
  const wrong = [...off, ...late, ...ours.cannot];
  if (wrong.length > 0) return { outcome: 'not-verified', because: wrong.join('; ') };
  const seen = ours.meant.map(({ acl, cidr }) => `${acl}: ${cidr} denied both ways`);
  return { outcome: 'verified', seen };
}
