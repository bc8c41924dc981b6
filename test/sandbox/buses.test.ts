/** Event buses over accounts and Regions, and where AWS's services publish. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchUpdateFindingsCommand,
  EnableSecurityHubCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anything, outcome, userWith } from './attack.ts';
import type { Credentials } from './deployment.ts';
import { awsJson, type Delivered, deliveredTo, eventBridge } from './events.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { makeStack, type Place } from './stacks.ts';

let sandbox: Sandbox;
let hub: Place;
let far: Place;
let bus: string;
let user: Credentials;

const clientOptions = ({ endpoint }: Sandbox, { account, region }: Place) => ({
  endpoint,
  region,
  credentials: root(account),
  maxAttempts: 1,
});
const root = (account: string): Credentials => ({ accessKeyId: account, secretAccessKey: 'x' });
const trusting = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});
const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const open = (Queue: string) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: Queue }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': [Queue, 'Arn'] },
        },
      ],
    },
  },
});
const letIn = (organization: string) => ({
  Type: 'AWS::Events::EventBusPolicy',
  Properties: {
    StatementId: 'organization',
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: bus,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } },
    },
  },
});

/** A role for rules, with one right. */
const sender = (Action: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trusting('events.amazonaws.com'),
    Policies: [
      {
        PolicyName: 'send',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: bus }] },
      },
    ],
  },
});

const forwarding = (source: string, role: object, letters?: string) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { source: [source] },
    Targets: [
      {
        Id: 'Hub',
        Arn: bus,
        ...role,
        ...(letters && { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [letters, 'Arn'] } } }),
      },
    ],
  },
});

beforeAll(async () => {
  sandbox = await startSandbox();
  const [, second = '', third = ''] = sandbox.members;
  const [home = '', , away = ''] = sandbox.regions;
  hub = { account: sandbox.accounts.hub, region: home };
  far = { account: second, region: away };
  bus = `arn:aws:events:${home}:${hub.account}:event-bus/default`;
  const Target = { Id: 'Queue', Arn: { 'Fn::GetAtt': ['Heard', 'Arn'] } };
  const Hears = {
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: { account: [{ exists: true }] }, Targets: [Target] },
  };
  // A second hop: what came from elsewhere is not sent on.
  const Onward = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.guardduty'] },
      Targets: [
        {
          Id: 'Third',
          Arn: `arn:aws:events:${home}:${third}:event-bus/default`,
          RoleArn: `arn:aws:iam::${hub.account}:role/none`,
        },
      ],
    },
  };
  await makeStack(
    sandbox,
    { ...hub, name: 'ears' },
    JSON.stringify({ Resources: { Heard: queue('heard'), Open: open('Heard'), Hears, Onward } }),
  );
  user = await userWith(sandbox, 'member', 'mallory', anything);
  await sandbox.post('/_sandbox/enforce', { on: true });
}, 180_000);
afterAll(() => sandbox?.stop());

/** Everything the hub's rule hears until this many have come, and a moment longer: for one too many. */
async function heard(count: number): Promise<Delivered[]> {
  const all: Delivered[] = [];
  for (const end = Date.now() + 5_000; all.length < count && Date.now() < end; await sleep(50))
    all.push(...(await deliveredTo(sandbox, hub, 'heard')));
  await sleep(150);
  return [...all, ...(await deliveredTo(sandbox, hub, 'heard'))];
}

