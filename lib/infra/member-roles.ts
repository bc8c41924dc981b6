import { Aws, CfnCondition, Duration, Fn, type IResolvable } from 'aws-cdk-lib';
import { ArnPrincipal, CfnManagedPolicy, CfnRole, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import { quarantinePath, rightsPath } from '../domain/identity.ts';
import { type Statement, statements } from '../domain/permission.ts';
import { rolesVersionTag } from '../domain/roles-version.ts';
import { admissionTag, RoleClass } from '../domain/step.ts';
import { named, pascal, roleArn } from './names.ts';
import { type Contract, classesOf, permissionsOf } from './registry.ts';
import { rolesVersion } from './roles-version.ts';
import { suppress } from './suppressions.ts';

interface MemberRolesProps {
  readonly config: Config;
  /** Account id of the hub, whose functions alone may come in. */
  readonly hub: string;
  readonly contracts: readonly Contract[];
}

/** Rights that several roles have, and the policy they are written in. */
interface InCommon {
  readonly roles: readonly RoleClass[];
  readonly shared: readonly Statement[];
  readonly arn: string;
}

/**
 * What Tourniquet needs in an account to act there: four roles, each use of which is narrowed further, to one resource, by a session
 * policy; and the policy that denies a user everything.
 */
export class MemberRoles extends Construct {
  constructor(scope: Construct, id: string, props: MemberRolesProps) {
    super(scope, id);
    const { name } = props.config;
    const version = rolesVersion(props.contracts, props.config);
    const held = new Map(RoleClass.options.map((role) => [role, rights(role, props)]));
    const inCommon = common(held).map(({ roles, shared }) => {
      const { ref } = this.apart(roles.join('-and-'), name, onOneLine(shared));
      return { roles, shared, arn: ref };
    });
    const there = this.sharedThere(props);
    for (const role of RoleClass.options) {
      const theirs = inCommon.filter(({ roles }) => roles.includes(role));
      const own = without(
        held.get(role) ?? [],
        theirs.flatMap(({ shared }) => shared),
      );
      const [inside = [], ...apart] = portions(own);
      const managed = [
        ...theirs.map(({ arn }) => arn),
        ...apart.map((portion, n) => this.apart(`${role}-${n + 1}`, name, onOneLine(portion)).ref),
        ...there.filter(({ roles }) => roles.includes(role)).map(({ arn }) => arn),
      ];
      const made = new CfnRole(this, pascal(role), {
        roleName: named(name, role),
        description: `Tourniquet's functions of the hub ${role} through this role`,
        maxSessionDuration: Duration.hours(1).toSeconds(),
        assumeRolePolicyDocument: new PolicyDocument({ statements: [trust(role, props)] }),
        // One says it for all four: the template has no room to say it four times.
        ...(role === 'read-evidence' && { tags: [{ key: rolesVersionTag, value: version }] }),
        policies: [
          { policyName: role, policyDocument: documentOf([...onOneLine(inside), notOurselves(role, props)]) },
          ...this.organization(role, props, there),
        ],
        ...(managed.length > 0 && { managedPolicyArns: managed }),
      });
      suppress(made, 'IAM5', unnamed);
    }
    quarantinePolicy(this, name);
  }

  /** Rights that roles have in common, or that have no room in theirs. */
  private apart(name: string, deployment: string, statements: readonly Statement[]): CfnManagedPolicy {
    const policy = new CfnManagedPolicy(this, pascal(name), {
      path: rightsPath,
      managedPolicyName: named(deployment, name),
      description: 'What Tourniquet may do through the roles of this name, besides what each of them may by itself',
      policyDocument: documentOf(statements),
    });
    suppress(policy, 'IAM5', unnamed);
    return policy;
  }

  /** What several roles may do to the organisation: written once, as what they may in an account. */
  private sharedThere({ config, contracts }: MemberRolesProps): InCommon[] {
    const { name, organizationAdmin } = config;
    if (!organizationAdmin) return [];
    const held = new Map(RoleClass.options.map((role) => [role, rightsThere(role, contracts)]));
    return common(held).map(({ roles, shared }) => {
      const written = this.apart(`${roles.join('-and-')}-organization`, name, onOneLine(shared));
      written.cfnOptions.condition = this.administers(organizationAdmin.account);
      return { roles, shared, arn: this.onlyThere(organizationAdmin.account, written.ref) };
    });
  }

  /** What the role alone may do to the organisation: only in the one account that administers it, though the template is the same in all. */
  private organization(
    role: RoleClass,
    { config, contracts }: MemberRolesProps,
    there: readonly InCommon[],
  ): IResolvable[] {
    const { organizationAdmin } = config;
    const theirs = there.filter(({ roles }) => roles.includes(role)).flatMap(({ shared }) => shared);
    const own = without(rightsThere(role, contracts), theirs);
    if (!organizationAdmin || own.length === 0) return [];
    const PolicyDocument = { Version: '2012-10-17', Statement: onOneLine(own).map(shortened) };
    const policy = { PolicyName: `${role}-organization`, PolicyDocument };
    return [Fn.conditionIf(this.administers(organizationAdmin.account).logicalId, policy, Aws.NO_VALUE)];
  }

  private onlyThere(account: string, arn: string): string {
    return Fn.conditionIf(this.administers(account).logicalId, arn, Aws.NO_VALUE).toString();
  }

  private administers(account: string): CfnCondition {
    const name = 'AdministersTheOrganization';
    const known = this.node.tryFindChild(name) as CfnCondition | undefined;
    return known ?? new CfnCondition(this, name, { expression: Fn.conditionEquals(Aws.ACCOUNT_ID, account) });
  }
}

/**
 * Ready beforehand, so that no role of ours needs the right to write a policy, and so that denying takes one call. Without a condition:
 * one on the issue time would deny a long-term key nothing, since it has none (IAM user guide, "AWS global condition context keys").
 */
function quarantinePolicy(scope: Construct, name: string): void {
  const everything = new PolicyStatement({ effect: Effect.DENY, actions: ['*'], resources: ['*'] });
  new CfnManagedPolicy(scope, 'DenyAll', {
    path: quarantinePath,
    managedPolicyName: named(name, 'deny-all'),
    description: 'Tourniquet attaches it to a user whose credentials are in doubt',
    policyDocument: new PolicyDocument({ statements: [everything] }),
  });
}

/**
 * Trusts roles of the hub that have both the deployment's name and the tag of this class, which the hub's stack gives to the functions
 * of the class alone. A role ARN as principal would turn into a dead id when the hub is deployed anew (IAM guide, Principal); conditions
 * do not.
 */
function trust(role: RoleClass, { config, hub, contracts }: MemberRolesProps): PolicyStatement {
  const { name, organization } = config;
  const entered = contracts.some((contract) => classesOf(contract).includes(role));
  const admitted = {
    ArnLike: { 'aws:PrincipalArn': asOneLine(roleArn(config, '*', hub)) },
    StringEquals: {
      [`aws:PrincipalTag/${admissionTag(role)}`]: name,
      ...(organization && { 'aws:PrincipalOrgID': organization.id }),
    },
  };
  return new PolicyStatement({
    // Where no function needs it the role stands ready, and lets nobody in.
    effect: entered ? Effect.ALLOW : Effect.DENY,
    principals: [new ArnPrincipal(asOneLine(`arn:${Aws.PARTITION}:iam::${hub}:root`))],
    actions: ['sts:AssumeRole'],
    ...(entered && { conditions: admitted }),
  });
}

/** Why a wildcard stands in a policy. */
const unnamed = 'Which resource is hit is known only with the finding; each session policy then names that one';

const documentOf = (all: readonly object[]): PolicyDocument =>
  new PolicyDocument({ statements: all.map((statement) => PolicyStatement.fromJson(statement)) });

/** As `Fn::Sub` names what CloudFormation knows by itself. */
const pseudo = (name: string): string => `\${AWS::${name}}`;
/** Any target in the account that holds the role. */
const here = { partition: pseudo('Partition'), account: pseudo('AccountId'), region: '*' };

/** An ARN as one line of the template: CDK's command line sends YAML, in which one that is joined of its parts takes ten. */
const onOneLine = (all: readonly Statement[]): Statement[] =>
  all.map(({ Resource, ...statement }) => ({
    ...statement,
    Resource: Resource.map((arn) => (arn.includes('${') ? Fn.sub(arn) : arn)),
  }));

/** The same of an ARN that CDK has made. */
const asOneLine = (arn: string): string =>
  Fn.sub(arn.replaceAll(Aws.PARTITION, pseudo('Partition')).replaceAll(Aws.ACCOUNT_ID, pseudo('AccountId')));

const oneOrMore = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 && list[0] ? list[0] : list);

