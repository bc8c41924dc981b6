/**
 * The operator's command line on the deployment that the scenarios share, and what people need for it: every call granted by the policy of
 * their office, and nothing granted that none of them needed.
 */
import { describe, expect, test } from 'vitest';
import { type Office, offices } from '../../bin/console/calls.ts';
import { officePolicy } from '../../bin/console/office-policy.ts';
import { everyVerb } from '../../bin/console/start.ts';
import { commandLineSuite } from '../console/command-line.ts';
import { deployed } from '../deployed/deployed.ts';
import { disagreements } from '../deployed/proof/agreement.ts';
import { sentenceOf, unused } from '../deployed/proof/grants.ts';
import type { MadeCall } from '../deployed/proof/made.ts';
import { parsePolicy, type Role, readPolicies } from '../deployed/proof/policies.ts';
import { staff } from '../sandbox/deployment.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';

commandLineSuite(deployed);

const { sandbox, outputs } = deployed();

/** The office as if it were a role: everybody who holds it may do the same. */
async function holderOf(office: Office): Promise<Role> {
  const stack = {
    name: 'tourniquet',
    output: (name: string) => outputs[name] ?? '',
    has: (name: string) => name in outputs,
  };
  const policy = parsePolicy(JSON.stringify(await officePolicy(await everyVerb(), office, stack)));
  const { hub: account } = sandbox.accounts;
  const arn = `arn:aws:iam::${account}:user/${office}`;
  const trust = parsePolicy('{"Version":"2012-10-17","Statement":[]}');
  return { arn, name: office, account, policies: [{ name: office, policy }], trust, tags: {} };
}

/** What people did at a terminal that was not refused; what was refused is tried on purpose. */
function callsOf(recorded: readonly RecordedCall[], holders: readonly Role[]): MadeCall[] {
  return Object.entries(staff).flatMap(([person, office]) => {
    const principal = `arn:aws:iam::${sandbox.accounts.hub}:user/${person}`;
    const role = holders.find(({ name }) => name === office);
    const done = recorded.filter((call) => call.principal === principal && call.allowed && !call.refused);
    return role
      ? done.map(({ checks, refused }) => ({ caller: { role, principal, session: null }, checks, refused }))
      : [];
  });
}

const recorded = () => sandbox.get<RecordedCall[]>('/_sandbox/calls');

/** What `destroy` does to a deployment that holds nothing; leftovers.test.ts has it done with just these rights. */
const takesAway = [
  'cloudformation:UpdateTerminationProtection',
  'cloudformation:DeleteStack',
  'cloudformation:ListStackResources',
  'cloudformation:DescribeStackEvents',
  's3:GetObjectRetention',
];

/** Which calls some policies of people do not grant, and which of their grants no call needed. */
async function judged(roles: readonly Role[]): Promise<{ missing: string[]; idle: string[] }> {
  const policies = { ...(await readPolicies(deployed())), roles };
  const calls = callsOf(await recorded(), roles);
  expect(new Set(calls.map(({ caller }) => caller.role.name))).toEqual(new Set(offices));
  // Which checks of the doctor apply depends on the deployment; its own suite runs all of them with just these rights.
  const idle = (await unused(policies, calls)).filter(
    ({ action, resource }) => resource !== '*' && !takesAway.includes(action),
  );
  return { missing: await disagreements(policies, calls), idle: idle.map(sentenceOf) };
}

describe('the managed policies of people', () => {
  test('grant every call of the command line, and nothing that no call needed', async () => {
    expect(await judged(await Promise.all(offices.map(holderOf)))).toEqual({ missing: [], idle: [] });
  }, 60_000);
});
