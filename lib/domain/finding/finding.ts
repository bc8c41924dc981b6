import * as z from 'zod';
import { claimOf, isIdentified, Named, type PrincipalKind } from '../named.ts';
import { AccountId } from '../resource.ts';
import { Severity } from '../severity.ts';

/** The way a finding came to us. The same finding may come several ways; its key is the same in all. */
export const Source = z.enum([
  'guardduty',
  'guardduty-malware-scan',
  'securityhub',
  'securityhub-v2',
  'inspector2',
  'macie',
  'health',
  'cloudtrail',
  'backup',
  // A session of a chain that a finding began, handed over by our own step.
  'tourniquet',
]);
export type Source = z.infer<typeof Source>;

/** What a finding says happened: an attack, a weakness that may be used for one, or nothing bad at all. */
export const Nature = z.enum(['attack', 'weakness', 'clean']);
export type Nature = z.infer<typeof Nature>;

/** One of the findings an attack sequence was seen in. */
export const Signal = z.object({ id: z.string(), type: z.string(), name: z.string(), at: z.string().nullable() });
export type Signal = z.infer<typeof Signal>;

/** How Security Hub calls its copy of a finding: in its format of 2018 (ASFF) or in the one of 2025 (OCSF). */
export const HubCopy = z.object({ format: z.enum(['asff', 'ocsf']), id: z.string(), productArn: z.string() });
export type HubCopy = z.infer<typeof HubCopy>;

