/**
 * Proof of permissions, both ways, after a course that needs every right: nothing used that is not granted, nothing granted that is not
 * used. What other suites did on this deployment before counts too: this one is the last, and plays what they do only where they did not.
 * In `npm test`, where others take turns, it judges what they called, and asks nothing about what is granted and not used.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { depth } from '../depth.ts';
import { entry, sendEvent } from '../sandbox/finding.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';
import { deployed } from './deployed.ts';
import { disagreements } from './proof/agreement.ts';
import { playAsOthers, playTheRest } from './proof/course.ts';
import { type Grant, grantsOf, sentenceOf, unused } from './proof/grants.ts';
import { type Made, madeByUs } from './proof/made.ts';
import { type Document, type Policies, readPolicies } from './proof/policies.ts';

interface Exception {
  readonly role: RegExp;
  readonly action: RegExp;
  readonly resource: RegExp;
  readonly because: string;
}

const hub = '111122223333';
const fourRoles = 'tourniquet-(read-evidence|contain|release|eradicate)';

/** What is granted although nothing recorded needed it. One that matches no grant any more is taken out. */
const exceptions: readonly Exception[] = [
  {
    role: /./,
    action: /^(logs:(CreateLogStream|PutLogEvents)|xray:Put(TraceSegments|TelemetryRecords))$/,
    resource: /./,
    because: 'Lambda and Step Functions write logs and traces with the role; the sandbox plays neither call',
  },
  {
    role: /^tourniquet-run-/,
    action: /^(logs:.*(LogDeliver|Polic|LogGroups).*|xray:GetSampling.*)$/,
    resource: /^\*$/,
    because:
      'Step Functions sets up the log of a machine and samples traces with its role; the sandbox does not play that',
  },
  {
    role: /./,
    action: /^sts:AssumeRole$/,
    resource: new RegExp(`^arn:aws:iam::${hub}:role/`),
    because: 'the hub may be the account of a victim too; the scenarios keep theirs in the member account',
  },
  {
    role: /^tourniquet-seal-record in /,
    action: /^s3:GetObjectRetention$/,
    resource: /./,
    because:
      'S3 shows the lock of an object only to whoever may ask for it (S3 API reference, HeadObject); the sandbox shows it to everybody',
  },
  {
    role: new RegExp(`^${fourRoles} in ${hub}$`),
    // What stands there alone, because the organisation is administered from there, has to be needed.
    action: /^(?!organizations:|sso:|identitystore:|sts:AssumeRoot$)/,
    resource: /./,
    because: 'the same for the four roles themselves; in the hub they are the very same as in a member, see below',
  },
  {
    role: new RegExp(`^tourniquet-(contain|release) in ${hub}$`),
    action: /^iam:/,
    resource: /:(role\/aws-reserved\/sso\.amazonaws\.com\/|saml-provider\/AWSSSO_)/,
    because:
      'IAM Identity Center writes its roles in the management account with the rights of its caller; the sandbox plays people of the member',
  },
  {
    role: /^tourniquet-(contain|release)/,
    action: /^ec2:ModifyNetworkInterfaceAttribute$/,
    resource: /:instance\/\*$/,
    because:
      'the Service Authorization Reference lists the instance as a resource of this action and not when AWS checks it',
  },
  {
    role: /^tourniquet-read-evidence /,
    action: /^ssm:SendCommand$/,
    resource: /:document\/AWS-RunPowerShellScript$/,
    because: 'the sandbox plays no Windows',
  },
  {
    role: /^tourniquet-request-approval/,
    action: /^states:SendTaskSuccess$/,
    resource: /:tourniquet-release$/,
    because: 'delivers a decision that was lost on its way; played with the other playbook, the code is the same',
  },
  {
    role: /^tourniquet-(request-approval|decide-approval|slack-interactions)/,
    action: /^states:SendTaskSuccess$/,
    resource: /:stateMachine:tourniquet-(?!ec2-instance-compromise$|release$)/,
    because: 'any playbook may wait for an answer; played with one, the code is the same',
  },
  {
    role: /^tourniquet-close-out/,
    action: /^states:SendTaskSuccess$/,
    resource: /:stateMachine:tourniquet-(?!ec2-instance-compromise$)/,
    because:
      'takes back whichever question still waits when an incident is closed; played with one, the code is the same',
  },
  {
    role: /^tourniquet-open-incident/,
    action: /^states:StartExecution$/,
    resource: /:stateMachine:tourniquet-(?!ec2-instance-compromise$)/,
    because:
      'begins a run of the same playbook about each further target of a finding; played with several instances, the code is the same',
  },
  {
    role: /^tourniquet-route-finding/,
    action: /^states:StartExecution$/,
    resource: /./,
    because: 'the desk takes a copy to whichever playbook claims it; some are started by it in the families suite',
  },
  {
    role: /^tourniquet-(run|start)-(?!ec2-instance-compromise |release )/,
    action: /^(lambda:InvokeFunction|states:StartExecution)$/,
    resource: /./,
    because:
      'rendered by the same notation as the playbooks that are played whole; the families suite starts each of them',
  },
  {
    role: /^tourniquet-route-finding/,
    action: /^(s3:PutObject(Retention)?|kms:GenerateDataKey)$/,
    resource: /./,
    because: 'it seals what is larger than a state machine takes; the families suite sends such an event',
  },
  {
    role: /^tourniquet-(copy-to-vault|update-findings) /,
    action: /^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/,
    resource: /./,
    because: 'Lambda reads the stream with the role, and makes no mapping without them; the sandbox reads it by itself',
  },
  {
    role: /^tourniquet-(clock-(tick|sweep)|hear-forwarder|seal-checkpoint|copy-to-vault|update-findings|report-failed-run|schedules) /,
    action: /^sqs:SendMessage$/,
    resource: /./,
    because:
      'Lambda and the scheduler leave dead letters with it; played with route-finding, whose events can be made unreadable',
  },
  {
    role: /^tourniquet-(tell-responders|task-identity-provider|report-failed-run)/,
    action: /^(sns:Publish|kms:(Decrypt|GenerateDataKey))$/,
    resource: /./,
    because: 'the way to people when Slack is down; played with other functions, the code is the same',
  },
  {
    role: /^tourniquet-contain/,
    action: /^(s3:GetBucketPublicAccessBlock|ec2:DescribeTrunkInterfaceAssociations)$/,
    resource: /./,
    because:
      'looked at before the change only where the facts are older than a minute by then; no course waits as long, and the contract suite does',
  },
  {
    role: /^tourniquet-(respond-for-(principal|sequence)|start-picked-playbook)/,
    action: /^states:StartExecution$/,
    resource: /./,
    because: 'which playbook fits, the finding or a person says; a few of them are played, and one place starts all',
  },
  {
    role: /^tourniquet-(tell-responders|task-identity-provider)/,
    action: /^dynamodb:(PutItem|UpdateItem)$/,
    resource: /./,
    because: 'keeps what Slack did not take, and is granted with all else of single items; played with other functions',
  },
];

