import { describe, expect, it } from 'vitest';
import {
  instanceBehind,
  type Named,
  named,
  type Principal,
  type PrincipalKind,
  resourceOf,
  TargetKind,
} from '../named.ts';
import { claimsOf, Finding, holderOf, surfaceOf } from './finding.ts';

const here = { account: '111122223333', region: 'eu-central-1' };
const instanceId = 'i-0123456789abcdef0';

const held = (kind: PrincipalKind, more: Partial<Principal> = {}): Principal => ({
  kind,
  name: 'deploy',
  id: null,
  session: null,
  ...more,
});
const key = (kind: PrincipalKind, more: Partial<Principal> = {}): Named =>
  named('access-key', 'AKIAIOSFODNN7EXAMPLE', here, { principal: held(kind, more) });
const cluster = named('eks-cluster', 'shop', here);
const instance = named('instance', instanceId, here);

/** A finding about these targets. */
const about = (targets: readonly Named[], type = 'Recon:IAMUser/TorIPCaller'): Finding =>
  Finding.parse({
    source: 'guardduty',
    product: 'GuardDuty',
    id: 'f1',
    arn: '',
    key: 'guardduty:f1',
    title: '',
    nature: 'attack',
    type,
    severity: 'high',
    score: 8,
    partition: 'aws',
    ...here,
    role: 'TARGET',
    sample: false,
    archived: false,
    suppressed: false,
    drill: false,
    requested: false,
    hub: null,
    marked: null,
    count: 1,
    firstSeen: null,
    lastSeen: null,
    call: null,
    remotes: [],
    missing: [],
    targets,
    signals: [],
  });
const sequence = 'AttackSequence:EC2/CompromisedInstanceGroup';

describe('holderOf', () => {
  it.each<[PrincipalKind, string]>([
    ['root', 'root'],
    ['identity-center', 'identity-center'],
    ['role-session', 'role'],
    ['federated-user', 'user'],
    ['iam-user', 'user'],
    ['service', 'other'],
    ['account', 'other'],
    ['unknown', 'other'],
  ])('calls the holder of a credential that is %s: %s', (kind, holder) => {
    expect(holderOf({ targets: [instance, key(kind)] })).toBe(holder);
  });

  it('goes by the first credential named, and by nobody where none is', () => {
    expect(holderOf({ targets: [key('iam-user'), key('root')] })).toBe('user');
    expect(holderOf({ targets: [instance] })).toBe('other');
  });
});

describe('surfaceOf', () => {
  it.each<[string, Named[], string]>([
    ['a node of a cluster', [instance, cluster], 'eks'],
    ['a task on an instance', [named('ecs-task', '1f', here), named('ecs-cluster', 'jobs', here), instance], 'ecs'],
    ['a bare instance', [key('iam-user'), instance], 'instance'],
    ['a bucket', [named('bucket', 'orders', here)], 'none'],
    ['nothing', [], 'none'],
  ])('finds what the code runs on: %s', (_, targets, surface) => {
    expect(surfaceOf({ targets })).toBe(surface);
  });
});

describe('instanceBehind', () => {
  it('is the instance that a role session is named after', () => {
    expect(instanceBehind(held('role-session', { session: instanceId }))).toBe(instanceId);
  });

  it.each<[string, Principal | null]>([
    ['a session that a person named', held('role-session', { session: 'i-will-do-it' })],
    ['a user named like an instance', held('iam-user', { session: instanceId })],
    ['no session', held('role-session')],
    ['nobody', null],
  ])('is none behind %s', (_, principal) => {
    expect(instanceBehind(principal)).toBeNull();
  });
});

describe('resourceOf', () => {
  it.each<[TargetKind, string, string]>([
    ['instance', instanceId, `arn:aws:ec2:eu-central-1:111122223333:instance/${instanceId}`],
    ['interface', 'eni-0abc', 'arn:aws:ec2:eu-central-1:111122223333:network-interface/eni-0abc'],
    ['volume', 'vol-0abc', 'arn:aws:ec2:eu-central-1:111122223333:volume/vol-0abc'],
    ['bucket', 'orders', 'arn:aws:s3:::orders'],
    ['object', 'orders/2026/a.csv', 'arn:aws:s3:::orders/2026/a.csv'],
    ['eks-cluster', 'shop', 'arn:aws:eks:eu-central-1:111122223333:cluster/shop'],
    ['db-instance', 'ledger', 'arn:aws:rds:eu-central-1:111122223333:db:ledger'],
    ['lambda-function', 'mail', 'arn:aws:lambda:eu-central-1:111122223333:function:mail'],
    ['access-key', 'AKIAIOSFODNN7EXAMPLE', 'arn:aws:iam::111122223333:access-key/AKIAIOSFODNN7EXAMPLE'],
    ['account', '111122223333', 'arn:aws:iam::111122223333:account'],
    ['container', 'c1', 'container:111122223333:eu-central-1:c1'],
  ])('names %s %s', (kind, id, resource) => {
    expect(resourceOf(named(kind, id, here), 'aws')).toBe(resource);
  });

  it('puts a task and a workload into their cluster, so that equal names in two clusters are two resources', () => {
    const of = (kind: TargetKind, id: string, inside: string) => resourceOf(named(kind, id, here, { inside }), 'aws');
    expect(of('ecs-task', '1f', 'jobs')).toBe('arn:aws:ecs:eu-central-1:111122223333:task/jobs/1f');
    expect(of('eks-workload', 'web/cart', 'shop')).not.toBe(of('eks-workload', 'web/cart', 'shop-test'));
  });

  it('takes versions of an object for different resources', () => {
    const [one, two] = ['v1', 'v2'].map((version) => resourceOf(named('object', 'b/k', here, { version }), 'aws'));
    expect(one).not.toBe(two);
  });

  it.each<[PrincipalKind, Partial<Principal>, string]>([
    ['root', { name: 'Root' }, 'arn:aws-cn:iam::111122223333:root'],
    ['iam-user', {}, 'arn:aws-cn:iam::111122223333:user/deploy'],
    ['role-session', {}, 'arn:aws-cn:iam::111122223333:role/deploy'],
    ['role-session', { session: 'x' }, 'arn:aws-cn:sts::111122223333:assumed-role/deploy/x'],
    ['federated-user', {}, 'arn:aws-cn:sts::111122223333:federated-user/deploy'],
    ['service', {}, 'arn:aws-cn:iam::111122223333:access-key/AKIAIOSFODNN7EXAMPLE'],
    ['iam-user', { name: null }, 'arn:aws-cn:iam::111122223333:access-key/AKIAIOSFODNN7EXAMPLE'],
  ])('lets a key stand for its holder: %s %j', (kind, more, resource) => {
    expect(resourceOf(key(kind, more), 'aws-cn')).toBe(resource);
  });
});

