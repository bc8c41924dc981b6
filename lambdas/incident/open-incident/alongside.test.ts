import { beforeEach, expect, test, vi } from 'vitest';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { named } from '../../../lib/domain/named.ts';
import type { Work } from '../../runtime/pipeline.ts';
import type { Claim, Claimed } from './claim.ts';

const member = '444455556666';
const begun: string[] = [];

vi.mock('../../runtime/settings.ts', () => ({ breakGlassAnywhere: async () => [] }));
vi.mock('../../runtime/start-run.ts', () => ({
  startRun: async (_: unknown, playbook: string) => {
    begun.push(playbook);
  },
}));
vi.mock('../../runtime/environment.ts', () => ({
  environment: (name: string) => ({ NAME: 'tourniquet', HUB: '111122223333' })[name],
  config: () => ({ members: [member], hub: '111122223333', breakGlass: [], decoys: [], scanners: [] }),
}));
const { beginningSequence, beginOthers } = await import('./alongside.ts');

const place = { account: member, region: 'eu-central-1' };
const key = (kind: 'iam-user' | 'root') =>
  named('access-key', 'AKIAIOSFODNN7EXAMPLE', place, { principal: { kind, name: 'oscar', id: null, session: null } });
const bucket = named('bucket', 'ledgers', place);
const instance = named('instance', 'i-0123456789abcdef0', place);
const finding = (type: string, ...targets: Finding['targets']) =>
  ({ key: 'guardduty:f1', type, partition: 'aws', source: 'guardduty', targets, signals: [] }) as unknown as Finding;
const sequence = finding('AttackSequence:S3/CompromisedData', bucket, instance, key('iam-user'));

/** Nothing is read of what a new incident holds: this has no table. */
const work = { now: () => '2026-11-30T10:00:00.000Z' } as unknown as Work;
const claimed = (outcome: Claimed['outcome']): Claimed => ({ outcome, incident: 'inc-1' });
const begin = (about: Finding, outcome: Claimed['outcome'], mode: 'respond' | 'observe' = 'respond') => {
  const claims = ['arn:aws:iam::444455556666:user/oscar', `arn:aws:s3::${member}:ledgers`];
  const held = [...claims, `arn:aws:ec2:eu-central-1:${member}:instance/i-0123456789abcdef0`];
  const claim = { run: 'run-1', finding: about, claims: held, mode: async () => mode } as unknown as Claim;
  return beginningSequence(work, claim)(claimed(outcome));
};

beforeEach(() => {
  begun.length = 0;
});

test('what an attack sequence names is answered as soon as its incident holds it, who acted first', async () => {
  await begin(sequence, 'opened');
  expect(begun).toEqual(['iam-access-key', 'ec2-instance-compromise', 'data-exposure']);
});

test.each<[string, Finding, Claimed['outcome'], 'respond' | 'observe']>([
  ['a sequence that joins', sequence, 'joined', 'respond'],
  ['a sequence that is only observed', sequence, 'opened', 'observe'],
  ['a copy in Security Hub', { ...sequence, source: 'securityhub' }, 'opened', 'respond'],
  ['any other finding', finding('Policy:S3/BucketPublicAccessGranted', bucket), 'opened', 'respond'],
])('of %s nothing is', async (_, about, outcome, mode) => {
  await begin(about, outcome, mode);
  expect(begun).toEqual([]);
});

test.each<[Claimed['outcome'], string[]]>([
  ['opened', ['data-exposure']],
  ['further', ['data-exposure']],
  ['widened', ['data-exposure']],
  ['joined', ['data-exposure']],
  ['known', []],
])('what root opened is answered too where the finding about root is %s', async (outcome, expected) => {
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'root-user', mode: 'respond' as const, openedAt: '' };
  await beginOthers(work, run, finding('Policy:S3/BucketPublicAccessGranted', key('root'), bucket), claimed(outcome));
  expect(begun).toEqual(expected);
});
