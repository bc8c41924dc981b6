import { describe, expect, it } from 'vitest';
import { about, instanceId, type Json, type Part, parts, targetsOf } from '../../../test/findings/guardduty.ts';

const exfiltration = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS';
const instance = `instance ${instanceId}`;
const userKey = 'access-key AKIAIOSFODNN7EXAMPLE';
const stolenKey = 'access-key ASIAIOSFODNN7EXAMPLE';

/** These parts together, in an order that is none: what comes first must not depend on it. */
const together = (names: readonly Part[]): Json => Object.assign({}, ...names.map((name) => parts[name]));

describe('what a finding is about', () => {
  it.each<[string, Part[], string[]]>([
    ['Recon:EC2/Portscan', ['user', 'eks', 'instance'], [instance, 'eks-cluster shop', userKey]],
    ['Recon:IAMUser/TorIPCaller', ['instance', 'user'], [userKey, instance]],
    ['Impact:IAMUser/CostHarvesting', ['model', 'user'], [userKey, 'resource some.model-v1']],
    ['Recon:IAMUser/TorIPCaller', ['stolen'], [stolenKey]],
    [exfiltration, ['stolen'], [instance, stolenKey]],
    [exfiltration, ['stolen', 'instance'], [instance, stolenKey]],
    ['Discovery:S3/AnomalousBehavior', ['user', 'object'], ['bucket orders', 'object orders/2026/a.csv', userKey]],
    ['Object:S3/MaliciousFile', ['object'], ['object orders/2026/a.csv', 'bucket orders']],
    [
      'Execution:Kubernetes/ExecInKubeSystemPod',
      ['eks', 'user', 'pod'],
      ['eks-workload web/cart-7f6b', 'eks-cluster shop', userKey, 'container app'],
    ],
    ['Policy:Kubernetes/ExposedDashboard', ['eks'], ['eks-cluster shop']],
    [
      'Backdoor:Runtime/C&CActivity.B',
      ['instance', 'container', 'eks', 'pod'],
      ['eks-workload web/cart-7f6b', 'eks-cluster shop', instance, 'container c1'],
    ],
    [
      'Backdoor:Runtime/C&CActivity.B',
      ['instance', 'ecs'],
      ['ecs-task 043de9ab', 'ecs-cluster jobs', instance, 'container worker'],
    ],
    ['Backdoor:Runtime/C&CActivity.B', ['container', 'instance'], [instance, 'container c1']],
    [
      'Execution:ECS/MaliciousFile',
      ['instance', 'volume', 'ecs'],
      ['ecs-task 043de9ab', 'ecs-cluster jobs', instance, 'volume vol-0a', 'container worker'],
    ],
    ['Execution:EC2/MaliciousFile', ['volume', 'instance'], [instance, 'volume vol-0a']],
    ['Execution:EC2/MaliciousFile!Snapshot', ['instance', 'snapshot'], ['snapshot snap-0a', instance]],
    ['Execution:EC2/MaliciousFile!AMI', ['image'], ['image ami-0a']],
    [
      'Execution:S3/MaliciousFile!RecoveryPoint',
      ['bucket', 'backup'],
      ['recovery-point arn:aws:backup:eu-central-1:111122223333:recovery-point:1f', 'bucket orders'],
    ],
    [
      'CredentialAccess:RDS/TorIPCaller.SuccessfulLogin',
      ['user', 'rds'],
      ['db-instance ledger-1', 'db-cluster ledger', userKey],
    ],
    ['CredentialAccess:RDS/TorIPCaller.SuccessfulLogin', ['shards'], ['db-cluster shards']],
    ['Backdoor:Lambda/C&CActivity.B', ['user', 'lambda'], ['lambda-function mail', userKey]],
    ['Impact:SES/EmailSendingEnabled', [], ['account 111122223333']],
    ['Something new', ['user', 'bucket'], ['bucket orders', userKey]],
  ])('%s with %j', (type, names, targets) => {
    expect(targetsOf(about(type, together(names)))).toEqual(targets);
    expect(targetsOf(about(type, together(names.toReversed())))).toEqual(targets);
  });

  it('goes by the resource type where the type of the finding names a resource it does not know', () => {
    const resource = together(['user', 'instance']);
    expect(about('Impact:Organizations/AccountLeft', resource, 'AccessKey').targets[0]?.kind).toBe('access-key');
    expect(about('Impact:Organizations/AccountLeft', resource, 'Instance').targets[0]?.kind).toBe('instance');
  });

  it('begins with no other instance than the one the credentials were stolen from', () => {
    const other = { instanceDetails: { instanceId: 'i-0ffffffffffffffff' } };
    expect(targetsOf(about(exfiltration, { ...parts.stolen, ...other }))[0]).toBe(instance);
    const accessKeyDetails = { ...parts.stolen.accessKeyDetails, principalId: 'AROAEXAMPLE:worker' };
    expect(targetsOf(about(exfiltration, { accessKeyDetails, ...other }))[0]).toBe(stolenKey);
  });

  it('lists the instance once, with what only one of the two mentions says', () => {
    const profile = 'arn:aws:iam::111122223333:instance-profile/web';
    const instanceDetails = { instanceId, iamInstanceProfile: { arn: profile } };
    const { targets } = about('Recon:IAMUser/TorIPCaller', { ...parts.stolen, instanceDetails });
    expect(targets.filter(({ kind }) => kind === 'instance')).toMatchObject([{ id: instanceId, profile }]);
  });
});