describe('claimsOf', () => {
  it('claims what the finding is mainly about, and nothing that merely stands beside it', () => {
    expect(claimsOf(about([instance, cluster]))).toEqual([resourceOf(instance, 'aws')]);
  });

  it('claims all of a kind that it is about: three instances of one finding are one incident', () => {
    const two = named('instance', 'i-0aaaaaaaaaaaaaaa2', here);
    const session = key('role-session', { session: 'ci' });
    const user = named('principal', 'bob', here, { principal: held('iam-user', { name: 'bob' }) });
    expect(claimsOf(about([instance, cluster, two, instance]))).toEqual(
      [instance, two].map((it) => resourceOf(it, 'aws')),
    );
    const product = { ...about([session, user]), source: 'securityhub' as const, key: 'securityhub:1:acme:x' };
    expect(claimsOf(product)).toEqual([session, user].map((it) => resourceOf(it, 'aws')));
    // GuardDuty names the credential that was used; another is what it was used on.
    expect(claimsOf(about([session, user]))).toEqual([resourceOf(session, 'aws')]);
  });

  it('claims no instance by the name of a session, which whoever assumes the role has chosen', () => {
    const session = key('role-session', { session: instanceId });
    expect(claimsOf(about([session, instance]))).toEqual([resourceOf(session, 'aws')]);
  });

  it.each(['null', 'None', '-', 'N/A', 'GeneratedFindingInstanceId', 'web-1', 'i-', 'i-0XYZ'])(
    'claims no instance by what is no id of one: %j',
    (id) => {
      expect(claimsOf(about([named('instance', id, here)]))).toEqual(['finding:guardduty:f1:111122223333']);
    },
  );

  it('claims nothing by a placeholder, of any kind', () => {
    const nothing = TargetKind.options.flatMap((kind) => ['null', 'N/A', '-'].map((id) => named(kind, id, here)));
    for (const one of nothing) expect(claimsOf(about([one]))).toEqual(['finding:guardduty:f1:111122223333']);
    expect(claimsOf(about([named('eks-workload', 'shop/null', here, { inside: 'c' })]))).toEqual([
      'finding:guardduty:f1:111122223333',
    ]);
  });

  it('claims a bucket for its account, and an object by its key as nobody can forge it', () => {
    const [mine, theirs] = ['111122223333', '444455556666'].map((account) =>
      claimsOf(about([named('bucket', 'orders', { ...here, account })])),
    );
    expect(mine).not.toEqual(theirs);
    const version = claimsOf(about([named('object', 'orders/a.csv', here, { version: 'v1' })]));
    expect(version).toEqual(['arn:aws:s3::111122223333:orders/a.csv?versionId=v1']);
    expect(claimsOf(about([named('object', 'orders/a.csv?versionId=v1', here)]))).not.toEqual(version);
    expect(claimsOf(about([named('object', `orders/${'k'.repeat(3000)}`, here)]))).toEqual([
      'finding:guardduty:f1:111122223333',
    ]);
  });

  it('claims the long-term key of a user beside the user, since AWS Health knows no more than the key', () => {
    const leaked = key('iam-user', { name: 'alice' });
    const bare = resourceOf({ ...leaked, principal: null }, 'aws');
    expect(claimsOf(about([leaked]))).toEqual([resourceOf(leaked, 'aws'), bare]);
    expect(claimsOf(about([{ ...leaked, principal: null }]))).toEqual([bare]);
  });

  it('claims everything an attack sequence names, once, up to what one transaction holds', () => {
    expect(claimsOf(about([instance, cluster, instance], sequence))).toEqual(
      [instance, cluster].map((target) => resourceOf(target, 'aws')),
    );
    const many = Array.from({ length: 200 }, (_, at) => named('bucket', `b${at}`, here));
    expect(claimsOf(about(many, sequence))).toHaveLength(80);
  });

  it('claims the finding itself where it names nothing, or no more than the account', () => {
    expect(claimsOf(about([]))).toEqual(['finding:guardduty:f1:111122223333']);
    expect(claimsOf(about([named('account', '111122223333', here)]))).toEqual(['finding:guardduty:f1:111122223333']);
  });
});