/** A finding, whoever sent it. Account and Region are the finding's own, never the envelope's: an administrator account receives its members' findings. */
export const Finding = z.object({
  source: Source,
  /** Whose finding it is: Security Hub passes on what others found. */
  product: z.string(),
  id: z.string().min(1),
  arn: z.string(),
  /** The same for every copy of the finding, whichever way it came. */
  key: z.string().min(1),
  /** Who imported it into Security Hub, as `account/product` where that is no service of AWS; null where AWS itself found it. */
  importedBy: z.string().nullish(),
  /** GuardDuty's own spelling, where it is GuardDuty's. */
  type: z.string().min(1),
  title: z.string(),
  nature: Nature,
  /** Null where the source gives none: nobody guesses one. */
  severity: Severity.nullable(),
  /** The source's own number, on its own scale. */
  score: z.number().nullable(),
  partition: z.string(),
  account: AccountId.nullable(),
  region: z.string().nullable(),
  sample: z.boolean(),
  /** Somebody has put it aside or resolved it. */
  archived: z.boolean(),
  suppressed: z.boolean(),
  /** Part of a rehearsal of ours. */
  drill: z.boolean(),
  /** A person picked it in Security Hub and asked for a response. */
  requested: z.boolean(),
  /** Security Hub's copy; null where it came another way. */
  hub: HubCopy.nullish(),
  /** The incident that a note of ours in Security Hub names; null without one. */
  marked: z.string().nullish(),
  /** Nothing reads it here. The version before this one, deployed again over it, takes no finding without. */
  updatedBy: z.string().nullish(),
  /** ACTOR: our resource attacks. TARGET: it is attacked, and containing it would help the attacker. */
  role: z.enum(['ACTOR', 'TARGET', 'unknown']),
  count: z.number(),
  firstSeen: z.string().nullable(),
  lastSeen: z.string().nullable(),
  /** What the finding is about, the most telling first; may be empty. */
  targets: z.array(Named),
  /** The call that was seen, for example `kms:ScheduleKeyDeletion`. */
  call: z.string().nullable(),
  /** The command that undoes the call, where it blinds. */
  mend: z.string().nullish(),
  /** Addresses and domains the finding names, for the message and the report. */
  remotes: z.array(z.string()),
  /** Of attack sequences. */
  signals: z.array(Signal),
  /** What the source did not say, or said so that it cannot be used. */
  missing: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

/** The kind of credential a finding is about: decides between the playbooks for users, roles, people and root. */
export type Holder = 'root' | 'identity-center' | 'role' | 'user' | 'other';

/** Whose credential a finding is about; null where it names none. */
export function holderOf({ targets }: Pick<Finding, 'targets'>): Holder {
  const kind = targets.find(({ principal }) => principal)?.principal?.kind;
  if (kind === 'root' || kind === 'identity-center') return kind;
  if (kind === 'role-session') return 'role';
  // A federated session may do what the user may who issued it, and a deny on that user stops it.
  return kind === 'iam-user' || kind === 'federated-user' ? 'user' : 'other';
}

/** What the code runs on that a finding is about. */
export type Surface = 'eks' | 'ecs' | 'instance' | 'none';

export function surfaceOf({ targets }: Pick<Finding, 'targets'>): Surface {
  const names = (kind: Named['kind']): boolean => targets.some((target) => target.kind === kind);
  if (names('eks-cluster')) return 'eks';
  if (names('ecs-cluster')) return 'ecs';
  return names('instance') ? 'instance' : 'none';
}

/** How many resources one incident can hold: DynamoDB writes 100 items in a transaction, and the opening needs a few itself. */
const mostClaims = 80;

/** Bytes of a claim, less than the 2,048 of a partition key (DynamoDB guide, "Quotas"); what is called by more is not claimed. */
const longestClaim = 1900;
const fits = (claim: string): boolean => new TextEncoder().encode(claim).length <= longestClaim;

/** A credential is one kind whether the finding knows its key or not. */
const kindOf = ({ kind }: Named): Named['kind'] => (kind === 'access-key' ? 'principal' : kind);

/** A service of AWS calls for many who have nothing to do with each other, and so does another account. */
const ofMany: readonly PrincipalKind[] = ['service', 'account', 'unknown'];

export const isSequence = ({ type }: Pick<Finding, 'type'>): boolean => type.startsWith('AttackSequence:');

/**
 * What the finding is about: the first resource it names, and all others of the same kind. What merely stands beside it (the node of a workload,
 * the interface of an instance) is no subject of its own. An attack sequence is one, whatever the number of its resources.
 */
export function subjectsOf(finding: Pick<Finding, 'targets' | 'partition' | 'type' | 'source' | 'key'>): Named[] {
  const { targets, partition, source, key } = finding;
  const [first, ...others] = targets;
  // GuardDuty, CloudTrail and Macie name the credential that was used first, and users or roles beside it are what it was used on. AWS Health lists
  // what is exposed, each as much as the others, and so do other products in Security Hub.
  const lists = source === 'health' || (source.startsWith('securityhub') && !key.startsWith('guardduty:'));
  const used = first && kindOf(first) === 'principal' && !lists;
  if (!first || used || isSequence(finding)) return targets.slice(0, 1);
  const alike = others.filter((one) => kindOf(one) === kindOf(first) && isIdentified(one));
  const each = new Map([first, ...alike].map((one) => [claimOf(one, partition), one] as const));
  return [...each.values()];
}

/**
 * The key of a finding among those of all accounts: the ids of GuardDuty and Macie are unique in one. The account is that of its ARN, which every
 * copy has that names another: who imports GuardDuty's finding under a product of their own is the account of the copy.
 */
export function keyAmongAll({ key, arn, account }: Pick<Finding, 'key' | 'arn' | 'account'>): string {
  const home = /^arn:[^:]+:guardduty:[^:]*:(\d{12}):/.exec(arn)?.[1] ?? account;
  return home && /^(?:guardduty|macie):/.test(key) ? `${key}:${home}` : key;
}

/**
 * The resources an incident claims for a finding, so that later findings about any of them join it. Of an attack sequence these are all
 * it names; otherwise what it is about. Only what AWS gave an id to is claimed: a finding that names nothing of the kind claims itself.
 */
export function claimsOf(finding: Finding): string[] {
  const { targets, partition } = finding;
  const chosen = isSequence(finding) ? targets : subjectsOf(finding);
  // AWS Health knows the key and not its user: by the key its warning finds the incident about the user.
  const bare = chosen.flatMap((one) =>
    one.kind === 'access-key' && one.principal?.kind === 'iam-user' ? [{ ...one, principal: null }] : [],
  );
  // Whoever switches off a second log is in the same incident, and so is what GuardDuty says of it later: it names the caller first.
  const who = targets.filter(({ principal }) => principal && !ofMany.includes(principal.kind));
  const beside = chosen[0]?.kind === 'log' ? who : [];
  const claims = [...chosen, ...bare, ...beside]
    .filter(isIdentified)
    .map((target) => claimOf(target, partition))
    .filter(fits);
  return claims.length > 0 ? [...new Set(claims)].slice(0, mostClaims) : [`finding:${keyAmongAll(finding)}`];
}
