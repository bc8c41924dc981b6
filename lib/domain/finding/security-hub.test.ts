import { describe, expect, it } from 'vitest';
import type { HubResource } from './hub-resource.ts';
import { hubTargets } from './security-hub.ts';
import { camelised } from './value.ts';

const home = { account: '111122223333', region: 'eu-central-1' };
const at = (service: string, resource: string): string => `arn:aws:${service}:eu-central-1:111122223333:${resource}`;

const made = ({ details, ...changes }: Partial<HubResource>): HubResource => ({
  type: null,
  id: null,
  alias: null,
  name: null,
  account: null,
  region: null,
  ...changes,
  details: camelised(details),
});

const targetsOf = (...resources: readonly Partial<HubResource>[]) => hubTargets(resources.map(made), home, null);
const short = (...resources: readonly Partial<HubResource>[]): string[] =>
  targetsOf(...resources).targets.map(({ kind, id }) => `${kind} ${id}`);

describe('a resource of a finding', () => {
  it.each([
    ['AwsEc2Instance', at('ec2', 'instance/i-0123456789abcdef0'), 'instance i-0123456789abcdef0'],
    ['AWS::EC2::Instance', 'i-0123456789abcdef0', 'instance i-0123456789abcdef0'],
    ['AwsEc2NetworkInterface', at('ec2', 'network-interface/eni-0abc12345'), 'interface eni-0abc12345'],
    ['AwsEc2Volume', at('ec2', 'volume/vol-0abc12345'), 'volume vol-0abc12345'],
    ['AWS::EC2::Snapshot', 'snap-0abc12345', 'snapshot snap-0abc12345'],
    ['AWS::EC2::Image', 'ami-0abc12345', 'image ami-0abc12345'],
    ['AwsEcrContainerImage', at('ecr', 'repository/team/app/sha256:0f'), 'image team/app@sha256:0f'],
    ['AwsEcrContainerImage', at('ecr', 'repository/team/app'), 'image team/app'],
    ['AwsIamAccessKey', 'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE', 'access-key AKIAIOSFODNN7EXAMPLE'],
    ['AWS::IAM::AccessKey', 'AKIAIOSFODNN7EXAMPLE', 'access-key AKIAIOSFODNN7EXAMPLE'],
    ['AwsIamUser', 'arn:aws:iam::111122223333:user/team/deploy', 'principal deploy'],
    ['AWS::IAM::Role', 'web', 'principal web'],
    ['AwsS3Bucket', 'arn:aws:s3:::orders', 'bucket orders'],
    ['AWS::S3::Bucket', 'orders', 'bucket orders'],
    ['AwsS3Object', 'arn:aws:s3:::orders/2026/a:b.csv', 'object orders/2026/a:b.csv'],
    ['AwsEksCluster', at('eks', 'cluster/shop'), 'eks-cluster shop'],
    ['AwsEcsCluster', at('ecs', 'cluster/jobs'), 'ecs-cluster jobs'],
    ['AwsEcsTask', at('ecs', 'task/jobs/043de9ab'), 'ecs-task 043de9ab'],
    ['AWS::Container::Container', 'containerd://0f1e', 'container containerd://0f1e'],
    ['Container', 'web', 'container web'],
    ['AwsRdsDbInstance', at('rds', 'db:ledger'), 'db-instance ledger'],
    ['AWS::RDS::DBCluster', 'ledgers', 'db-cluster ledgers'],
    ['AWS::RDS::DBShardGroup', at('rds', 'shard-group:shards'), 'db-cluster shards'],
    ['AwsLambdaFunction', at('lambda', 'function:thumbs:$LATEST'), 'lambda-function thumbs'],
    [
      'AWS::Backup::RecoveryPoint',
      at('backup', 'recovery-point:1eb3'),
      `recovery-point ${at('backup', 'recovery-point:1eb3')}`,
    ],
    ['AwsAccount', 'AWS::::Account:444455556666', 'account 444455556666'],
    ['AWS::::Account', '444455556666', 'account 444455556666'],
    ['AwsAccount', 'arn:aws:iam::444455556666:root', 'account 444455556666'],
    ['AwsKmsKey', at('kms', 'key/5d0c'), 'key 5d0c'],
    ['Other', at('lambda', 'function:thumbs'), 'lambda-function thumbs'],
    ['SomethingNew', 'what-1', 'resource what-1'],
    ['constructor', 'what-1', 'resource what-1'],
  ])('%s %s is %s', (type, id, target) => {
    expect(short({ type, id })).toEqual([target]);
    expect(targetsOf({ type, id }).missing).toEqual([]);
  });

  it('is where its ARN says, else where it says itself, else where the finding is', () => {
    const elsewhere = 'arn:aws:ec2:us-west-2:444455556666:instance/i-0123456789abcdef0';
    const type = 'AwsEc2Instance';
    expect(targetsOf({ type, id: elsewhere, region: 'eu-west-1' }).targets).toMatchObject([
      { account: '444455556666', region: 'us-west-2' },
    ]);
    const own = { type, id: 'i-0123456789abcdef0', account: '444455556666', region: 'eu-west-1' };
    expect(targetsOf(own).targets).toMatchObject([{ account: '444455556666', region: 'eu-west-1' }]);
    expect(targetsOf({ ...own, account: '4444', region: 'global' }).targets).toMatchObject([home]);
  });

  it.each([
    'AwsEc2Instance',
    'AwsS3Bucket',
    'AwsEksCluster',
    'AwsLambdaFunction',
    'AwsRdsDbInstance',
    'AwsIamUser',
    'Other',
  ])('that is hidden is missing: %s', (type) => {
    for (const id of [null, '', '****', at('ec2', 'instance/********')]) {
      const { targets, missing } = targetsOf({ type, id });
      expect(targets).toEqual([]);
      expect(missing).toHaveLength(1);
    }
  });

  it('may be written as text, under the name of its type, or plainly', () => {
    const details = {
      AwsIamAccessKey: { PrincipalName: 'deploy', PrincipalId: 'AIDAEXAMPLE', PrincipalType: 'IAMUser' },
    };
    const key = { type: 'AwsIamAccessKey', id: 'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE' };
    const principal = { kind: 'iam-user', name: 'deploy', id: 'AIDAEXAMPLE', session: null };
    const plain = { principal_id: 'AIDAEXAMPLE', user_name: 'deploy', user_type: 'IAMUser' };
    for (const one of [details, JSON.stringify(details), plain, JSON.stringify(plain)]) {
      expect(targetsOf({ ...key, details: one }).targets).toMatchObject([{ principal }]);
    }
    expect(targetsOf({ ...key, details: '{"half' }).targets).toMatchObject([
      { principal: { kind: 'unknown', name: null } },
    ]);
  });
});

