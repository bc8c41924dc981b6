import { randomBytes } from 'node:crypto';

/** An event as EventBridge hands it to its rules, and what is special about it. */
export interface Case {
  readonly what: string;
  readonly event: Readonly<Record<string, unknown>>;
}

export const account = '111122223333';
export const region = 'eu-central-1';
const time = '2026-11-20T03:04:05Z';
const instance = 'i-0a1b2c3d4e5f60718';

/** EventBridge's envelope (EventBridge user guide, "Events"). */
export const eventOf = (
  source: string,
  detailType: string,
  detail: unknown,
  ...resources: string[]
): Case['event'] => ({
  version: '0',
  id: randomBytes(16).toString('hex'),
  'detail-type': detailType,
  source,
  account,
  time,
  region,
  resources,
  detail,
});

/** Whose credential a GuardDuty finding is about, in every word the service has for it, and in one it may have some day. */
export const holders: ReadonlyMap<string, object> = new Map<string, object>([
  ['nobody', {}],
  ['a name without a type', { accessKeyDetails: { accessKeyId: 'AKIAEXAMPLE', userName: 'build' } }],
  ['words left empty', { accessKeyDetails: { accessKeyId: '', principalId: '', userName: '', userType: '' } }],
  ...(
    [
      ['Root', account, 'Root'],
      ['IAMUser', 'AIDAEXAMPLE', 'build'],
      ['AssumedRole', 'AROAEXAMPLE:nightly', 'deploy'],
      ['AssumedRole', 'AROAEXAMPLE:ada', 'AWSReservedSSO_Admin_0123456789abcdef'],
      ['AssumedRole', 'AROAEXAMPLE:nightly', undefined],
      ['Role', 'AROAEXAMPLE', 'deploy'],
      ['Role', 'AROAEXAMPLE', 'AWSReservedSSO_Admin_0123456789abcdef'],
      ['FederatedUser', `${account}:ada`, 'ada'],
      ['IdentityCenterUser', 'd-0123456789', 'ada'],
      ['AWSService', 'AIDAEXAMPLE', 'backup'],
      ['AWSAccount', 'AIDAEXAMPLE', '444455556666'],
      ['Quantum', 'AIDAEXAMPLE', 'build'],
    ] as const
  ).map(([userType, principalId, userName]): [string, object] => [
    `${userType} ${userName ?? 'without a name'}`,
    { accessKeyDetails: { accessKeyId: 'ASIAEXAMPLE', principalId, userName, userType } },
  ]),
]);

const instanceDetails = { instanceId: instance, instanceType: 't3.micro', networkInterfaces: [] };
const eksClusterDetails = { name: 'shop', arn: `arn:aws:eks:${region}:${account}:cluster/shop`, status: 'ACTIVE' };
const ecsClusterDetails = { name: 'jobs', arn: `arn:aws:ecs:${region}:${account}:cluster/jobs`, status: 'ACTIVE' };

/** What it runs on. */
export const surfaces: ReadonlyMap<string, object> = new Map<string, object>([
  ['nothing', {}],
  ['an instance', { instanceDetails }],
  ['EKS', { eksClusterDetails }],
  ['ECS', { ecsClusterDetails }],
  ['EKS on an instance', { eksClusterDetails, instanceDetails }],
  ['ECS on an instance', { ecsClusterDetails, instanceDetails }],
  ['all of it', { eksClusterDetails, ecsClusterDetails, instanceDetails }],
]);

/** A GuardDuty finding (GuardDuty user guide, "GuardDuty finding format"). */
export function guardDutyEvent(type: string, resource: object): Case['event'] {
  const id = randomBytes(16).toString('hex');
  return eventOf('aws.guardduty', 'GuardDuty Finding', {
    schemaVersion: '2.0',
    accountId: account,
    region,
    partition: 'aws',
    id,
    type,
    severity: 5,
    arn: `arn:aws:guardduty:${region}:${account}:detector/${'d'.repeat(32)}/finding/${id}`,
    createdAt: time,
    updatedAt: time,
    title: 'Something happened.',
    description: 'Something happened.',
    resource: { resourceType: 'AccessKey', ...resource },
    service: { serviceName: 'guardduty', archived: false, count: 1, resourceRole: 'TARGET', action: {} },
  });
}

/** One of them, by its name. */
function named(choices: ReadonlyMap<string, object>, name: string): object {
  const chosen = choices.get(name);
  if (!chosen) throw new Error(`${name} is none of ${[...choices.keys()].join(', ')}`);
  return chosen;
}

interface Circumstances {
  readonly by?: readonly string[];
  readonly on?: readonly string[];
}

/** The type with every one of these holders on every one of these surfaces; left out, all of them. */
export const casesOf = (type: string, { by = [...holders.keys()], on = [...surfaces.keys()] }: Circumstances): Case[] =>
  on.flatMap((surface) =>
    by.map((holder) => ({
      what: `${type} by ${holder} on ${surface}`,
      event: guardDutyEvent(type, { ...named(holders, holder), ...named(surfaces, surface) }),
    })),
  );