/** As CDK writes its own statements: of one there is no list. */
const shortened = ({ Action, Resource, ...rest }: Statement): object => ({
  ...rest,
  Action: oneOrMore(Action),
  Resource: oneOrMore(Resource),
});

const rights = (role: RoleClass, { contracts }: MemberRolesProps): Statement[] =>
  statements(permissionsOf(contracts, role), here);

/** The same where the organisation is administered: any account of it may be the target. */
const rightsThere = (role: RoleClass, contracts: readonly Contract[]): Statement[] =>
  statements(permissionsOf(contracts, role, 'organization'), { ...here, account: '*' });

/** No right reaches our own roles. Without a Sid: the template has no room for four. */
const notOurselves = (role: RoleClass, { config }: MemberRolesProps): object => ({
  Effect: 'Deny',
  // Whose role acted is told by its id: that much may be read of our own.
  ...(role === 'read-evidence' ? { NotAction: ['iam:GetRole'] } : { Action: ['iam:*'] }),
  Resource: [asOneLine(roleArn(config, '*'))],
});

/**
 * IAM takes 10,240 characters of inline policies in a role, those about the organisation included, and 6,144 in a managed policy (IAM user
 * guide, "IAM and AWS STS quotas"). Counted with the names of pseudo parameters, which are longer than what stands there in the end.
 */
