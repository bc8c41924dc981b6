/** What a person asks first after a deployment, and last before a night: is everything in place, and what is not? */
import {
  CreateVolumeCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ListQueuesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canaryTag, checkOf, nameOfRun } from '../../bin/doctor/canary.ts';
import type { Patient } from '../../bin/doctor/check.ts';
import { type Visit, visitTo } from '../../bin/doctor/clients.ts';
import { canaries } from '../../bin/doctor/every-canary.ts';
import { checks } from '../../bin/doctor/every-check.ts';
import { examine, type Line, readable, type Wanted } from '../../bin/doctor/examine.ts';
import { membersOf } from '../../bin/doctor/members.ts';
import { page } from '../../bin/doctor/page.ts';
import { patientOf } from '../../bin/doctor/patient.ts';
import { interrupted, typed } from '../console/typed.ts';
import { deployed } from '../deployed/deployed.ts';
import { isTurnOf } from '../depth.ts';
import { caller, prepare, reader, type Undo } from './doctor/company.ts';
import { type Fault, faults } from './doctor/faults.ts';

const deployment = deployed();
const { endpoint, region, accounts, members } = deployment.sandbox;
const where = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region };

/** What finding a deployment takes, before any check. */
const finding = [
  'cloudformation:DescribeStacks',
  'cloudformation:GetTemplateSummary',
  'cloudformation:ListStackResources',
];
const asked = [readable, ...checks, ...canaries]
  .flatMap(({ asks }) => asks)
  .filter((action) => !action.startsWith('slack:'));

const readerRole = 'doctor-reads';
const everything: Wanted = { accounts: [], regions: [], only: [] };
const whole = (visit: Visit, wanted: Partial<Wanted> = {}): Promise<Line[]> =>
  examine(visit, checks, { ...everything, ...wanted });

/** They ask of every single function, machine, rule and role: only where one of them is planted, so that a hundred calls are saved each time. */
const slow = [
  'functions-callable',
  'function-roles',
  'machines-active',
  'rules-targets',
  'forwarder-delivers',
  'member-roles',
  'member-trust',
  'member-version',
  'functions-assume',
  'functions-let-in',
  'dry-run',
];
const canaryNames = canaries.map(({ id }) => id).join();
const canaryChecks = () => canaries.map((canary) => checkOf(canary, nameOfRun(Date.now())));
const quick = checks.filter(({ id }) => !slow.includes(id));

/** Where a fault is looked for: with everything that is asked there. */
const looked = {
  hub: { accounts: [accounts.hub], regions: [region], only: [] },
  member: { accounts: [accounts.member], regions: [region], only: [] },
  far: { accounts: members, regions: [], only: ['region'] },
} satisfies Record<NonNullable<Fault['at']> | 'hub', Wanted>;
const near: Wanted = { ...looked.hub, accounts: [accounts.hub, accounts.member] };

const named = (lines: readonly Line[]): string[] =>
  [...new Set(lines.flatMap(({ check, level }) => (level === 'fail' || level === 'warn' ? [check] : [])))].toSorted();

/** What the sandbox answers to anybody. */
const isUnchecked = (action: string): boolean => /^guardduty:|^lambda:GetAccountSettings$/.test(action);

const undo: Undo[] = [];
let patient: Patient;
let visit: Visit;
let doctor: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };

const options = (keys: typeof doctor) => ({
  endpoint,
  region,
  credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
});

/** The clients of the command line are made from the environment. */
function become(keys: typeof doctor): void {
  for (const [name, value] of Object.entries({ ...where, ...keys })) vi.stubEnv(name, value);
}

beforeAll(async () => {
  const sqs = deployment.client(SQSClient, 'hub');
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'tourniquet-' }));
  // What other suites lost on purpose is not ours to find.
  for (const QueueUrl of QueueUrls) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  const made = await caller(deployment, 'doctor', [...finding, ...asked]);
  doctor = made.keys;
  become(doctor);
  undo.push(made.gone, await reader(deployment, readerRole, asked));
  patient = await patientOf('tourniquet');
  visit = visitTo(patient, readerRole);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all(undo.map((one) => one()));
});

/** All but what calls every function for the first time: where it is not what is looked for, it is spared. */
const sparing = checks.filter(({ id }) => id !== 'functions-assume');

test('what a company forgot is named', async () => {
  const forgotten = ['guardduty', 'logs', 'securityhub', 'topic-subscribed', 'trail'];
  // A standing sandbox keeps the administrator of an earlier time.
  const lines = await examine(visit, sparing, near);
  expect(named(lines).filter((check) => check !== 'guardduty-administrator')).toEqual(forgotten);
});

