import * as z from 'zod';
import { type Document, documentOf, ruled } from './policy.ts';

const Name = z.object({ PolicyArn: z.string() });
const Inline = z.object({ PolicyName: z.string(), PolicyDocument: z.unknown().optional() });
const attached = { AttachedManagedPolicies: z.array(Name).default([]) };
const bounded = { PermissionsBoundary: z.object({ PermissionsBoundaryArn: z.string() }).optional() };

/** What `aws iam get-account-authorization-details` prints (IAM API reference, GetAccountAuthorizationDetails). */
export const AccountDetails = z.looseObject({
  UserDetailList: z.array(
    z.looseObject({
      Arn: z.string(),
      GroupList: z.array(z.string()).default([]),
      UserPolicyList: z.array(Inline).default([]),
      ...attached,
      ...bounded,
    }),
  ),
  GroupDetailList: z.array(
    z.looseObject({ GroupName: z.string(), GroupPolicyList: z.array(Inline).default([]), ...attached }),
  ),
  RoleDetailList: z.array(
    z.looseObject({ Arn: z.string(), RolePolicyList: z.array(Inline).default([]), ...attached, ...bounded }),
  ),
  Policies: z.array(
    z.looseObject({
      Arn: z.string(),
      PolicyVersionList: z
        .array(z.looseObject({ Document: z.unknown().optional(), IsDefaultVersion: z.boolean() }))
        .default([]),
    }),
  ),
});
export type AccountDetails = z.infer<typeof AccountDetails>;

/** The policies of a user or a role. */
interface Held {
  readonly policies: readonly Document[];
  /** Null where there is no boundary. */
  readonly boundary: readonly Document[] | null;
  /** Policies whose document is not at hand, or is none. */
  readonly missing: readonly string[];
}

/** What rights say of an act: `unknown` where it takes what the file does not hold. */
export interface Answer {
  readonly says: 'allowed' | 'denied' | 'no right' | 'unknown';
  readonly because: string;
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';
/** `111122223333 role deploy`: names of roles and users are unique in an account, whatever their path (IAM user guide, "IAM identifiers"). */
const keyOf = (arn: string): string => {
  const [kind = '', ...path] = arn.split(':').slice(5).join(':').split('/');
  if (kind === 'assumed-role') return `${accountOf(arn)} role ${path[0] ?? ''}`;
  return `${accountOf(arn)} ${kind} ${path.at(-1) ?? ''}`;
};

interface Owner {
  readonly inline: readonly z.infer<typeof Inline>[];
  readonly arns: readonly string[];
  readonly boundary: string | null;
}

/** Rights of users and roles, as files say they were when they were made. */
export class AccountRights {
  readonly #held = new Map<string, Held>();
  readonly #managed = new Map<string, Document | null>();

  constructor(files: readonly AccountDetails[]) {
    for (const { Policies } of files)
      for (const { Arn, PolicyVersionList } of Policies)
        this.#managed.set(
          Arn,
          documentOf(PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document),
        );
    for (const file of files) this.#read(file);
  }

  /** Whether the files say anything of whom this ARN names. */
  knows(arn: string): boolean {
    return this.#held.has(keyOf(arn));
  }

  /** What they allowed somebody. */
  answer(arn: string, action: string, resource: string): Answer {
    const held = this.#held.get(keyOf(arn));
    if (!held) return { says: 'unknown', because: 'of them no rights are at hand' };
    const { Allow, Deny } = ruled(held.policies, action, resource);
    const within = held.boundary === null ? 'yes' : ruled(held.boundary, action, resource);
    const denies = within !== 'yes' && within.Deny === 'yes';
    if (Deny === 'yes' || denies) return { says: 'denied', because: 'a policy denies it' };
    const [missing] = held.missing;
    if (Allow === 'no' && missing) return { says: 'unknown', because: `${missing} is not at hand` };
    if (Allow === 'no') return { says: 'no right', because: 'none of their policies allows it' };
    if (within !== 'yes' && within.Allow === 'no')
      return { says: 'no right', because: 'their boundary does not allow it' };
    const isSure =
      Allow === 'yes' && Deny === 'no' && (within === 'yes' || (within.Allow === 'yes' && within.Deny === 'no'));
    if (isSure && !missing) return { says: 'allowed', because: 'a policy allows it' };
    return {
      says: 'unknown',
      because: missing ? `${missing} is not at hand` : 'it depends on conditions, or on which part of it',
    };
  }

  #read({ UserDetailList, GroupDetailList, RoleDetailList }: AccountDetails): void {
    const groups = new Map(GroupDetailList.map((one) => [one.GroupName, one]));
    for (const user of UserDetailList) {
      const own = user.GroupList.flatMap((name) => groups.get(name) ?? []);
      this.#note(user.Arn, {
        inline: [...user.UserPolicyList, ...own.flatMap((one) => one.GroupPolicyList)],
        arns: [user, ...own].flatMap((one) => one.AttachedManagedPolicies.map(({ PolicyArn }) => PolicyArn)),
        boundary: user.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
      });
    }
    for (const role of RoleDetailList)
      this.#note(role.Arn, {
        inline: role.RolePolicyList,
        arns: role.AttachedManagedPolicies.map(({ PolicyArn }) => PolicyArn),
        boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
      });
  }

  #note(arn: string, { inline, arns, boundary }: Owner): void {
    const all = [
      ...inline.map(({ PolicyName, PolicyDocument }) => [PolicyName, documentOf(PolicyDocument)] as const),
      ...arns.map((one) => [one, this.#managed.get(one) ?? null] as const),
    ];
    const limit = boundary === null ? null : (this.#managed.get(boundary) ?? null);
    const missing = [
      ...all.flatMap(([name, one]) => (one ? [] : [name])),
      ...(boundary !== null && !limit ? [boundary] : []),
    ];
    const policies = all.flatMap(([, one]) => (one ? [one] : []));
    this.#held.set(keyOf(arn), { policies, boundary: limit && [limit], missing });
  }
}
