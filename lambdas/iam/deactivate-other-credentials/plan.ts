import { type Difference, differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import type { KeyStatus, User } from '../user/target.ts';
import type { CredentialStatus, OtherCredentials } from './step.ts';

export type Kind = keyof OtherCredentials;

/** One credential and the status it has, or is to have. */
export interface Credential<Status extends CredentialStatus = CredentialStatus> {
  readonly kind: Kind;
  readonly id: string;
  readonly status: Status;
}

const kindNames: Readonly<Record<Kind, string>> = {
  service: 'service-specific credential',
  ssh: 'SSH key',
  certificates: 'signing certificate',
};
const kinds: readonly Kind[] = ['service', 'ssh', 'certificates'];

export const nameOf = ({ kind, id }: Pick<Credential, 'kind' | 'id'>): string => `${kindNames[kind]} ${id}`;

const each = (credentials: OtherCredentials): Credential[] =>
  kinds.flatMap((kind) => Object.entries(credentials[kind]).map(([id, status]) => ({ kind, id, status })));

/** All that are active. One that came after the before-state was taken is one of them: the thief made it, or nobody can say otherwise. */
export const active = (now: OtherCredentials): Credential[] => each(now).filter(({ status }) => status === 'Active');

const off = (statuses: Readonly<Record<string, CredentialStatus>>): Record<string, CredentialStatus> =>
  Object.fromEntries(
    Object.entries(statuses).map(([id, status]) => [id, status === 'Active' ? ('Inactive' as const) : status]),
  );

/**
 * None left active. The finding is about another credential, so it clears none of these, however old: a thief with the user's rights may
 * have made any of them theirs.
 */
export function planSwitchingOff({ id }: User, before: OtherCredentials): LeverPlan<OtherCredentials> {
  const held = each(before);
  if (held.length === 0) return { nothing: `${id} has no other credentials` };
  if (active(before).length === 0) {
    const said = held.map((one) => `${nameOf(one)}: ${one.status.toLowerCase()}`);
    return { nothing: `${id}: none is active: ${said.join(', ')}` };
  }
  return { ours: { service: off(before.service), ssh: off(before.ssh), certificates: off(before.certificates) } };
}

/** Each one's recorded status. One that is gone or has expired stays so; one that came later is left as it is. */
export function toGiveBack(now: OtherCredentials, before: OtherCredentials): Credential<KeyStatus>[] {
  return each(before).flatMap(({ kind, id, status }) => {
    const present = now[kind][id];
    const stays = !present || present === 'Expired' || status === 'Expired' || present === status;
    return stays ? [] : [{ kind, id, status }];
  });
}

/** What letting go has left undone: what is gone or has expired cannot come back, and one that came later is not ours to judge. */
export const left = (before: OtherCredentials, now: OtherCredentials): Difference[] =>
  differences(before, now).filter(
    ({ expected, found }) => expected !== undefined && found !== undefined && found !== 'Expired',
  );

/** Verified when none of the user's credentials is active, those made meanwhile included. */
export function verdictOf(ours: OtherCredentials, now: OtherCredentials): Verdict {
  const still = active(now);
  if (still.length > 0) {
    const named = still.map((one) => (ours[one.kind][one.id] ? nameOf(one) : `${nameOf(one)} (created since)`));
    return { outcome: 'not-verified', because: `still active: ${named.join(', ')}` };
  }
  const gone = each(ours).filter(({ kind, id }) => !now[kind][id]);
  const seen = each(now).map((one) => `${nameOf(one)}: ${one.status}`);
  return { outcome: 'verified', seen: [...seen, ...gone.map((one) => `${nameOf(one)}: deleted`)].toSorted() };
}
