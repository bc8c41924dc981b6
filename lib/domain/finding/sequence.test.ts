import { describe, expect, it } from 'vitest';
import { instanceId, type Json, made, read, targetsOf } from '../../../test/findings/guardduty.ts';

const type = 'AttackSequence:EKS/CompromisedCluster';
const resource = { resourceType: 'AttackSequence' };

/** An attack sequence: everything it says is in one block (GuardDuty API reference, Sequence). */
const seen = (sequence: unknown, more: Json = {}) =>
  read({ ...made({ detail: { type, severity: 9, ...more }, service: { detection: { sequence } } }), resource });

const arnOf = (path: string): string => `arn:aws:${path.replace(':', ':eu-central-1:111122223333:')}`;
const thief = {
  id: 'user:AROAEXAMPLE',
  user: {
    name: 'web-role',
    type: 'AssumedRole',
    uid: `AROAEXAMPLE:${instanceId}`,
    credentialUid: 'ASIAIOSFODNN7EXAMPLE',
    account: { uid: '444455556666' },
  },
};

describe('what an attack sequence names', () => {
  it.each<[string, Json, string]>([
    ['EC2_INSTANCE', { uid: instanceId }, `instance ${instanceId}`],
    ['EC2_INSTANCE', { uid: arnOf(`ec2:instance/${instanceId}`) }, `instance ${instanceId}`],
    ['EC2_NETWORK_INTERFACE', { uid: 'eni-0a' }, 'interface eni-0a'],
    ['EC2_IMAGE', { uid: 'ami-0a' }, 'image ami-0a'],
    ['S3_BUCKET', { uid: 'arn:aws:s3:::orders' }, 'bucket orders'],
    ['S3_BUCKET', { uid: 'orders', name: 'orders' }, 'bucket orders'],
    ['S3_OBJECT', { uid: 'arn:aws:s3:::orders/2026/a.csv' }, 'object orders/2026/a.csv'],
    ['ACCESS_KEY', { uid: 'AKIAIOSFODNN7EXAMPLE' }, 'access-key AKIAIOSFODNN7EXAMPLE'],
    ['ACCESS_KEY', { uid: 'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE' }, 'access-key AKIAIOSFODNN7EXAMPLE'],
    ['EKS_CLUSTER', { uid: arnOf('eks:cluster/shop') }, 'eks-cluster shop'],
    ['EKS_CLUSTER', { uid: '7c1', data: { eksCluster: { arn: arnOf('eks:cluster/shop') } } }, 'eks-cluster shop'],
    [
      'KUBERNETES_WORKLOAD',
      { uid: '33a3', name: 'cart', data: { kubernetesWorkload: { namespace: 'web' } } },
      'eks-workload web/cart',
    ],
    [
      'KUBERNETES_WORKLOAD',
      { uid: 'web/cart', data: { kubernetesWorkload: { namespace: 'web' } } },
      'eks-workload web/cart',
    ],
    ['CONTAINER', { uid: 'containerd://c1' }, 'container c1'],
    ['ECS_CLUSTER', { uid: arnOf('ecs:cluster/jobs') }, 'ecs-cluster jobs'],
    ['ECS_TASK', { uid: arnOf('ecs:task/jobs/043de9ab') }, 'ecs-task 043de9ab'],
    [
      'IAM_INSTANCE_PROFILE',
      { uid: arnOf('iam:instance-profile/web') },
      `resource ${arnOf('iam:instance-profile/web')}`,
    ],
    ['A_KIND_OF_TOMORROW', { uid: 'x/y' }, 'resource x/y'],
  ])('%s %j', (resourceType, one, target) => {
    const finding = seen({ resources: [{ resourceType, ...one }] });
    expect(targetsOf(finding)).toEqual([target]);
    expect(finding.missing).toEqual([]);
  });

  it('takes each resource where its ARN says it is, else where the resource does, else where the finding does', () => {
    const at = (uid: string, more: Json = {}) => ({ resourceType: 'EC2_IMAGE', uid, ...more });
    const own = { accountId: '444455556666', region: 'eu-west-1' };
    const foreign = 'arn:aws:ec2:eu-north-1:777788889999:image/ami-0c';
    const { targets } = seen({ resources: [at('ami-0a'), at('ami-0b', own), at(foreign, own)] });
    expect(targets.map(({ account, region }) => `${account} ${region}`)).toEqual([
      '111122223333 eu-central-1',
      '444455556666 eu-west-1',
      '777788889999 eu-north-1',
    ]);
  });

  it('knows what lies in what', () => {
    const kinds = { EC2_INSTANCE: { uid: instanceId, data: { ec2Instance: { ec2NetworkInterfaceUids: ['eni-0a'] } } } };
    const resources = [
      { resourceType: 'EC2_INSTANCE', ...kinds.EC2_INSTANCE },
      { resourceType: 'EC2_NETWORK_INTERFACE', uid: 'eni-0a' },
      { resourceType: 'S3_BUCKET', uid: 'arn:aws:s3:::orders', data: { s3Bucket: { s3ObjectUids: ['object-1'] } } },
      { resourceType: 'S3_OBJECT', uid: 'object-1', data: { s3Object: { key: 'a.csv', versionId: 'v1' } } },
      { resourceType: 'EKS_CLUSTER', name: 'shop', uid: arnOf('eks:cluster/shop') },
      {
        resourceType: 'KUBERNETES_WORKLOAD',
        name: 'cart',
        uid: '33',
        data: { kubernetesWorkload: { containerUids: ['c1'] } },
      },
      { resourceType: 'CONTAINER', uid: 'c1' },
      { resourceType: 'ECS_CLUSTER', uid: arnOf('ecs:cluster/jobs') },
      { resourceType: 'ECS_TASK', uid: '043de9ab' },
    ];
    const { targets } = seen({ resources });
    expect(targets.flatMap(({ id, inside }) => (inside ? [`${id} in ${inside}`] : []))).toEqual([
      `eni-0a in ${instanceId}`,
      'orders/a.csv in orders',
      'cart in shop',
      'c1 in cart',
      '043de9ab in jobs',
    ]);
    expect(targets.find(({ kind }) => kind === 'object')?.version).toBe('v1');
  });

  it('does not guess the cluster of a workload among two', () => {
    const clusters = ['shop', 'shop-test'].map((name) => ({ resourceType: 'EKS_CLUSTER', name, uid: name }));
    const { targets } = seen({ resources: [...clusters, { resourceType: 'KUBERNETES_WORKLOAD', name: 'cart' }] });
    expect(targets.at(-1)).toMatchObject({ kind: 'eks-workload', inside: null });
  });

  it('begins with the actors; the instance a session is named after is none of its resources', () => {
    const finding = seen({
      actors: [thief, { process: { name: 'xmrig' } }],
      resources: [{ resourceType: 'S3_BUCKET', uid: 'orders' }],
    });
    expect(targetsOf(finding)).toEqual(['access-key ASIAIOSFODNN7EXAMPLE', 'bucket orders']);
    expect(finding.targets[0]).toMatchObject({
      account: '444455556666',
      principal: { kind: 'role-session', name: 'web-role', id: 'AROAEXAMPLE', session: instanceId },
    });
  });

  it('lists the instance behind an actor once, with what its own entry says', () => {
    const iamInstanceProfile = { arn: 'arn:aws:iam::111122223333:instance-profile/web' };
    const actor = { user: { ...thief.user, account: null } };
    const resources = [
      { resourceType: 'EC2_INSTANCE', uid: instanceId, data: { ec2Instance: { iamInstanceProfile } } },
    ];
    const { targets } = seen({ actors: [actor], resources });
    expect(targets.slice(1)).toMatchObject([{ kind: 'instance', id: instanceId, profile: iamInstanceProfile.arn }]);
  });

  it('names an actor without a key by name', () => {
    const finding = seen({ actors: [{ user: { name: 'deploy', type: 'IAMUser' } }] });
    expect(finding.targets).toMatchObject([{ kind: 'principal', id: 'deploy', principal: { kind: 'iam-user' } }]);
  });

  it('joins what the actor and the resource say of one key', () => {
    const actor = { user: { name: 'deploy', credentialUid: 'AKIAIOSFODNN7EXAMPLE' } };
    const accessKey = { userName: 'deploy', userType: 'IAMUser', principalId: 'AIDAEXAMPLE' };
    const resources = [{ resourceType: 'ACCESS_KEY', uid: 'AKIAIOSFODNN7EXAMPLE', data: { accessKey } }];
    expect(seen({ actors: [actor], resources }).targets).toMatchObject([
      { kind: 'access-key', principal: { kind: 'iam-user', name: 'deploy', id: 'AIDAEXAMPLE' } },
    ]);
  });
});

