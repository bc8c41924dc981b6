/**
 * A sandbox with what the functions expect around them, but nothing deployed: the table, the vault, the topic, the four member roles with
 * the rights that the contracts declare. Policies are enforced, so a step that needs more than it declares fails here.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoScalingClient, CreateAutoScalingGroupCommand, DetachInstancesCommand } from '@aws-sdk/client-auto-scaling';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AssociateIamInstanceProfileCommand,
  DeleteSecurityGroupCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceIamInstanceProfileAssociationCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { readInstance } from '../../lambdas/open-incident/facts.ts';
import { targetOf } from '../../lambdas/open-incident/target.ts';
import type { Session } from '../../lambdas/runtime/session.ts';
import type { Finding } from '../../lib/domain/finding.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { statements } from '../../lib/domain/permission.ts';
import { anyInstance, Instance, quarantineTag } from '../../lib/domain/resource.ts';
import { RoleClass } from '../../lib/domain/step.ts';
import { contractsOf, permissionsOf } from '../../lib/infra/registry.ts';
import type { ClientOptions, Deployment } from '../sandbox/deployment.ts';
import { buildEstate, type Estate, launch } from '../sandbox/estate.ts';
import { findingAbout, readBack } from '../sandbox/finding.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';

/** Something a finding is about, with the facts open-incident would have read a moment ago. */
export interface Subject {
  readonly target: Instance;
  readonly finding: Finding;
}

export interface Stage {
  readonly sandbox: Sandbox;
  readonly client: Deployment['client'];
  readonly estate: Estate;
  /** A new instance: two interfaces, an Elastic IP, two volumes, a profile, in a group and behind a balancer. */
  newSubject(): Promise<Subject>;
  /** The same one, with its facts read again. */
  again(subject: Subject): Promise<Subject>;
}

const name = 'tourniquet';
const table = 'incidents';
const vault = 'evidence-vault';
const clocks = 'clocks';

/** Everything on that needs no Slack: people are told through the topic. */
const config = (sandbox: Sandbox) =>
  parseConfig(
    { hub: sandbox.accounts.hub, members: [sandbox.accounts.member], regimes: ['cisa-voluntary', 'dfars'] },
    { file: 'step contract' },
  );