const room = { inside: 8000, apart: 5800 };

/** What a statement is about, besides its actions. */
const scopeOf = ({ Action: _, ...scope }: Statement): string => JSON.stringify(scope);

/** The same statements without these actions. */
function without(all: readonly Statement[], taken: readonly Statement[]): Statement[] {
  return all.flatMap((statement) => {
    const scope = scopeOf(statement);
    const gone = new Set(taken.filter((one) => scopeOf(one) === scope).flatMap(({ Action }) => Action));
    const Action = statement.Action.filter((action) => !gone.has(action));
    return Action.length > 0 ? [{ ...statement, Action }] : [];
  });
}

/** Fewer actions than these are shorter written twice than as a policy of their own. */
const worthApart = 10;

/** Rights that several roles have, by exactly those roles: written once, they leave the template room (51,200 bytes, all of them in one request). */
function common(held: ReadonlyMap<RoleClass, readonly Statement[]>) {
  const scopes = new Map([...held.values()].flat().map((statement) => [scopeOf(statement), statement]));
  const single = [...scopes].flatMap(([scope, statement]) => {
    const has = (role: RoleClass, action: string) =>
      held.get(role)?.some((one) => scopeOf(one) === scope && one.Action.includes(action));
    const actions = new Set([...held.values()].flat().flatMap((one) => (scopeOf(one) === scope ? one.Action : [])));
    return [...actions].map((action) => ({
      scope,
      statement,
      action,
      roles: [...held.keys()].filter((role) => has(role, action)),
    }));
  });
  const byRoles = Map.groupBy(single, ({ roles }) => roles.join());
  return [...byRoles.values()].flatMap((rights) => {
    const roles = rights[0]?.roles ?? [];
    if (roles.length < 2 || rights.length < worthApart) return [];
    const shared = [...Map.groupBy(rights, ({ scope }) => scope).values()].flatMap((those) => {
      const [first] = those;
      return first ? [{ ...first.statement, Action: those.map(({ action }) => action).toSorted() }] : [];
    });
    return [{ roles, shared }];
  });
}

/** Statements in portions: the first for the role itself, each further one for a managed policy. */
function portions(all: readonly Statement[]): Statement[][] {
  const filled: Statement[][] = [[]];
  let taken = 0;
  for (const statement of all) {
    const size = JSON.stringify(statement).length;
    if (taken + size > (filled.length === 1 ? room.inside : room.apart)) {
      filled.push([]);
      taken = 0;
    }
    filled.at(-1)?.push(statement);
    taken += size;
  }
  return filled;
}
