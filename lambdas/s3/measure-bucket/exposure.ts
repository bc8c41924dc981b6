import * as z from 'zod';
import type { Block } from '../bucket-facts.ts';
import { listed } from '../listed.ts';

const many = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const Statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Principal: z.union([z.string(), z.object({ AWS: many.optional() })]).optional(),
  Action: many.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
type Statement = z.infer<typeof Statement>;
const Policy = z.object({ Statement: z.union([z.array(Statement), Statement.transform((one) => [one])]) });

/** What a policy lets in: parts that cannot be read let nobody in here, and S3 says for itself whether the whole is public. */
const allowing = (document: string | null): Statement[] =>
  (document === null ? [] : (Policy.safeParse(JSON.parse(document)).data?.Statement ?? [])).filter(
    ({ Effect }) => Effect === 'Allow',
  );

const principalsOf = ({ Principal }: Statement): string[] =>
  typeof Principal === 'string' ? [Principal] : (Principal?.AWS ?? []);

/** Block Public Access where it counts for a bucket, null for none: of all levels the strictest setting counts (S3 user guide, "Blocking public access to your Amazon S3 storage"). */
export interface Blocks {
  readonly account: Block | null;
  readonly bucket: Block | null;
}

/** The levels at which a flag is on, in words; null for none. */
function levels(flag: keyof Block, { account, bucket }: Blocks, accessPoint: Block | null = null): string | null {
  const all: [string, Block | null][] = [
    ['the account', account],
    ['the bucket', bucket],
    ['the access point', accessPoint],
  ];
  return all.flatMap(([name, block]) => (block?.[flag] ? [name] : [])).join(' and ') || null;
}

function flagsOf(block: Block | null): string {
  const on = Object.entries(block ?? {}).flatMap(([flag, set]) => (set ? [flag] : []));
  if (on.length === 0) return 'off';
  return on.length === 4 ? 'on' : `${on.join(', ')} alone`;
}

/** At which level public access is blocked. */
export const blocksSentence = ({ account, bucket }: Blocks): string =>
  `Block Public Access of the account: ${flagsOf(account)}; of the bucket: ${flagsOf(bucket)}`;

/** How the bucket is set, as far as it could be read. */
export interface Exposure {
  readonly policy: string | null;
  /** As S3 judges the policy (S3 user guide, "The meaning of public"). */
  readonly policyIsPublic: 'yes' | 'no';
  readonly blocks: Blocks;
  /** Permissions that the ACL of the bucket gives to everybody. */
  readonly publicGrants: readonly string[];
  /** With `BucketOwnerEnforced` no ACL counts. */
  readonly acls: 'on' | 'off';
}

/** Whether anybody may come in, and what would let them or stops them, and at which level. */
export const publicSentences = (exposure: Exposure): string[] => [
  policySentence(exposure),
  exposure.acls === 'off' ? 'ACLs are off' : aclSentence(exposure),
];

function policySentence({ policy, policyIsPublic, blocks }: Exposure): string {
  if (policyIsPublic === 'no') return 'Not public by its policy';
  const open = allowing(policy).filter((one) => principalsOf(one).includes('*'));
  const what = [...new Set(open.flatMap(({ Action }) => Action ?? []))];
  const actions = what.length > 0 ? ` (${listed(what)})` : '';
  const held = levels('RestrictPublicBuckets', blocks);
  return held
    ? `Its policy is public${actions}, and Block Public Access of ${held} lets it count for this account alone`
    : `PUBLIC by its policy${actions}`;
}

function aclSentence({ blocks, publicGrants }: Exposure): string {
  const ignored = levels('IgnorePublicAcls', blocks);
  if (ignored) return `ACLs are on, and Block Public Access of ${ignored} ignores public ones`;
  const byAcl =
    publicGrants.length > 0 ? `its ACL gives everybody ${listed(publicGrants)}` : 'its own ACL is not public';
  return `${publicGrants.length > 0 ? 'PUBLIC' : 'Objects may be public'} by ACLs, which are on: ${byAcl}`;
}

/** One way into the bucket with a policy and a block of its own; the block stays as it was when the access point was made. */
export interface AccessPoint {
  readonly name: string;
  readonly policyIsPublic: 'yes' | 'no';
  readonly block: Block | null;
}

/** Access points a question shows: each takes two calls. */
export const looked = 20;

/** Which of its access points let everybody with an AWS account in, where the bucket leaves that to them (S3 user guide, "Managing public access to access points"). */
export function accessPointSentences(points: readonly AccessPoint[], blocks: Blocks, more: 'more' | 'all'): string[] {
  const known = points.filter(({ policyIsPublic }) => policyIsPublic === 'yes');
  const said = known.map(({ name, block }) => {
    const held = levels('RestrictPublicBuckets', blocks, block);
    return held
      ? `The access point ${name} has a public policy, and Block Public Access of ${held} lets it count for this account alone`
      : `PUBLIC through the access point ${name}, by a policy of its own`;
  });
  if (points.length === 0) return ['No access point of this account leads to it'];
  const others = points.length - known.length;
  return [
    ...said,
    ...(others > 0 ? [`Access points whose policy is not public: ${others}`] : []),
    ...(more === 'more' ? [`MORE THAN ${looked} access points: the others are not looked at`] : []),
  ];
}

/** Accounts and organisations that the policy names. */
export function sharedSentence(policy: string | null, own: string): string {
  const accounts = allowing(policy)
    .flatMap(principalsOf)
    .flatMap((one) => /^(?:arn:[\w-]+:iam::)?(\d{12})(?::|$)/.exec(one)?.[1] ?? [])
    .filter((one) => one !== own);
  const organizations = allowing(policy).flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) =>
      Object.entries(keys).flatMap(([key, value]) =>
        key.toLowerCase() === 'aws:principalorgid' ? [String(value)] : [],
      ),
    ),
  );
  const names = [...new Set([...accounts, ...organizations])];
  return names.length > 0 ? `Shared by its policy with ${listed(names)}` : 'Its policy shares it with no other account';
}