describe('what an attack sequence was seen in', () => {
  it('lists the signals, each with the first time given', () => {
    const signals = [
      { uid: 's1', type: 'FINDING', name: 'Recon', createdAt: 1_512_692_700, firstSeenAt: 1_512_692_639 },
      { uid: 's2', type: 'CLOUD_TRAIL', name: 's3:GetObject', createdAt: '2026-11-22T01:00:00Z' },
      { uid: 's3' },
      {},
    ];
    expect(seen({ signals }).signals).toEqual([
      { id: 's1', type: 'FINDING', name: 'Recon', at: '2017-12-08T00:23:59.000Z' },
      { id: 's2', type: 'CLOUD_TRAIL', name: 's3:GetObject', at: '2026-11-22T01:00:00.000Z' },
      { id: 's3', type: '', name: '', at: null },
    ]);
  });

  it('names the other sides once', () => {
    const endpoints = [{ ip: '203.0.113.7' }, { domain: 'c2.example', ip: '203.0.113.7' }, { port: 22 }];
    expect(seen({ endpoints }).remotes).toEqual(['203.0.113.7', 'c2.example']);
  });

  it('reads no more than GuardDuty ever lists, and says what it left', () => {
    const many = <T>(count: number, one: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));
    const finding = seen({
      actors: many(512, (at) => ({ user: { name: `u${at}`, type: 'IAMUser' } })),
      resources: many(401, (at) => ({ resourceType: 'S3_BUCKET', uid: `b${at}` })),
      signals: many(101, (at) => ({ uid: `s${at}` })),
    });
    expect(finding.targets).toHaveLength(800);
    expect(finding.signals).toHaveLength(100);
    expect(finding.missing).toEqual([
      'actors (only the first 400 of 512 are read)',
      'resources (only the first 400 of 401 are read)',
      'signals (only the first 100 of 101 are read)',
    ]);
  });

  it('says that the block is not there, as in exports, and falls back on the account', () => {
    const finding = read({ ...made({ detail: { type } }), resource });
    expect(finding.missing).toEqual(['sequence']);
    expect(targetsOf(finding)).toEqual(['account 111122223333']);
  });

  it('says that the block names nothing', () => {
    expect(seen({}).missing).toEqual(['resource']);
    expect(seen({ actors: 'many', resources: { uid: 'x' }, signals: [7, null] })).toMatchObject({
      signals: [],
      missing: ['resource'],
    });
  });
});
