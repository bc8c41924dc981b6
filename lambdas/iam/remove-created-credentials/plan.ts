import * as z from 'zod';
import { type Removal, removalOf, usesOf } from '../../../lib/domain/removal.ts';
import { arn } from '../../../lib/domain/resource.ts';
import type { RoleSession } from '../role-session/target.ts';
import { User } from '../user/target.ts';
import { Kind, type Shown } from './step.ts';

/** One credential, the user it belongs to, and when it was made (ISO 8601, UTC). The id of a console password is the user's name. */
const Credential = z.object({ kind: Kind, id: z.string(), of: z.string(), at: z.string() });
export type Credential = z.infer<typeof Credential>;

/** What stood there before anything went: of all owners, with the last use of each access key that goes. */
export const OwnedCredentials = z.object({
  held: z.array(Credential),
  lastUsed: z.record(z.string(), z.string()),
  /** Owners that could not be looked at, with the reason. */
  failed: z.array(z.object({ what: z.string(), error: z.string() })),
});
export type OwnedCredentials = z.infer<typeof OwnedCredentials>;

const kindNames: Readonly<Record<Kind, string>> = {
  'access-key': 'access key',
  'login-profile': 'console password',
  'service-credential': 'service-specific credential',
  'ssh-key': 'SSH key',
  certificate: 'signing certificate',
};

/** `access key AKIA… of user bob`. */
export const nameOf = ({ kind, id, of }: Omit<Credential, 'at'>): string =>
  kind === 'login-profile' ? `console password of user ${of}` : `${kindNames[kind]} ${id} of user ${of}`;

const same = (one: Credential, other: Credential): boolean =>
  one.kind === other.kind && one.id === other.id && one.of === other.of;

/** Seconds between CloudTrail's clock and IAM's that are no sign of two events. */
const drift = 60;

/** Seconds: IAM counts in whole ones, the list may count in less. */
const second = (at: string): number => Math.floor(Date.parse(at) / 1000);

/** The very credential that was shown. A password has no id: one made anew since is another one, perhaps its owner's. */
const isIt = (shown: Credential, held: Credential): boolean =>
  same(shown, held) && !(held.kind === 'login-profile' && second(held.at) > second(shown.at) + drift);

/** Of what is there, what was chosen. */
export const present = (chosen: readonly Credential[], held: readonly Credential[]): Credential[] =>
  held.filter((one) => chosen.some((other) => isIt(other, one)));

/** Names that IAM takes (IAM API reference, CreateUser): what looks otherwise would widen the session's policy. */
const userName = /^[\w+=,.@-]{1,64}$/;

type Target = User | RoleSession;
interface Chosen {
  readonly chosen: readonly Credential[];
  /** What was shown and is not ours to remove, with the reason. */
  readonly left: readonly string[];
}

/** Why one that was shown stays; null where it goes. `spared` are the names of users that nothing of ours may touch. */
function whyLeft(one: Credential, target: Target, home: string | null, spared: readonly string[]): string | null {
  if (home && home !== target.account) return `it is in account ${home}`;
  if (!userName.test(one.of)) return 'the record does not say whose it is';
  if (one.id === target.key) return 'it is the credential of the finding: contained, and evidence';
  return spared.includes(one.of) ? `${one.of} is on the break-glass list` : null;
}

/** What of the list goes. Users, roles, sessions and all else it made are no credentials: they stay for people. */
export function choose(target: Target, { made }: Shown, spared: readonly string[]): Chosen {
  const chosen: Credential[] = [];
  const left: string[] = [];
  // A password that was made twice is the newer one.
  for (const { kind: said, id, of, account, at } of made.toReversed()) {
    const kind = Kind.safeParse(said).data;
    if (!kind) continue;
    const one = { kind, id, of: of ?? '', at };
    const because = whyLeft(one, target, account, spared);
    if (because) left.push(`${nameOf(one)}: ${because}`);
    else if (!chosen.some((other) => same(one, other))) chosen.push(one);
  }
  return { chosen: chosen.toReversed(), left: [...new Set(left)].toReversed() };
}

/** Names of break-glass users, from their ARNs. */
export const usersAmong = (arns: readonly string[]): string[] =>
  arns.flatMap((one) => (one.includes(':user/') ? (one.split('/').at(-1) ?? []) : []));

/** Whose credentials are looked at: the owners of what goes, and the suspected user, who may have got more since. */
export function ownersOf(target: Target, chosen: readonly Credential[]): string[] {
  const own = target.kind === 'user' ? [target.id] : [];
  return [...new Set([...own, ...chosen.map(({ of }) => of)])];
}

/** An owner as a target of its own, in the account of the incident's: a session is narrowed to it. */
export const ownerOf = ({ partition, account, region, seenAt }: Target, name: string): User =>
  User.parse({
    kind: 'user',
    partition,
    account,
    region,
    seenAt,
    id: name,
    tags: {},
    since: null,
    key: null,
    arn: arn({ partition, account, region }, 'iam', `user/${name}`),
    principal: { kind: 'iam-user', name, id: null, session: null },
    keys: [],
    attached: [],
    boundary: null,
  });

/** Made since the list begins, and not what was shown: nobody has agreed to it, and somebody should look at it. */
const unshown = (target: Target, { since, made }: Shown, { chosen }: Chosen, held: readonly Credential[]): string[] =>
  held
    .filter(({ id, at }) => id !== target.key && second(at) >= second(since))
    .filter((one) => !chosen.some((other) => isIt(other, one)))
    // Why these stay is said already.
    .filter((one) => one.kind === 'login-profile' || !made.some(({ id }) => id === one.id))
    .map((one) => `${nameOf(one)}: created at ${one.at}, not in the approved list`);

/** What a removal came to, from what was there before and what could not be removed. */
export function removalFrom(
  { target, shown }: { readonly target: Target; readonly shown: Shown },
  choice: Chosen,
  seen: OwnedCredentials,
  undone: Removal['failed'],
): Removal {
  const blind = new Set(seen.failed.map(({ what }) => what));
  const known = choice.chosen.filter(({ of }) => !blind.has(of));
  const there = present(known, seen.held);
  const unremoved = new Set(undone.map(({ what }) => what));
  const gone = known
    .filter((one) => !there.some((other) => same(one, other)))
    .map((one) => `${nameOf(one)}: already gone`);
  const used = ({ id, kind }: Credential): string =>
    kind === 'access-key' ? ` (last used ${seen.lastUsed[id] ?? 'unknown'})` : '';
  return removalOf({
    removed: there.filter((one) => !unremoved.has(nameOf(one))).map((one) => `${nameOf(one)}${used(one)}`),
    left: [...choice.left, ...gone, ...unshown(target, shown, choice, seen.held)],
    failed: [...seen.failed, ...undone],
    lastUsed: usesOf(seen.lastUsed),
  });
}