describe('the doctor, with the rights to make the calls it names and no others', () => {
  beforeAll(async () => {
    undo.push(await prepare(deployment));
  });

  test('finds nothing in a healthy deployment', async () => {
    const lines = await whole(visit);
    const unwell = lines.filter(({ level }) => level !== 'ok').map(({ check, answer }) => ({ check, answer }));
    // The sandbox simulates no policy of the organisation.
    const unsaid = { check: 'organization-allows', answer: expect.stringContaining('says nothing') };
    const noInstance = { check: 'dry-run', answer: 'Not asked: no instance is here' };
    expect(unwell.filter(({ check }) => check !== 'dry-run')).toEqual(members.map(() => unsaid));
    expect(unwell.filter(({ check }) => check === 'dry-run')).toContainEqual(noInstance);
    expect(lines).toContainEqual(
      expect.objectContaining({
        check: 'dry-run',
        level: 'ok',
        answer: expect.stringMatching(/^\d+ calls on i-\w+ would/),
      }),
    );
    expect(new Set(lines.map(({ account }) => account))).toEqual(new Set([accounts.hub, ...members]));
    // Every check was asked somewhere.
    expect(new Set(lines.map(({ check }) => check))).toEqual(new Set(checks.map(({ id }) => id)));
  });

  test.each(Object.entries(faults).filter(([name]) => isTurnOf(name, 'bin/doctor')))(
    'names the fault: %s',
    async (_, { named: names, says, level, plant, at, config }) => {
      const heal = await plant?.(deployment);
      try {
        const changed: Patient = { ...patient, config: { ...patient.config, ...config?.(patient.config) } };
        const made = names.some((name) => name.startsWith('canary-')) ? canaryChecks() : [];
        const asking = names.some((name) => slow.includes(name)) ? checks : [...quick, ...made];
        const lines = await examine({ ...visit, patient: changed }, asking, looked[at ?? 'hub']);
        expect(named(lines)).toEqual([...names].toSorted());
        const told = lines.filter((line) => line.check === names[0] && line.level !== 'ok');
        expect(told).toEqual([
          expect.objectContaining({ level: level ?? 'fail', answer: expect.stringMatching(says), needs: [] }),
        ]);
      } finally {
        await heal?.();
      }
    },
  );

  /** What canaries made, and left. */
  async function leftOver(): Promise<string[]> {
    const [ec2, iam] = [deployment.client(EC2Client, 'hub'), deployment.client(IAMClient, 'hub')];
    const Filters = [{ Name: 'tag-key', Values: [canaryTag] }];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ Filters, OwnerIds: ['self'] }));
    const { Users = [] } = await iam.send(new ListUsersCommand({ PathPrefix: '/tourniquet-canary/' }));
    return [
      ...SecurityGroups.map(({ GroupId = '' }) => GroupId),
      ...Volumes.map(({ VolumeId = '' }) => VolumeId),
      ...Snapshots.map(({ SnapshotId = '' }) => SnapshotId),
      ...Users.map(({ UserName = '' }) => UserName),
    ];
  }

  test('canaries are made, used and removed with the caller’s rights, whatever they find', async () => {
    const { code, stdout } = await typed(['doctor', '--canary', '--json', '--only', canaryNames], {
      ...where,
      ...doctor,
    });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one) as Line);
    expect(lines.map(({ check, level }) => [check, level])).toEqual(canaries.map(({ id }) => [id, 'ok']));
    expect(code).toBe(0);
    expect(await leftOver()).toEqual([]);
  });

  test('Ctrl-C removes what canaries made, and what a run that was killed left the next one removes', async () => {
    const slow = { action: 'ec2:LockSnapshot', effect: 'delay', seconds: 5 };
    await deployment.sandbox.post('/_sandbox/faults', { rules: [slow] });
    const keys = { ...where, ...doctor };
    const begun = async () => (await leftOver()).some((one) => one.startsWith('snap-'));
    const ended = await interrupted(['doctor', '--canary', '--only', 'canary-snapshot-lock'], keys, begun);
    await deployment.sandbox.post('/_sandbox/faults', { clear: true });
    expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Removing what was made') });
    expect(await leftOver()).toEqual([]);
    const ec2 = deployment.client(EC2Client, 'hub');
    const Tags = [{ Key: canaryTag, Value: nameOfRun(0) }];
    const left = { AvailabilityZone: `${region}a`, Size: 1 };
    await ec2.send(new CreateVolumeCommand({ ...left, TagSpecifications: [{ ResourceType: 'volume', Tags }] }));
    expect(await leftOver()).toHaveLength(1);
    await typed(['doctor', '--canary', '--only', 'canary-snapshot-lock'], keys);
    expect(await leftOver()).toEqual([]);
  });

  test('is well again once they are mended', async () => {
    expect(named(await whole(visit))).toEqual([]);
  });
});

