/**
 * Calls that blind, judged by the rules of the deployed stack: each starts one run of defence-impairment, its harmless twin starts nothing and says why.
 * What is done to Tourniquet's own parts reaches the desk, and what is done to anybody else's does not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { blinding } from '../../lib/domain/finding/blinding.ts';
import type { Matcher, Matching } from '../../lib/domain/finding/matching.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { forwarded } from '../../lib/routing/forward.ts';
import { ownTypes } from '../../lib/routing/own-parts.ts';
import { route, verdictOn } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';
import { full } from '../house/configurations.ts';
import { deployedRules } from './ruler/deployed.ts';
import type { Case } from './ruler/events.ts';
import { sandboxJudge } from './ruler/judges.ts';
import { call } from './ruler/sources.ts';

const answering = 'defence-impairment';

/** A value that fits a matcher; undefined where nothing may stand there. */
function fitting(matcher: Matcher): unknown {
  if (typeof matcher !== 'object') return matcher;
  if ('exists' in matcher) return matcher.exists ? 'x' : undefined;
  if ('anything-but' in matcher) return 'p-0a1b2c3d';
  return String(matcher.prefix ?? matcher.wildcard).replaceAll('*', 'x') + ('prefix' in matcher ? 'x' : '');
}

/** Requests that fit, one for each matcher there is; the last field varies. */
function requests(pattern: Matching): object[] {
  const fields = Object.entries(pattern).map(([field, inner]) => {
    const values: unknown[] = Array.isArray(inner) ? inner.map(fitting) : requests(inner as Matching);
    return [field, values] as const;
  });
  const longest = Math.max(...fields.map(([, values]) => values.length));
  return Array.from({ length: longest }, (_, at) =>
    Object.fromEntries(fields.map(([field, values]) => [field, at < values.length ? values[at] : values[0]])),
  );
}

const calling = (type: string, requestParameters: object, more: object = {}): Case['event'] => {
  const [service = '', event = ''] = type.split(/[:/]/);
  return call(service, event, { requestParameters, ...more });
};

const blinds = [...blinding].flatMap(([type, { only }]) =>
  (only?.when.flatMap(requests) ?? [{}]).map((request) => ({ type, request })),
);

/** One action of a rule in Security Hub. */
const doing = (FindingFieldsUpdate: object) => ({ Type: 'FINDING_FIELDS_UPDATE', FindingFieldsUpdate });

const recording = (recordingGroup: object) => ({ configurationRecorder: { name: 'default', recordingGroup } });
const rules = (...UpdateAutomationRulesRequestItems: object[]) => ({ UpdateAutomationRulesRequestItems });
const lookedFor = { Criteria: { ProductName: [{ Value: 'GuardDuty', Comparison: 'EQUALS' }] } };

