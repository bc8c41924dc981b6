/**
 * Calls that blind, judged by the rules of the deployed stack: each starts one run of defence-impairment, its harmless twin starts nothing and says why.
 * What is done to Tourniquet's own parts reaches the desk, and what is done to anybody else's does not.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { blinding } from '../../lib/domain/finding/blinding.ts';
import type { Matcher, Matching } from '../../lib/domain/finding/matching.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { forwarded } from '../../lib/routing/forward.ts';
import { ownTypes } from '../../lib/routing/own-parts.ts';
import { route, verdictOn } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';
import { deployedRules } from './ruler/deployed.ts';
import type { Case } from './ruler/events.ts';
import { sandboxJudge } from './ruler/judges.ts';
import { call } from './ruler/sources.ts';

const answering = 'defence-impairment';

/** A value that fits a matcher; undefined where nothing may stand there. */
function fitting(matcher: Matcher): unknown {
  if (typeof matcher !== 'object') return matcher;
  if ('exists' in matcher) return matcher.exists ? 'x' : undefined;
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
    Object.fromEntries(fields.map(([field, values]) => [field, values[at] ?? values[0]])),
  );
}

const calling = (type: string, requestParameters: object, more: object = {}): Case['event'] => {
  const [service = '', event = ''] = type.split(/[:/]/);
  return call(service, event, { requestParameters, ...more });
};

const blinds = [...blinding].flatMap(([type, { only }]) =>
  (only?.when.flatMap(requests) ?? [{}]).map((request) => ({ type, request })),
);

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
  ],
  'guardduty:UpdateOrganizationConfiguration': [{ detectorId: 'd', autoEnableOrganizationMembers: 'ALL' }],
  'cloudtrail:UpdateTrail': [{ name: 'org', isMultiRegionTrail: true }],
  'cloudtrail:UpdateEventDataStore': [{ eventDataStore: 'e', name: 'renamed' }],
  'config:PutConfigurationRecorder': [{ configurationRecorder: { recordingGroup: { allSupported: true } } }],
  'securityhub:CreateAutomationRule': [{ Actions: [{ FindingFieldsUpdate: { Severity: { Label: 'HIGH' } } }] }],
  'securityhub:BatchUpdateAutomationRules': [
    {
      UpdateAutomationRulesRequestItems: [{ Actions: [{ FindingFieldsUpdate: { Workflow: { Status: 'NOTIFIED' } } }] }],
    },
  ],
  'securityhub:CreateAutomationRuleV2': [{ Actions: [{ FindingFieldsUpdate: { StatusId: 2 } }] }],
  'securityhub:UpdateAutomationRuleV2': [{ Actions: [{ FindingFieldsUpdate: { SeverityId: 5 } }] }],
  'macie2:UpdateMemberSession': [{ id: '444455556666', status: 'ENABLED' }],
  'eks:UpdateClusterConfig': [{ name: 'shop', logging: { clusterLogging: [{ types: ['audit'], enabled: true }] } }],
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
  's3:PutBucketLifecycle': [{ bucketName: 'shop-images' }],
  's3:PutBucketPolicy': [{ bucketName: 'shop-images' }],
  's3:DeleteBucketPolicy': [{ bucketName: 'shop-images' }],
  's3:DeleteBucket': [{ bucketName: 'shop-images' }],
  'organizations:DisableAWSServiceAccess': [{ servicePrincipal: 'sso.amazonaws.com' }],
  'organizations:DeregisterDelegatedAdministrator': [{ servicePrincipal: 'sso.amazonaws.com' }],
};
const harmless = Object.entries(twins).flatMap(([type, all]) => all.map((request) => ({ type, request })));

/** A part called so, in every parameter that names one. */
const partCalled = (name: string): object => {
  const arn = (path: string) => `arn:aws:x:eu-central-1:111122223333:${path}${name}`;
  return {
    name,
    rule: name,
    stateMachineArn: arn('stateMachine:'),
    functionName: name,
    roleName: name,
    tableName: name,
    topicArn: arn(''),
    subscriptionArn: `${arn('')}:0a1b`,
    queueUrl: `https://sqs.eu-central-1.amazonaws.com/111122223333/${name}`,
    bucketName: name,
    secretId: name.replace('-', '/'),
    alarmNames: [name],
    stackName: name,
    stackSetName: name,
  };
};
const own = ownTypes.map((type) => ({ type, request: partCalled('tourniquet-it') }));
const others = ownTypes.map((type) => ({ type, request: partCalled('shop-it') }));

type Row = { readonly type: string; readonly request: object };
const event = ({ type, request }: Row, more: object = {}) => calling(type, request, more);
const kinds = {
  blinds: blinds.map((row) => event(row)),
  harmless: harmless.map((row) => event(row)),
  refused: blinds.map((row) => event(row, { errorCode: 'AccessDenied' })),
  own: own.map((row) => event(row)),
  others: others.map((row) => event(row)),
  deploying: own.map((row) => event(row, { sourceIPAddress: 'cloudformation.amazonaws.com' })),
};
type Kind = keyof typeof kinds;
const started: Record<Kind, string[][]> = { blinds: [], harmless: [], refused: [], own: [], others: [], deploying: [] };

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