describe('an access key', () => {
  const type = 'AWS::IAM::AccessKey';

  it('names its holder where the key is hidden, and says so', () => {
    const details = { user_name: 'deploy', user_type: 'IAMUser' };
    const { targets, missing } = targetsOf({ type, id: 'AWS::IAM::AccessKey:****', details });
    expect(targets).toMatchObject([{ kind: 'principal', id: 'deploy', principal: { kind: 'iam-user' } }]);
    expect(missing).toEqual(['access key id']);
  });

  it('has its holder beside it, from its name or its ARN', () => {
    expect(targetsOf({ type, id: 'AKIAIOSFODNN7EXAMPLE', name: 'deploy' }).targets).toMatchObject([
      { principal: { name: 'deploy' } },
    ]);
    expect(targetsOf({ type, id: 'AKIAIOSFODNN7EXAMPLE', name: 'AKIAIOSFODNN7EXAMPLE' }).targets).toMatchObject([
      { principal: { name: null } },
    ]);
    const arn = 'arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0';
    expect(short({ type, id: arn })).toEqual(['principal web']);
    expect(targetsOf({ type, id: 'ASIAIOSFODNN7EXAMPLE', alias: arn }).targets).toMatchObject([
      { kind: 'access-key', principal: { kind: 'role-session', name: 'web', session: 'i-0123456789abcdef0' } },
    ]);
  });

  it('has the role of its session', () => {
    const session = {
      sessionContext: { sessionIssuer: { userName: 'web' } },
      principalType: 'AssumedRole',
      principalId: 'AROAEXAMPLE:ci',
    };
    expect(targetsOf({ type, id: 'ASIAIOSFODNN7EXAMPLE', details: session }).targets).toMatchObject([
      { principal: { kind: 'role-session', name: 'web', id: 'AROAEXAMPLE', session: 'ci' } },
    ]);
  });
});

describe('resources among each other', () => {
  it('lie in the cluster or the bucket beside them', () => {
    const { targets } = targetsOf(
      { type: 'AWS::ECS::Cluster', id: 'jobs' },
      { type: 'AWS::ECS::Task', id: '043de9ab' },
      { type: 'AWS::EKS::Cluster', id: 'shop' },
      { type: 'AWS::EKS::Workload', id: 'cart', details: { namespace: 'web' } },
      { type: 'AWS::S3::Bucket', id: 'orders' },
      { type: 'AWS::S3::Object', id: 'a/b.csv' },
    );
    const inside = Object.fromEntries(targets.map((target) => [target.id, target.inside]));
    expect(inside).toMatchObject({ '043de9ab': 'jobs', 'web/cart': 'shop', 'orders/a/b.csv': 'orders' });
  });

  it('need a bucket for an object that is a mere key', () => {
    expect(targetsOf({ type: 'AWS::S3::Object', id: 'a/b.csv' })).toEqual({ targets: [], missing: ['bucket name'] });
    const named = hubTargets([made({ type: 'AWS::S3::Object', id: 'a/b.csv' })], home, 'orders');
    expect(named.targets).toMatchObject([{ id: 'orders/a/b.csv', inside: 'orders' }]);
  });

  it('are told once, with an instance’s interfaces and profile', () => {
    const details = {
      AwsEc2Instance: {
        IamInstanceProfileArn: 'arn:aws:iam::111122223333:instance-profile/web',
        NetworkInterfaces: [{ NetworkInterfaceId: 'eni-0abc12345' }, { NetworkInterfaceId: 'eni-0abc12345' }, {}],
      },
    };
    const type = 'AwsEc2Instance';
    const id = at('ec2', 'instance/i-0123456789abcdef0');
    const { targets } = targetsOf({ type, id, details }, { type, id });
    expect(targets).toMatchObject([
      { kind: 'instance', profile: 'arn:aws:iam::111122223333:instance-profile/web' },
      { kind: 'interface', id: 'eni-0abc12345', inside: 'i-0123456789abcdef0' },
    ]);
  });

  it('are bounded, and say so', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ type: 'AwsS3Bucket', id: `b-${index}` }));
    const { targets, missing } = targetsOf(...many);
    expect(targets).toHaveLength(400);
    expect(missing).toEqual(['resources (only the first 400 of 500 are read)']);
  });
});