const nameOf = ({ role: { name, account } }: Grant): string => `${name} in ${account}`;
const covers = ({ role, action, resource }: Exception, grant: Grant): boolean =>
  role.test(nameOf(grant)) && action.test(grant.action) && resource.test(grant.resource);

/** Nothing that is a finding: what the router cannot read is a dead letter. */
const unreadable = entry('aws.guardduty', 'GuardDuty Finding', { type: 'New:Kind/Unreadable', id: 7 });

/** Milliseconds: the simulator judges some ten thousand different calls. */
const patience = 300_000;

const deployment = deployed();
let policies: Policies;
let made: Made;

async function readAll(): Promise<void> {
  policies = await readPolicies(deployment);
  made = madeByUs(await deployment.sandbox.get<RecordedCall[]>('/_sandbox/calls'), policies);
}

/** Grants that nothing has needed so far, and no exception covers. */
async function needless(): Promise<readonly Grant[]> {
  const left = await unused(policies, made.calls);
  return left.filter((grant) => !exceptions.some((one) => covers(one, grant)));
}

/** Whether the other suites were played whole, or this one by itself. */
const whole = depth !== 'turn';

beforeAll(async () => {
  if (!whole) return readAll();
  await sendEvent(deployment, unreadable);
  await playTheRest(deployment);
  await readAll();
  const left = await needless();
  if (left.length === 0) return;
  // Run alone, or after a few of the others. After all of them it should not come to this: what is missing then is said.
  console.info(`Played anew, since nothing needed so far:\n${left.slice(0, 20).map(sentenceOf).join('\n')}`);
  await playAsOthers(deployment);
  await readAll();
}, 900_000);

describe('what is used', () => {
  test('every call has a role of the stacks behind it, and in an account of a victim a session policy', () => {
    expect(made.unexplained).toEqual([]);
    expect(made.calls.length).toBeGreaterThan(500);
  });

  test(
    'every call is allowed by the policies alone, session policy included',
    async () => {
      expect(await disagreements(policies, made.calls)).toEqual([]);
    },
    patience,
  );

  test(
    'what is taken away is missed',
    async () => {
      const [action, name] = ['kms:GenerateDataKey', 'tourniquet-record-instance'];
      const without = ({ Statement, ...rest }: Document): Document => ({
        ...rest,
        Statement: Statement.filter(({ Action }) => !Action?.includes(action)),
      });
      const narrower = policies.roles.map((role) =>
        role.name === name
          ? { ...role, policies: role.policies.map((held) => ({ ...held, policy: without(held.policy) })) }
          : role,
      );
      const changed = { ...policies, roles: narrower };
      const recorded = await deployment.sandbox.get<RecordedCall[]>('/_sandbox/calls');
      // Of all other roles the test before has judged the very same.
      const its = madeByUs(recorded, changed).calls.filter(({ caller }) => caller.role.name === name);
      const missed = await disagreements(changed, its);
      expect(missed).toEqual([expect.stringMatching(`/${name} called ${action} on arn:aws:kms:.*policies refuse`)]);
    },
    patience,
  );
});

describe('what is granted', () => {
  test('names its actions one by one', () => {
    const patterns = policies.roles.flatMap(grantsOf).filter(({ action }) => action.includes('*'));
    expect(patterns.map(sentenceOf)).toEqual([]);
  });

  test.runIf(whole)(
    'was needed by something, but for the exceptions',
    async () => {
      expect((await needless()).map(sentenceOf)).toEqual([]);
      const granted = policies.roles.flatMap(grantsOf);
      expect(exceptions.filter((one) => !granted.some((grant) => covers(one, grant)))).toEqual([]);
    },
    patience,
  );

  test('is the same in the hub as in a member, for the four roles, but for the organisation', () => {
    const four = (account: string) =>
      policies.roles
        .filter((role) => role.account === account && new RegExp(`^${fourRoles}$`).test(role.name))
        .map(({ name, policies: held, trust }) => ({
          name,
          trust,
          held: held.filter((one) => !one.name.endsWith('-organization')),
        }))
        .toSorted((a, b) => a.name.localeCompare(b.name));
    const { member } = deployment.sandbox.accounts;
    const asInHub = JSON.parse(JSON.stringify(four(member)).replaceAll(member, hub)) as unknown;
    expect(four(hub)).toEqual(asInHub);
    expect(four(hub)).toHaveLength(4);
  });
});
