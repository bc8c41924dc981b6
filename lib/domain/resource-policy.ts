import * as z from 'zod';
import { differences } from './before-state.ts';
import type { LeverPlan } from './lever-plan.ts';
import { policyMeaning } from './policy-meaning.ts';

/** The policy of a resource byte for byte, null for none, and the Sids of the statements that are ours: what others write into it is theirs. */
export const ResourcePolicy = z.object({ document: z.string().nullable(), sids: z.array(z.string()) });
export type ResourcePolicy = z.infer<typeof ResourcePolicy>;

const Statement = z.record(z.string(), z.unknown());
export type Statement = z.infer<typeof Statement>;
const Document = z.looseObject({ Statement: z.union([z.array(Statement), Statement.transform((one) => [one])]) });

const parse = (document: string | null): z.infer<typeof Document> =>
  document === null ? { Version: '2012-10-17', Statement: [] } : Document.parse(JSON.parse(document));

const isOurs =
  (sids: readonly string[]) =>
  ({ Sid }: Statement): boolean =>
    sids.includes(String(Sid));

/** Our statements, as they stand in the policy. */
export const oursIn = ({ document, sids }: ResourcePolicy): Statement[] =>
  parse(document).Statement.filter(isOurs(sids));

const othersIn = ({ document, sids }: ResourcePolicy): Statement[] =>
  parse(document).Statement.filter((one) => !isOurs(sids)(one));

/** The version of the policy's language; where it says none, the older one (IAM user guide, "IAM JSON policy elements: Version"). */
export const versionOf = ({ document }: ResourcePolicy): string => String(parse(document).Version ?? '2008-10-17');

/** As it is compared: ours alone, each by its Sid, so that nobody is asked about what others changed beside them. */
export const comparedPolicy = (policy: ResourcePolicy): unknown =>
  Object.fromEntries(oursIn(policy).map((one) => [String(one.Sid), policyMeaning(one)]));

/** With these in place of what ours stood there; the statements of others stay as they are. */
export function withOurs(policy: ResourcePolicy, ours: readonly Statement[]): string {
  const { Statement: _, ...rest } = parse(policy.document);
  return JSON.stringify({ ...rest, Statement: [...othersIn(policy), ...ours] });
}

/**
 * What is left without ours; null where that is nothing. It is the very policy of before where nobody has changed that since, byte for byte.
 */
export function withoutOurs(now: ResourcePolicy, before: ResourcePolicy): string | null {
  const { Statement: _, ...rest } = parse(now.document);
  const others = othersIn(now);
  const left = { ...rest, Statement: others };
  const same = differences(policyMeaning(parse(before.document)), policyMeaning(left)).length === 0;
  if (same) return before.document;
  return others.length === 0 ? null : JSON.stringify(left);
}

/** As AWS shows a principal that was deleted since, and does not take it again (IAM user guide, "IAM identifiers", unique ids). */
const deleted = /^(?:AIDA|AROA)[A-Z0-9]{8,}$/;

const principalsIn = ({ Principal, NotPrincipal }: Statement): string[] =>
  [Principal, NotPrincipal].flatMap((one) => {
    const aws = z.object({ AWS: z.union([z.string(), z.array(z.string())]) }).safeParse(one);
    return aws.success ? [aws.data.AWS].flat() : [];
  });

/** A principal that others have named and that is gone: with it the policy is not stored again. */
export const deletedIn = (policy: ResourcePolicy): string | null =>
  othersIn(policy)
    .flatMap(principalsIn)
    .find((one) => deleted.test(one)) ?? null;

/** Whose policy it is, as people call it, and why AWS would not store the one given, in words; null where it would. */
interface Storing {
  readonly of: string;
  whyNot(document: string): string | null;
}

/** The policy with these statements in it. */
export function planOurs(
  before: ResourcePolicy,
  ours: readonly Statement[],
  { of, whyNot }: Storing,
): LeverPlan<ResourcePolicy> {
  const there = differences(policyMeaning(oursIn(before)), policyMeaning(ours)).length === 0;
  if (there) return { nothing: `the policy of ${of} denies it already` };
  const document = withOurs(before, ours);
  const refused = whyNot(document);
  return refused ? { refused } : { ours: { document, sids: before.sids } };
}

/** What a lever on a policy finds out beforehand: ARNs of those whom no statement of ours may shut out. */
export interface Prepared {
  readonly spared: readonly string[];
}

/** Leaves these alone. A role is named by its ARN, not by that of its session. */
export const sparing = (
  prepared: Prepared | null,
): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> =>
  prepared && prepared.spared.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': prepared.spared } } : {};
