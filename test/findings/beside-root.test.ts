/** What the root user did something to is answered by the playbook that answers for it where anybody else did it. */
import { describe, expect, test } from 'vitest';
import { besideRoot } from '../../lib/domain/finding/beside-root.ts';
import { guardDutyTypes, retiredGuardDutyTypes } from '../../lib/domain/finding/guardduty-types.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { route } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';
import { type Json, made } from './guardduty.ts';

const principalId = '111122223333';
const accessKeyId = 'ASIAIOSFODNN7EXAMPLE';
const root = { accessKeyId, principalId, userType: 'Root', userName: 'Root' };
const user = { accessKeyId, principalId: 'AIDAEXAMPLE', userType: 'IAMUser', userName: 'alice' };
const bucket = { s3BucketDetails: [{ name: 'orders', arn: 'arn:aws:s3:::orders' }] };
const cluster = { eksClusterDetails: { name: 'prod', arn: 'arn:aws:eks:eu-central-1:111122223333:cluster/prod' } };
const affectedResources = { 'AWS::EC2::Snapshot': 'snap-0123456789abcdef0' };

function read(type: string, accessKeyDetails: Json, resource: Json) {
  const action = type.startsWith('Exfiltration:EC2/') ? { awsApiCallAction: { affectedResources } } : null;
  const raw = made({ detail: { type }, resource: { ...resource, accessKeyDetails }, service: { action } });
  const [reading] = readFindings(raw);
  if (!reading || !('finding' in reading)) throw new Error(`${type} is not read`);
  return reading.finding;
}

const all = [...guardDutyTypes, ...retiredGuardDutyTypes];
const subjects: readonly (readonly [RegExp, Json])[] = [
  [/^(?!Object|Execution)[^:]*:S3\//, { resourceType: 'S3Bucket', instanceDetails: null, ...bucket }],
  [/^Exfiltration:EC2\//, { resourceType: 'AccessKey', instanceDetails: null }],
  [/^[^:]*:Kubernetes\//, { resourceType: 'EKSCluster', instanceDetails: null, ...cluster }],
];
const things = all.flatMap((type) => {
  const [, resource] = subjects.find(([types]) => types.test(type)) ?? [];
  return resource && !type.startsWith('AttackSequence:') ? [{ type, resource }] : [];
});

describe('by root', () => {
  test.for(things)('$type is about the root user, and beside it about the thing', ({ type, resource }) => {
    const finding = read(type, root, resource);
    expect(finding.targets[0]).toMatchObject({ principal: { kind: 'root' } });
    expect(route(playbooks, finding).playbook).toBe('root-user');
    const byUser = read(type, user, resource);
    const [first] = byUser.targets.filter(({ principal }) => !principal);
    expect(besideRoot(finding)).toMatchObject([
      { one: { kind: first?.kind, id: first?.id }, playbook: route(playbooks, byUser).playbook },
    ]);
  });

  test('there are such types', () => expect(things.length).toBeGreaterThan(20));

  test.for(all.filter((type) => /:IAMUser\//.test(type)))('%s is about nothing else', (type) => {
    expect(besideRoot(read(type, root, { resourceType: 'AccessKey', instanceDetails: null, ...bucket }))).toEqual([]);
  });
});

test('by anybody else the thing is no matter of its own', () => {
  const [, resource = {}] = subjects[0] ?? [];
  expect(besideRoot(read('Policy:S3/BucketAnonymousAccessGranted', user, resource))).toEqual([]);
});

test('each bucket is answered', () => {
  const s3BucketDetails = ['orders', 'ledgers'].map((name) => ({ name, arn: `arn:aws:s3:::${name}` }));
  const finding = read('Impact:S3/AnomalousBehavior.Delete', root, { instanceDetails: null, s3BucketDetails });
  expect(besideRoot(finding).map(({ one, playbook }) => [one.id, playbook])).toEqual([
    ['orders', 'destruction'],
    ['ledgers', 'destruction'],
  ]);
});
