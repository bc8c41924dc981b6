import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { quarantinePolicy, rightsPath } from '../../../lib/domain/identity.ts';
import { RoleClass } from '../../../lib/domain/step.ts';
import { isGone } from '../answers.ts';
import { type At, type Check, fail, list, notProven, ok, type Patient, type Place } from '../check.ts';
import { deployRoles } from '../mends.ts';
import { canonical, statementsOf } from '../policy.ts';

const concerns = { role: 'contain', action: 'sts:AssumeRole' };

const isMember = ({ home }: Patient, { account }: Place): boolean => account !== home.account;

const roleName = ({ config }: Patient, role: RoleClass): string => `${config.name}-${role}`;

/** The trust policy; null where there is no such role. */
async function trustOf(client: IAMClient, RoleName: string): Promise<string | null> {
  try {
    return (await client.send(new GetRoleCommand({ RoleName }))).Role?.AssumeRolePolicyDocument ?? '';
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** With what `rightsOf` asks. */
const rights = ['iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:GetPolicy', 'iam:GetPolicyVersion'];

/** Where the organisation is administered the roles have more than elsewhere. */
const isThereAlone = (arn: string): boolean => arn.endsWith('-organization');

/** The policy of the class, and after it those for which the role has no room; none where it has none. */
async function rightsOf(client: IAMClient, RoleName: string, PolicyName: string): Promise<string[]> {
  try {
    const { PolicyDocument = '' } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const attached = new ListAttachedRolePoliciesCommand({ RoleName, PathPrefix: rightsPath });
    const { AttachedPolicies = [] } = await client.send(attached);
    const arns = AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []).filter((arn) => !isThereAlone(arn));
    return [
      PolicyDocument,
      ...(await Promise.all(arns.toSorted().map(async (arn) => (await managed(client, arn)).document))),
    ];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

async function managed(client: IAMClient, PolicyArn: string): Promise<{ version: string; document: string }> {
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
  const version = Policy?.DefaultVersionId ?? '';
  const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: version }));
  return { version, document: PolicyVersion?.Document ?? '' };
}

const present: Check = {
  id: 'member-roles',
  about: 'account',
  title: 'The four roles through which Tourniquet acts are there',
  asks: ['iam:GetRole'],
  concerns,
  async run(at) {
    const client = at.client(IAMClient);
    const names = RoleClass.options.map((role) => roleName(at.patient, role));
    const trusts = await Promise.all(names.map((name) => trustOf(client, name)));
    const missing = names.filter((_, index) => trusts[index] === null);
    if (missing.length === 0) return ok(names.join(', '));
    const change = missing.length === names.length ? 'create' : 'update';
    return fail(`Missing: ${list(missing)}`, ...deployRoles(at, change));
  },
};

/** Both read what is in the hub too: there the same template made the same roles. Roles that are missing are another check's. */
async function differing(at: At, differs: (role: RoleClass, name: string) => Promise<boolean>): Promise<string[]> {
  const names = RoleClass.options.map(async (role) => {
    const name = roleName(at.patient, role);
    return (await differs(role, name)) ? [name] : [];
  });
  return (await Promise.all(names)).flat();
}

const trusting: Check = {
  id: 'member-trust',
  about: 'account',
  title: 'The roles trust the same functions as those in the hub',
  asks: ['iam:GetRole'],
  concerns,
  applies: isMember,
  async run(at) {
    const bad = await differing(at, async (_, name) => {
      const [there, here] = await Promise.all([trustOf(at.client(IAMClient), name), trustOf(at.hub(IAMClient), name)]);
      return there !== null && here !== null && canonical(there) !== canonical(here);
    });
    if (bad.length === 0) return ok('As in the hub');
    return fail(`Other trust than in the hub: ${list(bad)}`, ...deployRoles(at, 'update'));
  },
};

const current: Check = {
  id: 'member-version',
  about: 'account',
  title: 'The roles have the rights of the hub’s version',
  asks: ['iam:GetRole', ...rights],
  concerns: { role: 'contain', action: 'ec2:ModifyNetworkInterfaceAttribute' },
  applies: isMember,
  async run(at) {
    const bad = await differing(at, async (role, name) => {
      if ((await trustOf(at.client(IAMClient), name)) === null) return false;
      const there = await rightsOf(at.client(IAMClient), name, role);
      const here = await rightsOf(at.hub(IAMClient), name, role);
      const plain = (texts: readonly string[], account: string) =>
        texts.map((text) => canonical(text).replaceAll(account, 'ACCOUNT')).join();
      return plain(there, at.account) !== plain(here, at.patient.home.account);
    });
    if (bad.length === 0) return ok('As in the hub');
    return fail(
      `Other rights than in the hub, so another version, or changed: ${list(bad)}`,
      ...deployRoles(at, 'update'),
    );
  },
};

const quarantine: Check = {
  id: 'quarantine-policy',
  about: 'account',
  title: 'The policy that denies a user everything is there and does so',
  asks: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
  concerns: { role: 'contain', action: 'iam:AttachUserPolicy' },
  async run(at) {
    const { partition, config } = at.patient;
    const PolicyArn = quarantinePolicy({ partition, account: at.account, region: at.region }, config.name);
    const { version, document } = await managed(at.client(IAMClient), PolicyArn);
    const [only, ...others] = statementsOf(document);
    const denies = only?.Effect === 'Deny' && only.Action.includes('*') && only.Condition === undefined;
    return denies && others.length === 0
      ? ok(`${version} denies everything`)
      : fail(`${version} of ${config.name}-deny-all does not deny everything`, ...deployRoles(at, 'update'));
  },
};

/** As many as one call takes (IAM API reference, SimulatePrincipalPolicy: pages of 100). */
const simulated = 100;

const allowed: Check = {
  id: 'organization-allows',
  about: 'account',
  title: 'No policy of the organisation forbids what containment does',
  asks: ['iam:GetRole', ...rights, 'iam:SimulatePrincipalPolicy'],
  concerns: { role: 'contain', action: 'ec2:ModifyNetworkInterfaceAttribute' },
  applies: (patient, place) => patient.config.organization !== undefined && isMember(patient, place),
  async run(at) {
    const client = at.client(IAMClient);
    const name = roleName(at.patient, 'contain');
    const statements = (await rightsOf(client, name, 'contain')).flatMap(statementsOf);
    const ActionNames = statements
      .flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []))
      .slice(0, simulated);
    if (ActionNames.length === 0) return notProven('Not asked: the role has no rights (member-roles, member-version)');
    const { partition, config } = at.patient;
    const PolicySourceArn = `arn:${partition}:iam::${at.account}:role${config.rolePath}${name}`;
    const command = new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames });
    const { EvaluationResults = [] } = await client.send(command);
    const judged = EvaluationResults.filter(({ OrganizationsDecisionDetail }) => OrganizationsDecisionDetail);
    if (judged.length === 0) return notProven('The simulation says nothing about policies of the organisation');
    const refused = judged.filter(
      ({ OrganizationsDecisionDetail }) => !OrganizationsDecisionDetail?.AllowedByOrganizations,
    );
    if (refused.length === 0) return ok(`${judged.length} actions are allowed`);
    const names = refused.map(({ EvalActionName = '' }) => EvalActionName);
    return fail(
      `A policy of the organisation forbids ${list(names)}`,
      `Exempt arn:*:iam::*:role${config.rolePath}${name} in that policy`,
    );
  },
};

export const roles: readonly Check[] = [present, trusting, current, quarantine, allowed];