describe('what it may not ask', () => {
  test('one refused call is not known, and says which right is missing', async () => {
    const rule = { action: 'sns:ListSubscriptionsByTopic', effect: 'deny' };
    await deployment.sandbox.post('/_sandbox/faults', { rules: [rule] });
    try {
      const [line] = await whole(visit, { only: ['topic-subscribed'] });
      expect(line).toMatchObject({
        level: 'not-proven',
        answer: 'could not be asked: needs sns:ListSubscriptionsByTopic',
        needs: ['sns:ListSubscriptionsByTopic'],
      });
    } finally {
      await deployment.sandbox.post('/_sandbox/faults', { clear: true });
    }
  });

  test('whoever may only ask for a check may do nothing else', async () => {
    const people = await caller(
      deployment,
      'checks',
      ['lambda:InvokeFunction'],
      'arn:aws:lambda:*:*:function:*:$LATEST',
    );
    try {
      const lambda = new LambdaClient({ ...options(people.keys), maxAttempts: 1 });
      const invoke = async (FunctionName: string, call: object) => {
        const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(call) }));
        return JSON.parse(Payload?.transformToString() ?? '') as object;
      };
      const check = { operation: 'check', account: accounts.hub, region };
      const name = 'tourniquet-decide-approval';
      expect(await invoke(`${name}:$LATEST`, check)).toEqual({ roles: [], calls: [] });
      expect(await invoke(`${name}:$LATEST`, { operation: 'release' })).toMatchObject({
        errorMessage: expect.stringContaining('answers "check" and nothing else'),
      });
      await expect(invoke(name, check)).rejects.toThrow(/not authorized/);
    } finally {
      await people.gone();
    }
  });

  test('without rights nothing is called well but what the template says', async () => {
    const blind = await caller(deployment, 'blind', finding.slice(0, 3));
    try {
      become(blind.keys);
      const lines = await whole(visitTo(patient, readerRole), near);
      const well = lines
        .filter(({ level, asked }) => level === 'ok' && !asked.some(isUnchecked))
        .map(({ check }) => check);
      expect(well).toEqual(['slack-configured', 'stack', 'stack-protected']);
      expect(lines.filter(({ level }) => level === 'fail')).toEqual([]);
      expect(lines.filter(({ level, needs }) => level !== 'ok' && needs.length === 0)).toEqual([]);
      expect(lines.at(-1)).toMatchObject({
        check: 'account-readable',
        account: accounts.member,
        needs: ['sts:AssumeRole'],
      });
    } finally {
      become(doctor);
      await blind.gone();
    }
  });

  test('the members of an organisation are asked for, unit by unit', async () => {
    const client = deployment.client(OrganizationsClient, 'hub');
    const inUnits = (...include: [string, ...string[]]) => {
      const organization = { id: 'o-tourniquet1', include };
      return membersOf({ home: patient.home, config: { ...patient.config, members: [], organization } }, client);
    };
    expect(await inUnits('r-sand')).toContain(accounts.member);
    expect(await inUnits('ou-sand-workloads', 'r-sand')).toEqual(await inUnits('r-sand'));
    expect(await inUnits('ou-sand-quarantine')).toEqual([]);
  });

  test('a member that nobody says how to read is not known', async () => {
    const lines = await whole(visitTo(patient, undefined), { accounts: [accounts.member] });
    expect(lines).toEqual([expect.objectContaining({ check: 'account-readable', level: 'not-proven' })]);
  });

  test('a role that cannot be assumed is named, with what may be wrong with it', async () => {
    const lines = await whole(visitTo(patient, 'nobody'), { accounts: [accounts.member] });
    expect(lines).toEqual([
      expect.objectContaining({
        check: 'account-readable',
        level: 'not-proven',
        answer: `could not be asked: arn:aws:iam::${accounts.member}:role/nobody cannot be assumed: it is not there, does not trust you, or you lack sts:AssumeRole`,
        mend: ['# name with --role a role that exists in every member, trusts you and may read'],
      }),
    ]);
  });
});

describe('for people and for machines', () => {
  test('a table of 80 columns, with the commands whole', async () => {
    const changed: Patient = { ...patient, config: { ...patient.config, organization: { id: 'o-elsewhere1' } } };
    const text = await page(changed, await examine({ ...visit, patient: changed }, sparing, near), 14);
    const wide = text.split('\n').filter((line) => line.length > 80 && !line.startsWith('  mend'));
    expect(wide).toEqual([]);
    expect(text).toMatch(
      /fail organization in 111122223333 eu-central-1\n {2}asked .*DescribeOrganization\n {2}answer/,
    );
    expect(text).not.toContain('\u001b');
  });

  test('the command: JSON lines, and exit code 0 where all is well', async () => {
    const words = ['doctor', '--json', '--account', accounts.hub, '--only', 'people,region'];
    const { code, stdout, stderr } = await typed(words, { ...where, ...doctor });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one) as Line);
    expect(lines.length).toBeGreaterThan(12);
    expect(lines).toContainEqual(expect.objectContaining({ check: 'slack-token', level: 'ok', account: accounts.hub }));
  });

  test('the command: exit code 1 where something fails', async () => {
    const words = ['doctor', '--account', accounts.member];
    const { code, stdout, stderr } = await typed(words, { ...where, ...doctor });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'tourniquet: 1 could not be asked.\n' });
    expect(stdout).toContain('doctor --role NAME');
    expect(await typed(['doctor', '--account', '999999999999'], { ...where, ...doctor })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`not in this deployment: 999999999999. It has ${accounts.hub},`),
    });
  });
});