const put = async (Source: string, as = user): Promise<string> => {
  const Entries = [{ Source, DetailType: 'Test', Detail: '{}', EventBusName: bus }];
  const { status, body } = await eventBridge(sandbox, hub.region, as, 'PutEvents', { Entries });
  const [entry] = (body.Entries ?? []) as { ErrorCode?: string }[];
  return status === 200 ? (entry?.ErrorCode ?? 'allowed') : String(body.__type).replace(/^.*#/, '');
};
const permit = (request: object) => eventBridge(sandbox, hub.region, root(hub.account), 'PutPermission', request);
const everybodyOf = (Value: string) => ({
  Action: 'events:PutEvents',
  Principal: '*',
  StatementId: 'ours',
  Condition: { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value },
});

describe('the bus of another account', () => {
  test('takes events from whom its policy lets in, by organisation, and from nobody else', async () => {
    const attempts = async () => [await put('custom'), await put('custom', root('999999999999'))];
    expect(await attempts(), 'no policy').toEqual(['AccessDeniedException', 'AccessDeniedException']);
    await permit(everybodyOf('o-somebodyelse'));
    expect(await attempts(), 'another organisation').toEqual(['AccessDeniedException', 'AccessDeniedException']);
    await permit(everybodyOf('o-tourniquet1'));
    expect(await attempts()).toEqual(['allowed', 'AccessDeniedException']);
    expect(await put('aws.guardduty'), 'only services have such sources').toBe('NotAuthorizedForSourceException');
    const [home = ''] = sandbox.regions;
    expect(await heard(1)).toEqual([{ source: 'custom', account: sandbox.accounts.member, region: home, detail: {} }]);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '999999999999' }, Action: 'events:PutEvents', Resource: bus }],
    });
    expect(await permit({ Policy, StatementId: 'x' })).toMatchObject({ status: 400 });
    await permit({ Policy });
    expect(await attempts(), 'a whole policy replaces the statements').toEqual(['AccessDeniedException', 'allowed']);
    await eventBridge(sandbox, hub.region, root(hub.account), 'RemovePermission', { RemoveAllPermissions: true });
    expect(await attempts()).toEqual(['AccessDeniedException', 'AccessDeniedException']);
    await heard(1);
  });

  test('is reached by a rule with a role that may; what may not is a dead letter', async () => {
    const made = (name: string, place: Place, Resources: object) =>
      makeStack(sandbox, { ...place, name }, JSON.stringify({ Resources }));
    expect(await outcome(made('roleless', far, { Rule: forwarding('aws.health', {}) }))).toBe('Error');
    await made('let-in', hub, { Policy: letIn('o-tourniquet1') });
    const byRole = { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } };
    await made('ears', far, {
      Letters: queue('letters'),
      Open: open('Letters'),
      Role: sender('events:PutEvents'),
      Rule: forwarding('aws.guardduty', byRole, 'Letters'),
      Powerless: sender('events:ListRules'),
      Mute: forwarding('aws.backup', { RoleArn: { 'Fn::GetAtt': ['Powerless', 'Arn'] } }, 'Letters'),
    });
    const event = (Source: string) => ({ ...far, entry: { Source, DetailType: 'Test', Detail: { a: 1 } } });
    await sandbox.post('/_sandbox/aws-event', event('aws.guardduty'));
    await sandbox.post('/_sandbox/aws-event', event('aws.backup'));
    expect(await heard(1)).toEqual([{ source: 'aws.guardduty', ...far, detail: { a: 1 } }]);
    expect(await deliveredTo(sandbox, far, 'letters')).toEqual([{ source: 'aws.backup', ...far, detail: { a: 1 } }]);
  });
});