export async function startStage(): Promise<Stage> {
  const sandbox = await startSandbox();
  const client = rootClients(sandbox);
  const deployment = { sandbox, client } as Deployment;
  const [estate, resources] = await Promise.all([
    buildEstate(deployment),
    hubResources(sandbox, client),
    memberRoles(sandbox, client),
    otherProfile(client),
  ]);
  writeFileSync(join(sandbox.work, 'config.json'), JSON.stringify(config(sandbox)));
  Object.assign(process.env, sandbox.env(sandbox.accounts.hub), resources, {
    TOURNIQUET_NAME: name,
    TOURNIQUET_PARTITION: 'aws',
    LAMBDA_TASK_ROOT: sandbox.work,
    POWERTOOLS_SERVICE_NAME: 'step-contract',
    POWERTOOLS_METRICS_NAMESPACE: 'Tourniquet',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  await sandbox.post('/_sandbox/enforce', { on: true });
  const read = async (finding: Finding): Promise<Subject> => {
    const session = { client: (Client) => client(Client as never, 'member') } as Session;
    const facts = await readInstance(Instance.parse(targetOf(finding, new Date().toISOString())), session);
    if (facts.known !== 'read') throw new Error(`The facts of the instance could not be read: ${facts.because}`);
    return { target: Instance.parse(facts.target), finding };
  };
  return {
    sandbox,
    client,
    estate,
    newSubject: async () => {
      const scalingGroup = await groupOfItsOwn(client, estate);
      return read(readBack(findingAbout(deployment, await launch(deployment, { ...estate, scalingGroup }))));
    },
    again: ({ finding }) => read(finding),
  };
}

/** Clients of each account's root, one of a kind: making one takes longer than most of its calls. */
function rootClients({ endpoint, region, accounts }: Sandbox): Stage['client'] {
  const made = new Map<string, unknown>();
  return <C>(Client: new (options: ClientOptions) => C, account: 'hub' | 'member'): C => {
    const key = `${account} ${Client.name}`;
    const credentials = { accessKeyId: accounts[account], secretAccessKey: 'test' };
    if (!made.has(key)) made.set(key, new Client({ endpoint, region, credentials, maxAttempts: 3 }));
    return made.get(key) as C;
  };
}

/** Replacements fill a group up to its largest size, and slow every look at it down: each instance gets a group to itself. */
async function groupOfItsOwn(client: Stage['client'], { scalingGroup, subnets }: Estate): Promise<string> {
  const AutoScalingGroupName = `group-${randomBytes(4).toString('hex')}`;
  const sizes = { MinSize: 0, MaxSize: 100, DesiredCapacity: 0, VPCZoneIdentifier: subnets.join(',') };
  const group = { AutoScalingGroupName, LaunchConfigurationName: scalingGroup, ...sizes };
  await client(AutoScalingClient, 'member').send(new CreateAutoScalingGroupCommand(group));
  return AutoScalingGroupName;
}

/** The variables that the infrastructure would set, by what it would make. */
async function hubResources({ accounts, region }: Sandbox, client: Stage['client']): Promise<Record<string, string>> {
  await client(DynamoDBClient, 'hub').send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  await client(S3Client, 'hub').send(new CreateBucketCommand({ Bucket: vault, ObjectLockEnabledForBucket: true }));
  const { KeyMetadata } = await client(KMSClient, 'hub').send(new CreateKeyCommand({}));
  const { TopicArn = '' } = await client(SNSClient, 'hub').send(new CreateTopicCommand({ Name: 'pager' }));
  await client(SchedulerClient, 'hub').send(new CreateScheduleGroupCommand({ Name: clocks }));
  const principal = { Service: 'scheduler.amazonaws.com' };
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await client(IAMClient, 'hub').send(
    new CreateRoleCommand({ RoleName: `${name}-schedules`, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  return {
    TOURNIQUET_TABLE: table,
    TOURNIQUET_VAULT: vault,
    TOURNIQUET_VAULT_KEY: KeyMetadata?.Arn ?? '',
    TOURNIQUET_TOKEN_KEY: KeyMetadata?.Arn ?? '',
    TOURNIQUET_RETENTION_DAYS: '104',
    TOURNIQUET_TOPIC: TopicArn,
    TOURNIQUET_SCHEDULE_GROUP: clocks,
    TOURNIQUET_SCHEDULE_ROLE: Role?.Arn ?? '',
    TOURNIQUET_TICK: `arn:aws:lambda:${region}:${accounts.hub}:function:${name}-clock-tick`,
  };
}

async function memberRoles(sandbox: Sandbox, client: Stage['client']): Promise<void> {
  const { hub, member } = sandbox.accounts;
  const iam = client(IAMClient, 'member');
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${hub}:root` }, Action: 'sts:AssumeRole' };
  const policy = (Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const contracts = contractsOf(config(sandbox));
  for (const as of RoleClass.options) {
    const RoleName = `${name}-${as}`;
    const rights = statements(permissionsOf(contracts, as), anyInstance({ partition: 'aws', account: member }));
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy([trust]) }));
    if (rights.length === 0) continue;
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: as, PolicyDocument: policy(rights) }));
  }
}

const other = 'somebody-elses';

async function otherProfile(client: Stage['client']): Promise<void> {
  const iam = client(IAMClient, 'member');
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName: other, AssumeRolePolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: other }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: other, RoleName: other }));
}

/** Somebody else's work on an instance we hold: every part of it that can take a third value gets one. */
export async function meddle({ client, estate }: Stage, { target }: Subject): Promise<void> {
  const ec2 = client(EC2Client, 'member');
  for (const { id } of target.interfaces) {
    const Groups = [estate.groups.admin];
    await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Groups }));
  }
  const Filters = [{ Name: 'instance-id', Values: [target.id] }];
  const { IamInstanceProfileAssociations: [worn] = [] } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({ Filters }),
  );
  const IamInstanceProfile = { Name: other };
  const association = worn && { AssociationId: worn.AssociationId, IamInstanceProfile };
  if (association) await ec2.send(new ReplaceIamInstanceProfileAssociationCommand(association));
  else await ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId: target.id, IamInstanceProfile }));
  const group = { AutoScalingGroupName: target.autoScalingGroup ?? '', InstanceIds: [target.id] };
  const detach = new DetachInstancesCommand({ ...group, ShouldDecrementDesiredCapacity: false });
  await client(AutoScalingClient, 'member').send(detach);
  const elb = client(ElasticLoadBalancingV2Client, 'member');
  const Name = `side-${target.id.slice(-8)}`;
  const side = { Name, Protocol: 'HTTPS', Port: 443, VpcId: estate.vpc, TargetType: 'instance' } as const;
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand(side));
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: target.id, Port: 443 }] }));
}

/** Empties the balancer's group and takes somebody else's away: what earlier tests registered would slow every later look down. */
export async function clearBalancers({ client, estate }: Stage): Promise<void> {
  const elb = client(ElasticLoadBalancingV2Client, 'member');
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  for (const { TargetGroupArn } of TargetGroups) {
    if (TargetGroupArn !== estate.targetGroup) await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
  }
  const TargetGroupArn = estate.targetGroup;
  const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const registered = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining');
  const Targets = registered.map(({ Target }) => ({ Id: Target?.Id ?? '' }));
  if (Targets.length > 0) await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
}

/** Takes our quarantine groups away, as if we had never been in the VPC: the next apply has to make them. */
export async function forgetGroups({ client }: Stage): Promise<void> {
  const ec2 = client(EC2Client, 'member');
  const Filters = [{ Name: 'tag-key', Values: [quarantineTag] }];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  for (const { GroupId } of SecurityGroups) {
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId })).catch((error: Error) => {
      // Another test failed and left its instance in quarantine.
      if (error.name !== 'DependencyViolation') throw error;
    });
  }
}
