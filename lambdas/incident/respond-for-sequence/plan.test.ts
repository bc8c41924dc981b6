import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { type Named, named } from '../../../lib/domain/named.ts';
import type { Answered } from '../responses.ts';
import { candidatesIn } from '../sequence-candidates.ts';
import { factsOf, resultOf } from './plan.ts';

const place = { account: '444455556666', region: 'eu-central-1' };
const key = (id: string, name: string): Named =>
  named('access-key', id, place, { principal: { kind: 'iam-user', name, id: null, session: null } });
const alice = key('AKIAIOSFODNN7EXAMPLE', 'alice');
const bucket = named('bucket', 'ledgers', place);
const instance = named('instance', 'i-0123456789abcdef0', place);
const cluster = named('eks-cluster', 'prod', place);
const pod = named('eks-workload', 'shop/cart', place, { inside: 'prod' });

const of = (type: string, ...targets: Named[]): Pick<Finding, 'targets' | 'partition' | 'type'> => ({
  type: `AttackSequence:${type}`,
  partition: 'aws',
  targets,
});
const chosen = (finding: ReturnType<typeof of>) => candidatesIn(finding).map(({ one, playbook }) => [one.id, playbook]);

describe('what of a sequence is answered', () => {
  it.each<[string, Named[], (string | null)[][]]>([
    [
      'S3/CompromisedData',
      [named('object', 'ledgers/2026.csv', place, { inside: 'ledgers' }), bucket, instance, alice],
      [
        ['AKIAIOSFODNN7EXAMPLE', 'iam-access-key'],
        ['i-0123456789abcdef0', 'ec2-instance-compromise'],
        ['ledgers', 'data-exposure'],
      ],
    ],
    [
      'IAM/CompromisedCredentials',
      [alice, key('AKIAIOSFODNN7EXAMPLF', 'alice'), key('AKIAIOSFODNN7EXAMPLG', 'bob')],
      [
        ['AKIAIOSFODNN7EXAMPLF', 'iam-access-key'],
        ['AKIAIOSFODNN7EXAMPLG', 'iam-access-key'],
      ],
    ],
    [
      'EKS/CompromisedCluster',
      [cluster, pod, instance, named('container', 'c1', place, { inside: 'shop/cart' })],
      [
        ['shop/cart', 'eks-workload'],
        ['i-0123456789abcdef0', null],
      ],
    ],
    ['EKS/CompromisedCluster', [cluster], [['prod', 'eks-workload']]],
    [
      'ECS/CompromisedCluster',
      [named('ecs-cluster', 'web', place), named('ecs-task', 't1', place, { inside: 'web' }), instance],
      [
        ['t1', 'ecs-task'],
        ['i-0123456789abcdef0', 'ec2-instance-compromise'],
      ],
    ],
    [
      'EC2/CompromisedInstanceGroup',
      [instance, named('image', 'ami-0123456789abcdef0', place), named('interface', 'eni-0123456789abcdef0', place)],
      [['i-0123456789abcdef0', 'ec2-instance-compromise']],
    ],
  ])('of %s', (type, targets, expected) => {
    expect(chosen(of(type, ...targets))).toEqual(expected);
  });

  it('is named with the reason where no playbook fits', () => {
    const service = named('principal', 'backup.amazonaws.com', place, {
      principal: { kind: 'service', name: 'backup.amazonaws.com', id: null, session: null },
    });
    expect(candidatesIn(of('S3/CompromisedData', service))).toMatchObject([
      { playbook: null, because: expect.stringMatching(/./) },
    ]);
  });
});

const answered = (outcome: Answered['outcome'], name = 'user alice'): Answered => ({
  name,
  playbook: 'iam-access-key',
  outcome,
  because: 'why',
});
type SequenceOutcome = ReturnType<typeof resultOf>['outcome'];
const read = { facts: ['2 actors'], unknown: [], evidence: [], mode: 'respond' as const };

describe('what is said of it', () => {
  it('is when it began and ended, by its signals', () => {
    const signals = ['2026-11-30T09:00:00Z', '2026-11-30T08:00:00Z', null].map((at) => ({
      id: '',
      type: '',
      name: '',
      at,
    }));
    expect(factsOf({ targets: [alice, bucket, instance], signals })).toEqual([
      '1 actor, 2 resources, 3 signals, from 2026-11-30T08:00:00Z to 2026-11-30T09:00:00Z',
    ]);
    expect(factsOf({ targets: [], signals: [] })).toEqual(['0 actors, 0 resources, 0 signals']);
  });

  it.each<[SequenceOutcome, Answered[], string[], 'respond' | 'observe']>([
    ['expanded', [answered('started'), answered('under-way')], [], 'respond'],
    ['partly-expanded', [answered('started'), answered('left')], [], 'respond'],
    ['partly-expanded', [answered('started')], ['GuardDuty was not read'], 'respond'],
    ['would-expand', [answered('started')], [], 'observe'],
    ['nothing-named', [], [], 'respond'],
  ])('is %s', (outcome, all, unknown, mode) => {
    expect(resultOf(all, { ...read, unknown, mode }).outcome).toBe(outcome);
  });

  it('is short, however many there are', () => {
    const many = Array.from({ length: 400 }, (_, at) => answered(at < 20 ? 'started' : 'left', `instance i-${at}`));
    const result = resultOf(many, read);
    expect(result.answered).toHaveLength(40);
    expect(result.because).toContain('375 more are left to people');
    expect(JSON.stringify(result).length).toBeLessThan(10_000);
  });
});
