import * as z from 'zod';
import { type Named, named, type TargetKind } from '../named.ts';
import { byArn } from './by-arn.ts';
import { principalFrom, unmasked } from './principal.ts';
import { listOf, part, text } from './value.ts';

type Somewhere = Pick<Named, 'account' | 'region'>;
type Parameters = Readonly<Record<string, unknown>>;
type Make = (id: string, where: Somewhere) => Named;

const as =
  (kind: TargetKind): Make =>
  (id, where) =>
    named(kind, id, where);

/** Without a kind of its own, called as the end of its ARN is. */
const under =
  (path: string): Make =>
  (id, where) =>
    named('resource', `${path}${id}`, where);

const log =
  (path: string): Make =>
  (id, where) =>
    named('log', `${path}${id}`, where);

const holder =
  (userType: string): Make =>
  (userName, where) =>
    named('principal', userName, where, { principal: principalFrom({ userType, userName }) });

/** A name, `name:qualifier` or `account:function:name` (AWS Lambda API reference, FunctionName). */
const lambda: Make = (id, where) =>
  named('lambda-function', id.replace(/^\d{12}:function:/, '').replace(/:.*$/s, ''), where);

const kmsKey: Make = (id, where) => named(id.startsWith('alias/') ? 'resource' : 'key', id, where);

interface Naming {
  readonly parameter: string;
  readonly make: Make;
  /** Services that mean this by the parameter; others use the same word for something else. */
  readonly of?: string;
  /** The shape of the id, where many services have a parameter of this name. */
  readonly like?: RegExp;
}

/** Parameters that name a resource. CloudTrail makes the first letter of RDS's DBInstanceIdentifier small: dBInstanceIdentifier. */
const namings: readonly Naming[] = [
  { parameter: 'keyId', make: kmsKey, of: 'kms' },
  { parameter: 'backupVaultName', make: as('backup-vault'), of: 'backup' },
  { parameter: 'bucketName', make: as('bucket') },
  { parameter: 'instanceId', make: as('instance'), like: /^i-[0-9a-f]+$/ },
  { parameter: 'instanceIds', make: as('instance'), like: /^i-[0-9a-f]+$/ },
  { parameter: 'dBInstanceIdentifier', make: as('db-instance'), of: 'rds' },
  { parameter: 'dbInstanceIdentifier', make: as('db-instance'), of: 'rds' },
  { parameter: 'dBClusterIdentifier', make: as('db-cluster'), of: 'rds' },
  { parameter: 'dbClusterIdentifier', make: as('db-cluster'), of: 'rds' },
  { parameter: 'functionName', make: lambda, of: 'lambda' },
  { parameter: 'snapshotId', make: as('snapshot'), like: /^snap-[0-9a-f]+$/ },
  { parameter: 'volumeId', make: as('volume'), like: /^vol-[0-9a-f]+$/ },
  { parameter: 'imageId', make: as('image'), like: /^ami-[0-9a-f]+$/ },
  { parameter: 'userName', make: holder('IAMUser'), of: 'iam' },
  { parameter: 'roleName', make: holder('Role'), of: 'iam' },
  { parameter: 'groupName', make: under('group/'), of: 'iam' },
  { parameter: 'name', make: log('trail/'), of: 'cloudtrail' },
  { parameter: 'trailName', make: log('trail/'), of: 'cloudtrail' },
  { parameter: 'detectorId', make: log('detector/'), of: 'guardduty' },
  { parameter: 'configurationRecorderName', make: log('configuration-recorder/'), of: 'config' },
  { parameter: 'name', make: under('rule/'), of: 'events' },
  { parameter: 'rule', make: under('rule/'), of: 'events' },
  { parameter: 'statementId', make: under('event-bus/statement/'), of: 'events' },
  { parameter: 'stateMachineArn', make: under('stateMachine:'), of: 'states' },
  { parameter: 'tableName', make: under('table/'), of: 'dynamodb' },
  { parameter: 'resourceArn', make: under(''), of: 'dynamodb' },
  { parameter: 'topicArn', make: under(''), of: 'sns' },
  { parameter: 'subscriptionArn', make: under(''), of: 'sns' },
  { parameter: 'queueUrl', make: under(''), of: 'sqs' },
  { parameter: 'stackName', make: under('stack/'), of: 'cloudformation' },
  { parameter: 'stackSetName', make: under('stackset/'), of: 'cloudformation' },
  { parameter: 'name', make: under('schedule/'), of: 'scheduler' },
  { parameter: 'groupName', make: under('schedule-group/'), of: 'scheduler' },
  { parameter: 'secretId', make: under('secret:'), of: 'secretsmanager' },
  { parameter: 'alarmNames', make: under('alarm:'), of: 'monitoring' },
  { parameter: 'logGroupName', make: under('log-group:'), of: 'logs' },
];

/** A call names a handful; nobody reads thousands. */
const mostNamed = 200;

function textsIn(value: unknown): string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value.slice(0, mostNamed) : [value];
  return all.flatMap((one) => (typeof one === 'string' ? (unmasked(one) ?? []) : []));
}

function objectIn(parameters: Parameters, where: Somewhere): Named[] {
  const { bucketName, key, versionId } = z.object({ bucketName: text, key: text, versionId: text }).parse(parameters);
  if (!bucketName || !key) return [];
  return [named('object', `${bucketName}/${key}`, where, { inside: bucketName, version: versionId })];
}

/** A bus whose whole policy is put; other calls name a statement of it. */
function busIn(parameters: Parameters, where: Somewhere): Named[] {
  const { policy, eventBusName } = z.object({ policy: text, eventBusName: text }).parse(parameters);
  return policy ? [named('resource', `event-bus/${eventBusName ?? 'default'}`, where)] : [];
}

/** EC2 names what a call deletes below the name of its request: one, or several. */
const FlowLogs = part(z.object({ flowLogId: z.unknown() }));

const flowLogsIn = ({ deleteFlowLogsRequest }: Parameters, where: Somewhere): Named[] =>
  [FlowLogs.parse(deleteFlowLogsRequest)?.flowLogId]
    .flat()
    .slice(0, mostNamed)
    .flatMap((one) => textsIn(part(z.object({ content: text })).parse(one)?.content))
    .map((id) => log('vpc-flow-log/')(id, where));

/** How EC2 lists the instances of a call. */
const InstancesSet = part(z.object({ items: listOf(z.object({ instanceId: text })) }));

/** The resources that a call's parameters name, where they name them plainly. */
export function requested(parameters: Parameters, service: string, where: Somewhere): Named[] {
  const object = service === 's3' ? objectIn(parameters, where) : [];
  const bus = service === 'events' ? busIn(parameters, where) : [];
  const plain = namings.flatMap(({ parameter, make, of, like }) => {
    if (of && of !== service) return [];
    const values = textsIn(parameters[parameter]);
    return values.flatMap((value) => byArn(value, where) ?? (like && !like.test(value) ? [] : [make(value, where)]));
  });
  const { items = [] } = InstancesSet.parse(parameters.instancesSet) ?? {};
  const instances = items
    .slice(0, mostNamed)
    .flatMap(({ instanceId }) => (instanceId ? [named('instance', instanceId, where)] : []));
  const flowLogs = service === 'ec2' ? flowLogsIn(parameters, where) : [];
  return [...object, ...bus, ...plain, ...instances, ...flowLogs];
}