describe('how it is named', () => {
  it('reads an instance with its profile and its interfaces', () => {
    const instanceDetails = {
      instanceId,
      iamInstanceProfile: { arn: 'arn:aws:iam::111122223333:instance-profile/web', id: 'AIPA' },
      networkInterfaces: [{ networkInterfaceId: 'eni-0a' }, { networkInterfaceId: 'eni-0b' }, {}],
    };
    expect(about('Recon:EC2/Portscan', { instanceDetails }).targets).toMatchObject([
      { kind: 'instance', id: instanceId, profile: 'arn:aws:iam::111122223333:instance-profile/web', inside: null },
      { kind: 'interface', id: 'eni-0a', inside: instanceId, profile: null },
      { kind: 'interface', id: 'eni-0b', inside: instanceId },
    ]);
  });

  it('names the holder beside a key, and alone where there is no key', () => {
    const principal = { kind: 'iam-user', name: 'deploy', id: 'AIDAEXAMPLE', session: null };
    expect(about('Recon:IAMUser/TorIPCaller', parts.user).targets).toMatchObject([{ kind: 'access-key', principal }]);
    const accessKeyDetails = { principalId: '111122223333', userName: 'Root', userType: 'Root' };
    expect(about('Policy:IAMUser/RootCredentialUsage', { accessKeyDetails }).targets).toMatchObject([
      { kind: 'principal', id: 'Root', principal: { kind: 'root' } },
    ]);
  });

  it('keeps what lies in what, versions, users and addresses', () => {
    const resource = together(['object', 'eks', 'pod', 'ecs', 'rds']);
    const { targets } = about('Recon:EC2/Portscan', { ...resource, rdsDbUserDetails: { user: 'admin' } });
    const only = (kind: string) => targets.find((target) => target.kind === kind);
    expect(only('object')).toMatchObject({ inside: 'orders', version: 'v1', arn: 'arn:aws:s3:::orders/2026/a.csv' });
    expect(only('eks-workload')).toMatchObject({ inside: 'shop' });
    expect(only('ecs-task')).toMatchObject({ inside: 'jobs', arn: parts.ecs.ecsClusterDetails.taskDetails.arn });
    expect(only('db-instance')).toMatchObject({ inside: 'ledger', user: 'admin' });
    expect(only('db-cluster')).toMatchObject({ inside: null, user: 'admin' });
  });

  it('takes a name from the ARN, and one bucket for a list of one', () => {
    const s3BucketDetails = { arn: 'arn:aws:s3:::orders', s3ObjectDetails: [{ objectArn: 'arn:aws:s3:::orders/a/b' }] };
    const resource = { s3BucketDetails, eksClusterDetails: { arn: parts.eks.eksClusterDetails.arn } };
    expect(targetsOf(about('Impact:S3/AnomalousBehavior.Write', resource))).toEqual([
      'bucket orders',
      'eks-cluster shop',
      'object orders/a/b',
    ]);
  });

  it('lets the ARN of a resource say where it is, and else the finding', () => {
    const lambdaDetails = { functionArn: 'arn:aws:lambda:eu-west-1:444455556666:function:mail', functionName: 'mail' };
    const [own] = about('Backdoor:Lambda/C&CActivity.B', { lambdaDetails }).targets;
    expect(own).toMatchObject({ account: '444455556666', region: 'eu-west-1', arn: lambdaDetails.functionArn });
    const ec2ImageDetails = { imageArn: 'arn:aws:ec2:eu-west-1::image/ami-0a' };
    const [inherited] = about('Execution:EC2/MaliciousFile!AMI', { ec2ImageDetails }).targets;
    expect(inherited).toMatchObject({ account: '111122223333', region: 'eu-west-1' });
  });

  it('takes a cluster for a neighbour of its database', () => {
    const dbInstanceArn = 'arn:aws:rds:eu-west-1:444455556666:db:ledger-1';
    const rdsDbInstanceDetails = { ...parts.rds.rdsDbInstanceDetails, dbInstanceArn };
    const { targets } = about('CredentialAccess:RDS/TorIPCaller.FailedLogin', { rdsDbInstanceDetails });
    expect(targets[1]).toMatchObject({ id: 'ledger', account: '444455556666', region: 'eu-west-1', arn: null });
  });

  it('leaves out the placeholders of samples where an ARN belongs', () => {
    const iamInstanceProfile = { arn: 'GeneratedFindingInstanceProfileArn' };
    const [first] = about('Recon:EC2/Portscan', { instanceDetails: { instanceId, iamInstanceProfile } }).targets;
    expect(first?.profile).toBeNull();
    const eksClusterDetails = { name: 'shop', arn: 'GeneratedFindingEKSClusterArn' };
    const [cluster] = about('Policy:Kubernetes/ExposedDashboard', { eksClusterDetails }).targets;
    expect(cluster).toMatchObject({ id: 'shop', arn: null });
  });

  it.each<[string, Json, string]>([
    ['Instance', {}, 'instance id'],
    ['Instance', { instanceDetails: { imageId: 'ami-0a' } }, 'instance id'],
    ['AccessKey', { accessKeyDetails: { userName: 'deploy', userType: 'IAMUser' } }, 'access key id'],
    ['S3Bucket', { s3BucketDetails: [{ type: 'Destination' }] }, 'bucket name'],
    ['EKSCluster', { eksClusterDetails: { status: 'ACTIVE' } }, 'EKS cluster name'],
    ['EKSCluster', { ...parts.eks, kubernetesDetails: { kubernetesWorkloadDetails: {} } }, 'workload name'],
    ['ECSCluster', { ecsClusterDetails: {} }, 'ECS cluster name'],
    ['RDSDBInstance', { rdsDbInstanceDetails: { engine: 'aurora' } }, 'database name'],
    ['Lambda', { lambdaDetails: {} }, 'function name'],
    ['Container', { containerDetails: {} }, 'container id'],
    ['EBSSnapshot', { ebsSnapshotDetails: { snapshotArn: 'snap-0a' } }, 'ARN of what was scanned'],
  ])('says what the part of %s %j should have named', (resourceType, resource, lacks) => {
    expect(about('Recon:EC2/Portscan', resource, resourceType).missing).toEqual([lacks]);
  });
});
