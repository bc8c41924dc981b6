import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Prepared, type ResourcePolicy, type Statement, sparing } from '../../../lib/domain/resource-policy.ts';
import { literal } from '../../../lib/domain/role-policy.ts';
import { samePrincipal } from '../../../lib/domain/same-principal.ts';
import type { Actor } from '../bucket-facts.ts';
import { planStatements, wholeBucket } from '../bucket-policy.ts';
import type { Stored } from '../stored.ts';

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
/** Hexadecimal. */
type Digest = (text: string) => string;

/** By name, under any path: findings leave paths out, and names are unique in an account. */
const called = (kind: 'user' | 'role', name: string, iam: string): Condition => ({
  ArnLike: { 'aws:PrincipalArn': ['', '*/'].map((path) => `${iam}:${kind}/${path}${literal(name)}`) },
});

/**
 * What is true of the calls of exactly this one (IAM user guide, "AWS global condition context keys", `aws:userid`): IAM's unique id, since a
 * name may be given again; else the name. Null where nothing tells them from others: whoever asks without credentials, and services of AWS.
 */
function conditionOf({ account, principal }: Actor, target: Stored): Condition | null {
  const { kind, name, id, session } = principal;
  const home = account ?? target.account;
  const iam = `arn:${target.partition}:iam::${home}`;
  const userid = (one: string): Condition => ({ StringLike: { 'aws:userid': one } });
  if (kind === 'root') return { ArnEquals: { 'aws:PrincipalArn': `${iam}:root` } };
  // A person, in whichever account and permission set: the end of the session is the name they log in with.
  if (kind === 'identity-center') return session ? userid(`*:${literal(session)}`) : null;
  if (kind === 'federated-user') return name ? userid(`${home}:${literal(name)}`) : null;
  if (kind === 'account')
    return id && /^\d{12}$/.test(id) && id !== target.account ? { StringEquals: { 'aws:PrincipalAccount': id } } : null;
  if (kind === 'iam-user') return id ? userid(id) : name ? called('user', name, iam) : null;
  if (kind !== 'role-session') return null;
  const own = session ? literal(session) : '*';
  if (id) return userid(`${id}:${own}`);
  return name ? { ...called('role', name, iam), ...userid(`*:${own}`) } : null;
}

/** The ARN by which a list may name them; null where it names nobody. */
function arnOf({ account, principal: { kind, name } }: Actor, { partition, account: here }: Stored): string | null {
  if (!name || (kind !== 'iam-user' && kind !== 'role-session')) return null;
  return `arn:${partition}:iam::${account ?? here}:${kind === 'iam-user' ? 'user' : 'role'}/${name}`;
}

/** A Sid takes letters and digits. The same for the same principal, whichever run writes it. */
const sidOf = (condition: Condition, digest: Digest): string =>
  `TourniquetDeny${digest(JSON.stringify(condition)).slice(0, 8)}`;

/** Each of whom the finding names, once. */
const conditionsFor = (target: Stored, actors: readonly Actor[]): Condition[] => {
  const all = actors.map((one) => conditionOf(one, target)).filter((one) => one !== null);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
};

/** The Sids that our statements about this target have. */
export const sidsFor = (target: Stored, digest: Digest): string[] =>
  conditionsFor(target, target.actors).map((one) => sidOf(one, digest));

const statement = (target: Stored, condition: Condition, prepared: Prepared | null, digest: Digest): Statement => ({
  Sid: sidOf(condition, digest),
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: wholeBucket(target),
  Condition: { ...condition, ...sparing(prepared) },
});

/** A statement about each of whom the finding names, but for those on the lists. */
export function planDeny(
  target: Stored,
  before: ResourcePolicy,
  prepared: Prepared | null,
  digest: Digest,
): LeverPlan<ResourcePolicy> {
  const spared = prepared?.spared ?? [];
  const isSpared = (actor: Actor): boolean => {
    const arn = arnOf(actor, target);
    return arn !== null && spared.some((one) => samePrincipal(one, arn));
  };
  const told = target.actors.filter((one) => conditionOf(one, target));
  if (told.length === 0) return { nothing: 'the finding names nobody whom a bucket policy can tell from others' };
  const conditions = conditionsFor(
    target,
    told.filter((one) => !isSpared(one)),
  );
  if (conditions.length === 0)
    return {
      refused:
        'whom the finding names is an approver or on the break-glass list: a person decides, outside of Tourniquet',
    };
  return planStatements(
    target,
    before,
    conditions.map((one) => statement(target, one, prepared, digest)),
  );
}