/** As somebody would send them, whatever the table says. */
const sent: readonly (readonly [type: string, request: object])[] = [
  ['securityhub:CreateAutomationRule', { ...lookedFor, Actions: [doing({ Workflow: { Status: 'RESOLVED' } })] }],
  ['securityhub:BatchUpdateAutomationRules', rules({ Actions: [doing({ Workflow: { Status: 'RESOLVED' } })] })],
  ['securityhub:BatchUpdateAutomationRules', rules({ RuleArn: 'r', ...lookedFor })],
  ['securityhub:CreateAutomationRuleV2', { Actions: [doing({ StatusId: 3 })] }],
  ['securityhub:CreateAutomationRuleV2', { Actions: [doing({ StatusId: 4 })] }],
  ['securityhub:UpdateAutomationRuleV2', { Identifier: 'r', Actions: [doing({ StatusId: 4 })] }],
  ['securityhub:UpdateAutomationRuleV2', { Identifier: 'r', ...lookedFor }],
  ['macie2:UpdateFindingsFilter', { id: 'f', findingCriteria: { criterion: { type: { eq: ['x'] } } } }],
  ['config:PutConfigurationRecorder', recording({ recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' } })],
  ['config:PutConfigurationRecorder', recording({ recordingStrategy: { useOnly: 'INCLUSION_BY_RESOURCE_TYPES' } })],
  ['config:PutConfigurationRecorder', recording({ resourceTypes: ['AWS::S3::Bucket'] })],
  ['config:PutConfigurationRecorder', recording({ allSupported: true, includeGlobalResourceTypes: false })],
  ['config:PutConfigurationRecorder', recording({ allSupported: true })],
  ['config:PutConfigurationRecorder', { configurationRecorder: { name: 'default', roleARN: 'r' } }],
  [
    'guardduty:UpdateMemberDetectors',
    { detectorId: 'd', dataSources: { kubernetes: { auditLogs: { enable: false } } } },
  ],
  [
    'guardduty:UpdateMemberDetectors',
    { dataSources: { malwareProtection: { scanEc2InstanceWithFindings: { ebsVolumes: false } } } },
  ],
  ...[
    { s3Logs: { autoEnable: false } },
    { kubernetes: { auditLogs: { autoEnable: false } } },
    { malwareProtection: { scanEc2InstanceWithFindings: { ebsVolumes: { autoEnable: false } } } },
  ].map((dataSources) => ['guardduty:UpdateOrganizationConfiguration', { dataSources }] as const),
  ['macie2:UpdateClassificationJob', { jobId: 'j', jobStatus: 'USER_PAUSED' }],
  ['route53:DeleteQueryLoggingConfig', { id: 'q' }],
  ['s3:DeleteBucketReplication', { bucketName: 'config-bucket-111122223333' }],
  ['organizations:UpdatePolicy', { policyId: 'p-0a1b2c3d', content: '{"Version":"2012-10-17","Statement":[]}' }],
  ['bedrock:PutModelInvocationLoggingConfiguration', { loggingConfig: {} }],
  [
    'bedrock:PutModelInvocationLoggingConfiguration',
    { loggingConfig: { s3Config: { bucketName: 'prompts' }, textDataDeliveryEnabled: false } },
  ],
  ['logs:DeleteSubscriptionFilter', { logGroupName: 'aws-cloudtrail-logs-111122223333', filterName: 'siem' }],
  ['logs:DeleteMetricFilter', { logGroupName: 'CloudTrail/DefaultLogGroup', filterName: 'RootUse' }],
  [
    'eks:UpdateClusterConfig',
    { name: 'shop', logging: { clusterLogging: [{ types: ['api', 'audit'], enabled: false }] } },
  ],
  ['eks:UpdateClusterConfig', { name: 'shop', logging: { clusterLogging: [{ types: ['api', 'audit'] }] } }],
  ['network-firewall:UpdateLoggingConfiguration', { firewallArn: 'f' }],
  ['network-firewall:UpdateLoggingConfiguration', { firewallName: 'f', loggingConfiguration: {} }],
  [
    'network-firewall:UpdateLoggingConfiguration',
    { firewallArn: 'f', loggingConfiguration: { logDestinationConfigs: [] } },
  ],
  [
    'elasticloadbalancing:ModifyLoadBalancerAttributes',
    {
      loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/shop/0a1b',
      attributes: [
        { key: 'idle_timeout.timeout_seconds', value: '60' },
        { key: 'access_logs.s3.enabled', value: 'false' },
      ],
    },
  ],
  [
    'elasticloadbalancing:ModifyLoadBalancerAttributes',
    { loadBalancerName: 'shop', loadBalancerAttributes: { accessLog: { enabled: false } } },
  ],
  [
    's3:PutBucketVersioning',
    {
      bucketName: 'aws-cloudtrail-logs-111122223333-0a1b',
      versioning: '',
      VersioningConfiguration: { Status: 'Suspended', xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' },
    },
  ],
  ['s3:PutBucketEncryption', { bucketName: 'aws-cloudtrail-logs-111122223333-0a1b', encryption: '' }],
  ['s3:DeleteBucketEncryption', { bucketName: 'org-trail', encryption: '' }],
  ['logs:DeleteResourcePolicy', { policyName: 'route53-query-logs' }],
  ['logs:DeleteDeliveryDestination', { name: 'siem' }],
  [
    'macie2:PutFindingsPublicationConfiguration',
    { securityHubConfiguration: { publishClassificationFindings: false, publishPolicyFindings: false } },
  ],
  [
    's3:PutBucketLogging',
    { bucketName: 'shop', BucketLoggingStatus: { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' } },
  ],
  ['organizations:DetachPolicy', { policyId: 'p-0a1b2c3d', targetId: '111122223333' }],
  ['organizations:DisablePolicyType', { rootId: 'r-0a1b', policyType: 'SERVICE_CONTROL_POLICY' }],
  ['securitylake:DeleteDataLake', { regions: ['eu-central-1'] }],
  ['securitylake:DeleteAwsLogSource', { sources: [{ sourceName: 'CLOUD_TRAIL_MGMT' }] }],
];

/** The same calls where they blind nobody. */
const twins: Readonly<Record<string, readonly object[]>> = {
  'guardduty:CreateFilter': [
    { detectorId: 'd', name: 'seen', action: 'NOOP' },
    { detectorId: 'd', name: 'seen' },
  ],
  'guardduty:UpdateFilter': [{ detectorId: 'd', filterName: 'seen', action: 'NOOP' }],
  'guardduty:CreateIPSet': [{ detectorId: 'd', name: 'offices', activate: false }],
  'guardduty:UpdateIPSet': [{ detectorId: 'd', ipSetId: 'i', activate: false }],
  'guardduty:CreateTrustedEntitySet': [{ detectorId: 'd', activate: false }],
  'guardduty:UpdateTrustedEntitySet': [{ detectorId: 'd', activate: false }],
  'guardduty:UpdateThreatIntelSet': [{ detectorId: 'd', threatIntelSetId: 't', activate: true }],
  'guardduty:UpdateDetector': [
    { detectorId: 'd', enable: true },
    { detectorId: 'd', findingPublishingFrequency: 'FIFTEEN_MINUTES' },
    { detectorId: 'd', features: [{ name: 'RDS_LOGIN_EVENTS', status: 'ENABLED' }] },
  ],
  'guardduty:UpdateMemberDetectors': [
    { detectorId: 'd', features: [{ name: 'LAMBDA_NETWORK_LOGS', status: 'ENABLED' }] },
    {
      detectorId: 'd',
      dataSources: {
        kubernetes: { auditLogs: { enable: true } },
        malwareProtection: { scanEc2InstanceWithFindings: { ebsVolumes: true } },
      },
    },
  ],
  'guardduty:UpdateOrganizationConfiguration': [
    { detectorId: 'd', autoEnableOrganizationMembers: 'ALL' },
    { detectorId: 'd', dataSources: { kubernetes: { auditLogs: { autoEnable: true } } } },
  ],
  'cloudtrail:UpdateTrail': [{ name: 'org', isMultiRegionTrail: true }],
  'cloudtrail:UpdateEventDataStore': [{ eventDataStore: 'e', name: 'renamed' }],
  'config:PutConfigurationRecorder': [
    recording({ allSupported: true, includeGlobalResourceTypes: true }),
    {
      configurationRecorder: {
        recordingGroup: {
          allSupported: true,
          includeGlobalResourceTypes: true,
          resourceTypes: [],
          recordingStrategy: { useOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' },
        },
      },
    },
  ],
  'securityhub:CreateAutomationRule': [{ Actions: [{ FindingFieldsUpdate: { Severity: { Label: 'HIGH' } } }] }],
  'securityhub:BatchUpdateAutomationRules': [
    { UpdateAutomationRulesRequestItems: [{ Actions: [doing({ Workflow: { Status: 'NOTIFIED' } })] }] },
    { UpdateAutomationRulesRequestItems: [{ RuleArn: 'r', RuleStatus: 'DISABLED' }] },
  ],
  'securityhub:CreateAutomationRuleV2': [{ Actions: [{ FindingFieldsUpdate: { StatusId: 2 } }] }],
  'securityhub:UpdateAutomationRuleV2': [
    { Actions: [doing({ SeverityId: 5 })] },
    { Identifier: 'r', RuleStatus: 'DISABLED' },
  ],
  'macie2:UpdateAutomatedDiscoveryConfiguration': [{ status: 'ENABLED' }],
  'macie2:UpdateClassificationJob': [{ jobId: 'j', jobStatus: 'RUNNING' }],
  'macie2:UpdateMemberSession': [{ id: '444455556666', status: 'ENABLED' }],
  'securityhub:UpdateFindingAggregator': [{ FindingAggregatorArn: 'a', RegionLinkingMode: 'ALL_REGIONS' }],
  'securityhub:UpdateAggregatorV2': [{ AggregatorV2Arn: 'a', RegionLinkingMode: 'ALL_REGIONS' }],
  'securityhub:UpdateOrganizationConfiguration': [{ AutoEnable: true, AutoEnableStandards: 'NONE' }],
  'macie2:UpdateOrganizationConfiguration': [{ autoEnable: true }],
  'logs:PutSubscriptionFilter': [{ logGroupName: '/aws/lambda/pay', filterName: 'siem' }],
  'events:RemovePermission': [{ statementId: 'shop-sends', eventBusName: 'default' }],
  'eks:UpdateClusterConfig': [
    { name: 'shop', logging: { clusterLogging: [{ types: ['audit'], enabled: true }] } },
    // The console sends both lists.
    {
      name: 'shop',
      logging: {
        clusterLogging: [
          { types: ['api', 'audit'], enabled: true },
          { types: ['scheduler'], enabled: false },
        ],
      },
    },
  ],
  'macie2:PutFindingsPublicationConfiguration': [
    { securityHubConfiguration: { publishClassificationFindings: true, publishPolicyFindings: true } },
  ],
  'bedrock:PutModelInvocationLoggingConfiguration': [
    { loggingConfig: { s3Config: { bucketName: 'prompts' }, textDataDeliveryEnabled: true } },
    { loggingConfig: { cloudWatchConfig: { logGroupName: 'prompts' }, imageDataDeliveryEnabled: true } },
  ],
  'logs:DeleteSubscriptionFilter': [{ logGroupName: '/aws/lambda/pay' }],
  'logs:DeleteMetricFilter': [{ logGroupName: '/aws/lambda/pay' }],
  'macie2:UpdateMacieSession': [{ status: 'ENABLED' }],
  'macie2:CreateFindingsFilter': [{ action: 'NOOP' }],
  'macie2:UpdateFindingsFilter': [{ action: 'NOOP' }],
  'logs:DeleteLogGroup': [{ logGroupName: '/aws/lambda/pay' }],
  'logs:DeleteLogStream': [{ logGroupName: '/aws/lambda/pay' }],
  'logs:PutRetentionPolicy': [
    { logGroupName: '/aws/cloudtrail/all', retentionInDays: 365 },
    { logGroupName: '/aws/lambda/pay', retentionInDays: 1 },
  ],
  's3:PutBucketLogging': [
    { bucketName: 'shop', BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'shop/' } } },
  ],
  'logs:DeleteAccountPolicy': [{ policyName: 'masking', policyType: 'DATA_PROTECTION_POLICY' }],
  'network-firewall:UpdateLoggingConfiguration': [
    {
      firewallArn: 'f',
      loggingConfiguration: { logDestinationConfigs: [{ logType: 'ALERT', logDestinationType: 'S3' }] },
    },
  ],
  'elasticloadbalancing:ModifyLoadBalancerAttributes': [
    // Each value belongs to its key.
    {
      loadBalancerArn: 'l',
      attributes: [
        { key: 'access_logs.s3.enabled', value: 'true' },
        { key: 'deletion_protection.enabled', value: 'false' },
      ],
    },
    { loadBalancerName: 'shop', loadBalancerAttributes: { accessLog: { enabled: true, s3BucketName: 'logs' } } },
    { loadBalancerName: 'shop', loadBalancerAttributes: { crossZoneLoadBalancing: { enabled: false } } },
  ],
  's3:PutBucketVersioning': [
    { bucketName: 'org-trail', VersioningConfiguration: { Status: 'Enabled' } },
    { bucketName: 'shop-images', VersioningConfiguration: { Status: 'Suspended' } },
  ],
  's3:PutBucketEncryption': [{ bucketName: 'shop-images', encryption: '' }],
  's3:DeleteBucketEncryption': [{ bucketName: 'shop-images' }],
  's3:PutBucketLifecycle': [{ bucketName: 'shop-images' }],
  's3:PutBucketPolicy': [{ bucketName: 'shop-images' }],
  's3:DeleteBucketPolicy': [{ bucketName: 'shop-images' }],
  's3:PutBucketNotification': [{ bucketName: 'shop-images' }],
  's3:DeleteBucketReplication': [{ bucketName: 'shop-images' }],
  's3:DeleteBucket': [{ bucketName: 'shop-images' }],
  'organizations:DisableAWSServiceAccess': [{ servicePrincipal: 'sso.amazonaws.com' }],
  'organizations:DeregisterDelegatedAdministrator': [{ servicePrincipal: 'sso.amazonaws.com' }],
  'organizations:DetachPolicy': [{ policyId: 'p-FullAWSAccess', targetId: 'ou-0a1b-2c3d4e5f' }],
  'organizations:UpdatePolicy': [
    { policyId: 'p-0a1b2c3d', name: 'renamed' },
    { policyId: 'p-0a1b2c3d', content: '{"tags":{"CostCenter":{}}}' },
  ],
  'organizations:DisablePolicyType': [{ rootId: 'r-0a1b', policyType: 'TAG_POLICY' }],
};
const harmless = Object.entries(twins).flatMap(([type, all]) => all.map((request) => ({ type, request })));

type Row = { readonly type: string; readonly request: object };

/** A part called so, in the parameters of its service that name one. */
function partCalled(type: string, name: string): object {
  const arn = (path: string) => `arn:aws:x:eu-central-1:111122223333:${path}${name}`;
  const byService: Readonly<Record<string, object>> = {
    events: { name, rule: name, statementId: name },
    states: { stateMachineArn: arn('stateMachine:') },
    lambda: { functionName: name },
    iam: { roleName: name },
    dynamodb: type.endsWith('ResourcePolicy') ? { resourceArn: arn('table/') } : { tableName: name },
    sns: { topicArn: arn(''), subscriptionArn: `${arn('')}:0a1b` },
    sqs: { queueUrl: `https://sqs.eu-central-1.amazonaws.com/111122223333/${name}` },
    s3: { bucketName: name },
    secretsmanager: { secretId: name.replace('-', '/') },
    scheduler: { name },
    monitoring: { alarmNames: [name] },
    cloudformation: { stackName: name, stackSetName: name },
  };
  return byService[type.split(':')[0] ?? ''] ?? {};
}
const clocks = ['scheduler:DeleteSchedule', 'scheduler:UpdateSchedule'].map((type) => ({
  type,
  request: { name: 'inc-1-nis2-early-warning', groupName: 'tourniquet-clocks' },
}));
/** The policy of the bus as a whole: that of the hub is the default one. */
const wholePolicies = (...names: (string | undefined)[]): Row[] =>
  names.map((eventBusName) => ({
    type: 'events:PutPermission',
    request: { policy: '{"Version":"2012-10-17","Statement":[]}', ...(eventBusName && { eventBusName }) },
  }));
const own = [
  ...ownTypes.map((type) => ({ type, request: partCalled(type, 'tourniquet-it') })),
  ...clocks,
  ...wholePolicies(undefined, 'default'),
];
const others = [
  ...ownTypes.map((type) => ({ type, request: partCalled(type, 'shop-it') })),
  ...clocks.map(({ type, request }) => ({ type, request: { ...request, groupName: 'shop-clocks' } })),
  ...wholePolicies('shop'),
];

/** Functions that set and delete the clocks' schedules, by their contracts. */
const clockmakers = contractsOf(full).flatMap(({ name, hub }) =>
  hub.includes('schedule') || hub.includes('sweep') ? [name] : [],
);
const calledBy = (role: string): object => ({
  userIdentity: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::111122223333:assumed-role/${role}/${role}`,
    sessionContext: { sessionIssuer: { type: 'Role', userName: role } },
  },
});
const alive: Row = { type: 'scheduler:DeleteSchedule', request: { name: 'tourniquet-forwarder-alive' } };

/** A mapping is named by its id; the answer says whose it is. */
const answers = (type: string, request: object) =>
  type.includes('EventSourceMapping') && 'functionName' in request
    ? {
        requestParameters: { uUID: '6d9bce8e-836b-442c-8070-74e77903c815' },
        responseElements: { functionArn: `arn:aws:lambda:eu-central-1:111122223333:function:${request.functionName}` },
      }
    : {};
const event = ({ type, request }: Row, more: object = {}) =>
  calling(type, request, { ...answers(type, request), ...more });
const kinds = {
  blinds: blinds.map((row) => event(row)),
  sent: sent.map(([type, request]) => calling(type, request)),
  harmless: harmless.map((row) => event(row)),
  refused: blinds.map((row) => event(row, { errorCode: 'AccessDenied' })),
  own: own.map((row) => event(row)),
  others: others.map((row) => event(row)),
  deploying: own.map((row) => event(row, { sourceIPAddress: 'cloudformation.amazonaws.com' })),
  clockwork: clockmakers.flatMap((name) => clocks.map((row) => event(row, calledBy(`tourniquet-${name}`)))),
  // In a member anybody may give a role of theirs the name of a function of the hub.
  disguised: [event(alive, calledBy('tourniquet-clock-sweep'))],
};
type Kind = keyof typeof kinds;
const started: Record<Kind, string[][]> = {
  blinds: [],
  sent: [],
  harmless: [],
  refused: [],
  own: [],
  others: [],
  deploying: [],
  clockwork: [],
  disguised: [],
};

beforeAll(async () => {
  const rules = deployedRules();
  const patterns = Object.fromEntries([...rules].map(([id, { pattern }]) => [id, pattern]));
  const all = Object.entries(kinds);
  const matched = await sandboxJudge(
    patterns,
    all.flatMap(([, events]) => events),
  );
  const starting = matched.map((ids) => ids.map((id) => rules.get(id)?.starts ?? id));
  for (const [kind, events] of all) started[kind as Kind] = starting.splice(0, events.length);
}, 60_000);

function verdictOf(event: object) {
  const [reading] = readFindings(event);
  if (!reading || 'unreadable' in reading) throw new Error(reading?.unreadable ?? 'nothing read');
  const chosen = route(playbooks, reading.finding);
  return { playbook: chosen.playbook, finding: reading.finding, ...verdictOn(reading.finding, chosen, 'tourniquet') };
}
const rowsOf = (rows: readonly Row[]) => rows.map((row, at) => [row.type, JSON.stringify(row.request), at] as const);

describe('a call that blinds starts one run, and says what mends it', () => {
  test.each(rowsOf(blinds))('%s %s', (type, _, at) => {
    expect(started.blinds[at]).toEqual([answering]);
    const { playbook, finding, outcome } = verdictOf(kinds.blinds[at] ?? {});
    expect({ playbook, type: finding.type, outcome }).toEqual({ playbook: answering, type, outcome: 'respond' });
    expect(finding.mend).toMatch(/^aws [a-z]/);
  });

  test.each(sent.map(([type, request], at) => [type, JSON.stringify(request), at] as const))(
    'as it is sent: %s %s',
    (_type, _, at) => {
      expect(started.sent[at]).toEqual([answering]);
      expect(verdictOf(kinds.sent[at] ?? {})).toMatchObject({ playbook: answering, outcome: 'respond' });
    },
  );

  test('and starts nothing where AWS refused it', () => {
    expect(started.refused.flat()).toEqual([]);
  });
});

describe('its harmless twin starts nothing, and the reason says what would', () => {
  test.each(rowsOf(harmless))('%s %s', (type, _, at) => {
    expect(started.harmless[at]).toEqual([]);
    const { outcome, because } = verdictOf(kinds.harmless[at] ?? {});
    expect({ outcome, because }).toEqual({
      outcome: 'ignore',
      because: expect.stringContaining(`${type} blinds only as`),
    });
  });

  test('every call that blinds only sometimes has one here', () => {
    const sometimes = [...blinding].flatMap(([type, { only }]) => (only ? [type.replace(/\/.*$/, '')] : []));
    expect(Object.keys(twins).toSorted()).toEqual(sometimes.toSorted());
  });
});

describe("what is done to Tourniquet's own parts", () => {
  test.each(rowsOf(own))('reaches the desk: %s', (_type, _, at) => {
    expect(started.own[at]).toEqual(['desk']);
    expect(verdictOf(kinds.own[at] ?? {})).toMatchObject({ playbook: answering, outcome: 'respond' });
  });

  test.each(rowsOf(others))('and not where it is done to others: %s', (_type, _, at) => {
    expect(started.others[at]).toEqual([]);
    expect(verdictOf(kinds.others[at] ?? {})).toMatchObject({ outcome: 'ignore' });
  });

  test('and not where the clocks set and delete their own schedules; a forwarder has none of those functions', () => {
    expect(clockmakers).toContain('clock-sweep');
    expect(started.clockwork).toHaveLength(2 * clockmakers.length);
    expect(started.clockwork.flat()).toEqual([]);
    expect(started.disguised).toEqual([['desk']]);
    expect(verdictOf(kinds.disguised[0] ?? {})).toMatchObject({ playbook: answering, outcome: 'respond' });
  });

  test('and not where a stack of ours is deployed', () => {
    expect(started.deploying.flat()).toEqual([]);
  });
});

test('each account sends its own calls: the administrator of findings receives none of them', () => {
  const { findings, own: sent } = forwarded(playbooks, 'tourniquet');
  const calls = (patterns: readonly object[]) => patterns.filter((one) => JSON.stringify(one).includes('CloudTrail'));
  expect(calls(findings)).toEqual([]);
  const all = JSON.stringify(calls(sent));
  for (const { type } of [...blinds, ...own]) expect(all).toContain(`"${type.replace(/^[^:]+:|\/.*$/g, '')}"`);
});

describe('what only looks as if it blinded', () => {
  test.each([
    ['securityhub:UpdateStandardsControl', 'no attack is seen less'],
    ['inspector2:CreateFilter', 'no attack is seen less'],
    ['securityhub:DeleteInsight', 'every finding is still there'],
    ['securityhub:UpdateInsight', 'every finding is still there'],
    ['config:DeleteRetentionConfiguration', 'nothing is lost'],
    ['config:DeleteEvaluationResults', 'the rule stays'],
    ['config:DeleteRemediationConfiguration', 'still finds'],
  ])('starts nothing, and says why: %s', (type, words) => {
    expect(verdictOf(calling(type, {}))).toMatchObject({
      outcome: 'ignore',
      because: expect.stringContaining(words),
    });
  });
});

describe('what puts single findings aside', () => {
  test.each([
    'guardduty:ArchiveFindings',
    'macie2:ArchiveFindings',
    'securityhub:BatchUpdateFindings',
    'securityhub:BatchUpdateFindingsV2',
  ])('starts nothing, and says why: %s', (type) => {
    const { outcome, because } = verdictOf(calling(type, { Workflow: { Status: 'SUPPRESSED' } }));
    expect(outcome).toBe('ignore');
    expect(because).toMatch(/do every day: no rule watches it. A rule that does it to all of a kind is watched/);
  });
});

/** What a flow log's command asks CreateFlowLogs for where Config kept it so before it was deleted: a shell runs it, with an `aws` of ours. */
function madeAgain(command: string, kept: object): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'flow-log-'));
  const items = [
    { configurationItemStatus: 'ResourceDeleted' },
    { configuration: 'null' },
    { configuration: JSON.stringify(kept) },
  ];
  writeFileSync(join(folder, 'history'), JSON.stringify({ configurationItems: items }));
  const aws = '#!/bin/sh\nif [ "$1" = configservice ]; then cat "$(dirname "$0")/history"; else cat; fi\n';
  writeFileSync(join(folder, 'aws'), aws, { mode: 0o755 });
  const [whole = ''] = command.split('; where ');
  const { stdout } = spawnSync('sh', ['-c', whole], {
    env: { PATH: `${folder}:${process.env.PATH}` },
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return JSON.parse(stdout);
}

describe('the command is one that aws takes', () => {
  const mendOf = (type: string, request: object) => verdictOf(calling(type, request)).finding.mend;

  test.each(['org', 'arn:aws:cloudtrail:eu-central-1:111122223333:trail/org'])(
    'a trail is made by its name: %s',
    (name) =>
      expect(mendOf('cloudtrail:DeleteTrail', { name })).toMatch(/^aws cloudtrail create-trail --name org --is-multi/),
  );

  const DeleteFlowLogsRequest = { FlowLogId: { tag: 1, content: 'fl-0a1b2c3d4e5f60718' } };

  test('of a flow log its id, by which Config tells what it was, else the call that made it', () => {
    const [first = '', second] = mendOf('ec2:DeleteFlowLogs', { DeleteFlowLogsRequest })?.split('; where ') ?? [];
    expect(first).toMatch(
      /^aws configservice get-resource-config-history --resource-type AWS::EC2::FlowLog --resource-id fl-0a1b2c3d4e5f60718 \| jq '[^']+' \| aws ec2 create-flow-logs --cli-input-json file:\/\/\/dev\/stdin$/,
    );
    expect(second).toContain(`"Events[?contains(CloudTrailEvent,'fl-0a1b2c3d4e5f60718')].CloudTrailEvent"`);
  });

  const vpc = {
    ResourceId: 'vpc-0a',
    ResourceType: 'VPC',
    TrafficType: 'ALL',
    MaxAggregationInterval: 60,
    LogFormat: 'srcaddr dstaddr',
  };
  const bucket = {
    LogDestinationType: 's3',
    LogDestination: 'arn:aws:s3:::flows',
    DestinationOptions: { FileFormat: 'parquet' },
  };
  const role = 'arn:aws:iam::111122223333:role/flows';
  const group = { LogDestinationType: 'cloud-watch-logs', LogGroupName: 'flows', DeliverLogsPermissionArn: role };
  test.skipIf(spawnSync('jq', ['--version']).error)('of a flow log it makes the same again', () => {
    const { ResourceId, ...others } = vpc;
    const again = (kept: object) => madeAgain(mendOf('ec2:DeleteFlowLogs', { DeleteFlowLogsRequest }) ?? '', kept);
    const made = { ResourceIds: [ResourceId], ...others };
    expect(again({ Id: 'fl-0a', ...vpc, ...bucket, LogGroupName: null, Tags: [] })).toEqual({ ...made, ...bucket });
    expect(again({ Id: 'fl-0a', ...vpc, ...group })).toEqual({ ...made, ...group });
    const { LogGroupName: _, ...byArn } = { ...group, LogDestination: 'arn:aws:logs:eu-central-1:1:log-group:flows' };
    expect(again({ ...vpc, ...group, ...byArn })).toEqual({ ...made, ...byArn });
  });

  test('of several flow logs it is for the first, and names the others', () => {
    const FlowLogId = ['fl-0a', 'fl-0b', 'fl; rm', 'fl-0c'].map((content, at) => ({ tag: at + 1, content }));
    const mend = mendOf('ec2:DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId } });
    expect(mend).toContain('--resource-id fl-0a | jq');
    expect(mend).toMatch(/; the same for fl-0b, fl-0c$/);
  });

  test('a recorder is put whole', () => {
    const roleARN = 'arn:aws:iam::111122223333:role/config';
    const recordingGroup = { allSupported: false };
    const configurationRecorder = { name: 'default', roleARN, recordingGroup };
    expect(mendOf('config:PutConfigurationRecorder', { configurationRecorder })).toBe(
      `aws configservice put-configuration-recorder --configuration-recorder name=default,roleARN=${roleARN} --recording-group allSupported=true,includeGlobalResourceTypes=true`,
    );
    expect(mendOf('config:PutConfigurationRecorder', { configurationRecorder: { recordingGroup } })).toContain(
      '--configuration-recorder name=<name>,roleARN=<roleARN> ',
    );
  });
});

test('each flow log that a call deletes is a target of its own, before whoever did it, and is made again each time', async () => {
  const { isMended } = await import('../../lib/domain/finding/blinding.ts');
  const { subjectsOf } = await import('../../lib/domain/finding/finding.ts');
  const FlowLogId = ['fl-0a', 'fl-0b'].map((content, at) => ({ tag: at + 1, content }));
  const { finding } = verdictOf(calling('ec2:DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId } }));
  const names = finding.targets.map(({ kind, id }) => `${kind} ${id}`);
  expect(names).toEqual(['log vpc-flow-log/fl-0a', 'log vpc-flow-log/fl-0b', 'principal build']);
  expect(subjectsOf(finding).map(({ id }) => id)).toEqual(['vpc-flow-log/fl-0a', 'vpc-flow-log/fl-0b']);
  expect(isMended(finding)).toBe(true);
});

test('what has no command is not said to have one', () => {
  const stopped = verdictOf(event({ type: 'events:DisableRule', request: { name: 'tourniquet-it' } }));
  expect({ playbook: stopped.playbook, mend: stopped.finding.mend }).toEqual({ playbook: answering, mend: null });
  const { mend } = verdictOf(calling('cloudtrail:StopLogging', { name: 'org' })).finding;
  expect(mend).toBe('aws cloudtrail start-logging --name org');
  const page = readFileSync(join(import.meta.dirname, '../../playbooks/defence-impairment/README.md'), 'utf8');
  expect(page).toContain('- Undo it: with the command, where the question has one; else look in CloudTrail');
  expect(page).not.toContain('the command in the question');
});

test('the command names only what is a plain name: a shell may read it', () => {
  const { finding } = verdictOf(
    calling('guardduty:CreateFilter', { detectorId: 'd0d0', name: 'x; rm -rf /', action: 'ARCHIVE' }),
  );
  expect(finding.mend).toBe('aws guardduty delete-filter --detector-id d0d0 --filter-name <name>');
});

test('a log that Tourniquet switches on again is what its finding is about; who did it stands beside, and is held with it', async () => {
  const { claimsOf } = await import('../../lib/domain/finding/finding.ts');
  const { finding } = verdictOf(calling('cloudtrail:StopLogging', { name: 'org' }));
  expect(finding.targets.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['log trail/org', 'principal build']);
  expect(claimsOf(finding)).toEqual([
    'arn:aws:cloudtrail:eu-central-1:111122223333:trail/org',
    'arn:aws:iam::111122223333:user/build',
  ]);
  const service = { type: 'AWSService', invokedBy: 'backup.amazonaws.com' };
  const byService = verdictOf(calling('cloudtrail:StopLogging', { name: 'org' }, { userIdentity: service }));
  expect(claimsOf(byService.finding)).toEqual(['arn:aws:cloudtrail:eu-central-1:111122223333:trail/org']);
  const others = verdictOf(calling('guardduty:CreateFilter', { detectorId: 'd0d0', action: 'ARCHIVE' }));
  expect(others.finding.targets.map(({ kind }) => kind)).toEqual(['principal', 'log']);
});