describe('a service of AWS publishes', () => {
  const published = async (place: Place, Source: string, DetailType: string, Detail: object): Promise<Place[]> => {
    const entry = { Source, DetailType, Detail };
    const answer = await sandbox.post<{ published: (Place & { eventId: string })[] }>('/_sandbox/aws-event', {
      ...place,
      entry,
    });
    return answer.published.map(({ account, region }) => ({ account, region }));
  };

  test('findings to the member and, in the same Region, to the administrator; those of somebody else to nobody', async () => {
    const both = [far, { ...far, account: hub.account }];
    expect(await published(far, 'aws.guardduty', 'GuardDuty Finding', { accountId: far.account })).toEqual(both);
    const findings = [{ AwsAccountId: far.account }];
    expect(await published(far, 'aws.securityhub', 'Security Hub Findings - Imported', { findings })).toEqual(both);
    expect(await published(far, 'aws.guardduty', 'GuardDuty Finding', { accountId: hub.account })).toEqual([far]);
  });

  test('findings of Security Hub with what people have written on them; only those who may see one change it', async () => {
    const enabled = async (account: string) => {
      const as = new SecurityHubClient(clientOptions(sandbox, { account, region: far.region }));
      await as.send(new EnableSecurityHubCommand());
      return as;
    };
    const [administrator, member] = [await enabled(hub.account), await enabled(far.account)];
    const stranger = new SecurityHubClient(clientOptions(sandbox, { account: hub.account, region: hub.region }));
    const found = { Id: 'watch/1', ProductArn: 'arn:aws:securityhub:::product/acme/watch', AwsAccountId: far.account };
    const imported = { findings: [{ ...found, Severity: { Label: 'MEDIUM' }, Workflow: { Status: 'NEW' } }] };
    await published(far, 'aws.securityhub', 'Security Hub Findings - Imported', imported);
    const FindingIdentifiers = [{ Id: 'watch/1', ProductArn: found.ProductArn }];
    const update = {
      FindingIdentifiers,
      Workflow: { Status: 'NOTIFIED' as const },
      UserDefinedFields: { ticket: '7' },
    };
    expect(await administrator.send(new BatchUpdateFindingsCommand(update))).toMatchObject({ UnprocessedFindings: [] });
    await expect(stranger.send(new GetFindingsCommand({}))).rejects.toThrow('not subscribed');
    // The product sends it anew: what people wrote stays.
    const worse = { findings: [{ ...imported.findings[0], Severity: { Label: 'CRITICAL' } }] };
    await published(far, 'aws.securityhub', 'Security Hub Findings - Imported', worse);
    const Filters = { Id: [{ Value: 'watch/1', Comparison: 'EQUALS' as const }] };
    const { Findings } = await member.send(new GetFindingsCommand({ Filters }));
    expect(Findings).toMatchObject([
      { Severity: { Label: 'CRITICAL' }, Workflow: { Status: 'NOTIFIED' }, UserDefinedFields: { ticket: '7' } },
    ]);
    const nobody = { ...update, FindingIdentifiers: [{ Id: 'watch/2', ProductArn: found.ProductArn }] };
    expect(await member.send(new BatchUpdateFindingsCommand(nobody))).toMatchObject({
      UnprocessedFindings: [{ ErrorCode: 'FindingNotFound' }],
    });
    const many = Array.from({ length: 101 }, (_, n) => ({ Id: `watch/${n}`, ProductArn: found.ProductArn }));
    const tooMany = new BatchUpdateFindingsCommand({ ...update, FindingIdentifiers: many });
    await expect(member.send(tooMany)).rejects.toThrow(/100/);
    const note = new BatchUpdateFindingsCommand({ ...update, Note: { Text: 'x'.repeat(513), UpdatedBy: 'me' } });
    await expect(member.send(note)).rejects.toThrow(/512/);
  });

  test('calls to global services in us-east-1, and the others where they were made', async () => {
    const call = (eventSource: string) => published(far, 'aws.x', 'AWS API Call via CloudTrail', { eventSource });
    expect(await call('iam.amazonaws.com')).toEqual([{ account: far.account, region: 'us-east-1' }]);
    expect(await call('cloudtrail.amazonaws.com')).toEqual([far]);
  });

  test('calls that were really made, while a trail logs them: the one that stops it is the last', async () => {
    const [home = ''] = sandbox.regions;
    const trail = (action: string, request: object = {}) =>
      awsJson(sandbox, 'cloudtrail', home, root(hub.account), `CloudTrail_20131101.${action}`, {
        Name: 'main',
        ...request,
      });
    await trail('CreateTrail', { S3BucketName: 'logs', IsMultiRegionTrail: true });
    await trail('StartLogging');
    await trail('StopLogging');
    await trail('DeleteTrail');
    const calls = (await heard(1)).filter(({ detail }) => detail.eventSource);
    expect(calls.map(({ source, account, detail }) => [source, account, detail.eventName])).toEqual([
      ['aws.cloudtrail', hub.account, 'StopLogging'],
    ]);
  });

  test('in accounts and Regions that are played, and in no other', async () => {
    const nowhere = (place: Partial<Place>) => published({ ...far, ...place }, 'aws.health', 'AWS Health Event', {});
    await expect(nowhere({ account: '999999999999' })).rejects.toThrow(
      '400 {"error": "the sandbox plays no account \'999999999999\'',
    );
    await expect(nowhere({ region: 'eu-west-9' })).rejects.toThrow("plays no Region 'eu-west-9'");
  });
});
