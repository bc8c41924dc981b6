import { beforeEach, expect, test, vi } from 'vitest';
import { findingIn } from '../../../lib/domain/finding/read.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import type { StepContext } from '../../runtime/serve-step.ts';
import type { Artefact } from '../../runtime/vault.ts';
import type { Target } from '../../targets/target.ts';

const member = '444455556666';
const begun: { readonly playbook: string; readonly input: string }[] = [];
const claimed: string[] = [];
const sealed: Artefact[] = [];

vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('../../runtime/settings.ts', () => ({ breakGlassAnywhere: async () => [] }));
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, artefact: Artefact) => {
    sealed.push(artefact);
    return { kind: artefact.kind };
  },
}));
vi.mock('../../runtime/start-run.ts', () => ({
  startRun: async (_: unknown, playbook: string, __: string, input: object) => {
    begun.push({ playbook, input: JSON.stringify(input) });
  },
}));
vi.mock('../claim-more.ts', () => ({
  claimMore: async (_: unknown, { claims }: { claims: string[] }) => {
    claimed.push(...claims);
  },
}));
vi.mock('../../runtime/environment.ts', () => ({
  environment: (name: string) => ({ NAME: 'tourniquet', HUB: '111122223333' })[name],
  config: () => ({ members: [member], hub: '111122223333', breakGlass: [] }),
}));
const { expand } = await import('./handler.ts');

/** As the API answers: GuardDuty API reference, Sequence; 400 resources and 100 signals at most. */
const resources = Array.from({ length: 399 }, (_, at) => ({
  Uid: `arn:aws:ec2:eu-central-1:${member}:instance/i-${String(at).padStart(17, '0')}`,
  ResourceType: 'EC2_INSTANCE',
  AccountId: member,
  Region: 'eu-central-1',
}));
const bucket = { Uid: 'arn:aws:s3:::ledgers', ResourceType: 'S3_BUCKET', AccountId: member, Region: 'eu-central-1' };
const Signals = Array.from({ length: 100 }, (_, at) => ({
  Uid: `s${at}`,
  Type: 'FINDING',
  Name: `Signal ${at}`,
  FirstSeenAt: new Date(Date.UTC(2026, 10, 30, 8, 0, at)),
}));
const Actors = [
  { Id: 'a1', User: { Name: 'oscar', Uid: 'AIDAX', Type: 'IAMUser', CredentialUid: 'AKIAIOSFODNN7EXAMPLE' } },
];
const arn = `arn:aws:guardduty:eu-central-1:${member}:detector/d1/finding/f1`;
const native = {
  Id: 'f1',
  Arn: arn,
  AccountId: member,
  Region: 'eu-central-1',
  Type: 'AttackSequence:S3/CompromisedData',
  Severity: 9,
  Title: 'Data was taken',
  Resource: { ResourceType: 'AttackSequence' },
  Service: { Detection: { Sequence: { Uid: 'q1', Actors, Resources: [bucket, ...resources], Signals } } },
};
const copy = {
  ...native,
  Service: { Detection: { Sequence: { Uid: 'q1', Actors, Resources: resources.slice(0, 2), Signals: [] } } },
};
const reading = findingIn(copy);
const finding = 'finding' in reading ? reading.finding : null;

const run: Run = {
  incident: 'inc-1',
  id: 'run-1',
  playbook: 'attack-sequence',
  mode: 'respond',
  openedAt: '2026-11-30T10:00:00.000Z',
};
const target = { partition: 'aws', account: member, region: 'eu-central-1', kind: 'user', id: 'oscar' };
const table = { get: async () => null };

function expanding(answer: () => unknown, mode: Run['mode'] = 'respond') {
  const session = { client: () => ({ send: async () => answer() }) };
  const work = { calls: [], now: () => '2026-11-30T10:00:02.000Z', table, settings: table };
  return expand({ ...work, session, target, finding, run: { ...run, mode } } as unknown as StepContext<Target>);
}

beforeEach(() => {
  begun.length = 0;
  claimed.length = 0;
  sealed.length = 0;
});

test('the finding as GuardDuty has it is kept, all that it names is held, and who acted is answered before what runs', async () => {
  const result = await expanding(() => ({ Findings: [native] }));
  expect(claimed).toHaveLength(401);
  expect(sealed).toMatchObject([{ kind: 'attack-sequence', name: 'sequence-f1.json', source: arn }]);
  expect(JSON.parse(Buffer.from(sealed[0]?.body ?? []).toString())).toMatchObject({ Id: 'f1' });
  // As many as an incident takes: the others are left to people, in words.
  expect(begun.map(({ playbook }) => playbook)).toEqual([
    'iam-access-key',
    ...Array(19).fill('ec2-instance-compromise'),
  ]);
  expect(result).toMatchObject({
    outcome: 'partly-expanded',
    unknown: [],
    because: expect.stringContaining('more are left to people'),
  });
  expect(result.facts[0]).toBe(
    '1 actor, 400 resources, 100 signals, from 2026-11-30T08:00:00.000Z to 2026-11-30T08:01:39.000Z',
  );
});

test('each is told of itself alone, and of when the signals were', async () => {
  await expanding(() => ({ Findings: [native] }));
  const told = findingIn(JSON.parse(begun[1]?.input ?? ''));
  expect(told).toMatchObject({ finding: { targets: [{ kind: 'instance' }], signals: { length: 100 } } });
  expect(begun.every(({ input }) => input.length < 100_000)).toBe(true);
});

test.each([
  [
    'it may not be asked',
    () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    },
    /AccessDeniedException: no/,
  ],
  ['it has none', () => ({ Findings: [] }), /has no finding f1/],
])('the copy at hand counts where %s, and that is said', async (_, answer, because) => {
  const result = await expanding(answer);
  expect(result).toMatchObject({ outcome: 'partly-expanded', evidence: [], unknown: [expect.stringMatching(because)] });
  expect(begun).toHaveLength(3);
});

test('in observe mode nothing is held, kept or begun', async () => {
  expect(await expanding(() => ({ Findings: [native] }), 'observe')).toMatchObject({
    outcome: 'would-expand',
    evidence: [],
  });
  expect([begun, claimed, sealed]).toEqual([[], [], []]);
});

test('what may pass is tried again', async () => {
  const throttled = expanding(() => {
    throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
  });
  await expect(throttled).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect(begun).toEqual([]);
});
