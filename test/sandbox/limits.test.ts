/** Every limit, and each kind of malformed request, by a call that AWS would refuse: in AWS's code and words, or not at all. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userWith } from './attack.ts';
import { type Credentials, clients } from './deployment.ts';
import { policyOf } from './organization.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

type Parameters = { readonly [name: string]: unknown };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
  const objects = clients(sandbox)(S3Client, 'hub');
  await objects.send(
    new CreateBucketCommand({ Bucket: 'templates', CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  await objects.send(new PutObjectCommand({ Bucket: 'templates', Key: 'big.json', Body: long(1_000_001) }));
  for (const each of made()) expect((await ask(...each)).text).not.toMatch(/Exception|<Error>/);
}, 180_000);
afterAll(() => sandbox?.stop());

const account = '111122223333';
const region = 'eu-central-1';
const queue = `arn:aws:sqs:${region}:${account}:letters`;
const role = `arn:aws:iam::${account}:role/small`;
const machine = `arn:aws:states:${region}:${account}:stateMachine:pass`;

/** JSON services by the prefix of their targets; those of forms by their version. */
const targets: Parameters = {
  athena: 'AmazonAthena',
  sqs: 'AmazonSQS',
  events: 'AWSEvents',
  states: 'AWSStepFunctions',
  dynamodb: 'DynamoDB_20120810',
  kms: 'TrentService',
  logs: 'Logs_20140328',
  organizations: 'AWSOrganizationsV20161128',
  secretsmanager: 'secretsmanager',
  ssm: 'AmazonSSM',
};
const versions: Parameters = {
  iam: '2010-05-08',
  sts: '2011-06-15',
  sns: '2010-03-31',
  cloudformation: '2010-05-15',
  ec2: '2016-11-15',
  autoscaling: '2011-01-01',
  elasticloadbalancing: '2015-12-01',
};

/** Who signs, and for what: by itself the hub's root, whose signature is not looked at, for the service in its Region. */
type Signed = { credentials?: Credentials; service?: string; region?: string; headers?: Record<string, string> };

/** As a client without checks of its own sends it: nothing here stands between what is asked and the gateway. */
async function ask(
  service: string,
  operation: string,
  parameters: Parameters | Buffer<ArrayBuffer>,
  signed: Signed = {},
) {
  const [method = 'POST', path = '/'] = operation.includes(' ') ? operation.split(' ') : [];
  const form = service in versions;
  const url = new URL(path, sandbox.endpoint);
  const kind = form ? 'application/x-www-form-urlencoded' : 'application/x-amz-json-1.1';
  const target = service in targets ? { 'x-amz-target': `${targets[service]}.${operation}` } : {};
  const inWords = (given: Parameters): string =>
    form
      ? `${new URLSearchParams([['Action', operation], ['Version', String(versions[service])], ...flat(given)])}`
      : JSON.stringify(given);
  const said = Buffer.isBuffer(parameters) ? parameters : inWords(parameters);
  const signer = new SignatureV4({
    service: signed.service ?? service,
    region: signed.region ?? region,
    credentials: signed.credentials ?? { accessKeyId: account, secretAccessKey: 'test' },
    sha256: clients(sandbox)(SFNClient, 'hub').config.sha256,
  });
  const headers = { host: url.host, 'content-type': kind, ...target, ...signed.headers };
  const request = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    body: said,
  });
  const body = method === 'GET' ? null : said;
  const answer = await fetch(url, { method, headers: request.headers, body });
  return { status: answer.status, text: (await answer.text()).replaceAll('&#x27;', "'") };
}

const flat = (parameters: Parameters): [string, string][] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((each, index): [string, string] => [`${name}.member.${index + 1}`, String(each)])
      : [[name, String(value)] as [string, string]],
  );

const long = (length: number) => 'x'.repeat(length);
const policy = (Sid: string) => policyOf({ Sid, Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
const wideTrust = policyOf({
  Sid: long(2048),
  Effect: 'Allow',
  Principal: { AWS: account },
  Action: 'sts:AssumeRole',
});
const send = (over: Parameters = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'sqs:SendMessage',
  Resource: queue,
  ...over,
});
const queuePolicy = (count: number, over: (index: number) => Parameters = () => ({})) => ({
  QueueName: 'refused',
  Attributes: { Policy: policyOf(...Array.from({ length: count }, (_, index) => send(over(index)))) },
});
const emptyArchive = { ZipFile: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==' };
const functionOf = (over: Parameters) => ({
  FunctionName: 'known',
  Role: role,
  Runtime: 'nodejs24.x',
  Handler: 'i.h',
  Code: emptyArchive,
  ...over,
});
const letters = { DeadLetterConfig: { TargetArn: queue } };
const trust = policyOf({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });
const functions = '/2015-03-31/functions';

/** What the refused calls need: a role that may do next to nothing, a queue that lets everybody in, a function, a rule, a machine. */
function* made(): Generator<[string, string, Parameters]> {
  yield ['iam', 'CreateRole', { RoleName: 'small', AssumeRolePolicyDocument: trust }];
  yield ['iam', 'PutRolePolicy', { RoleName: 'small', PolicyName: 'first', PolicyDocument: policy(long(5000)) }];
  yield ['iam', 'CreateUser', { UserName: 'small' }];
  yield ['iam', 'PutUserPolicy', { UserName: 'small', PolicyName: 'first', PolicyDocument: policy(long(1000)) }];
  yield ['iam', 'CreateGroup', { GroupName: 'small' }];
  yield ['sns', 'CreateTopic', { Name: 'small' }];
  yield [
    'dynamodb',
    'CreateTable',
    {
      TableName: 'items',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  ];
  yield ['sqs', 'CreateQueue', { ...queuePolicy(20), QueueName: 'letters' }];
  yield ['events', 'PutRule', { Name: 'small', EventPattern: JSON.stringify({ source: [long(2030)] }) }];
  yield [
    'events',
    'PutTargets',
    { Rule: 'small', Targets: [1, 2, 3, 4, 5].map((id) => ({ Id: `${id}`, Arn: queue })) },
  ];
  yield ['lambda', `POST ${functions}`, functionOf({})];
  const definition = {
    StartAt: 'Twice',
    States: {
      Twice: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input & $states.input %}', End: true },
    },
  };
  yield ['states', 'CreateStateMachine', { name: 'pass', roleArn: role, definition: JSON.stringify(definition) }];
}

const item = (pk: string, size: number) => ({ pk: { S: pk }, long: { S: long(size) } });
const packed = policyOf({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${randomBytes(1400).toString('base64url')}`,
});

describe('limits', () => {
  test.each<[service: string, operation: string, parameters: Parameters, code: string, words: string]>([
    [
      'sqs',
      'CreateQueue',
      queuePolicy(21),
      'OverLimit',
      '21 statements were found in the submitted policy, max allowed is 20',
    ],
    [
      'sqs',
      'CreateQueue',
      queuePolicy(1, () => ({ Action: [1, 2, 3, 4, 5, 6, 7, 8].map((each) => `sqs:${each}`) })),
      'OverLimit',
      '8 actions were found in a statement',
    ],
    [
      'sqs',
      'CreateQueue',
      queuePolicy(11, (each) => ({ Condition: { StringEquals: { 'aws:SourceAccount': `${each}` } } })),
      'OverLimit',
      '11 conditions were found',
    ],
    [
      'sqs',
      'SetQueueAttributes',
      {
        ...queuePolicy(9, (each) => ({ Sid: `${each}${long(900)}` })),
        QueueUrl: `http://127.0.0.1/${account}/letters`,
      },
      'OverLimit',
      'Submitted policy is over max allowed size.',
    ],
    [
      'iam',
      'PutRolePolicy',
      { RoleName: 'small', PolicyName: 'second', PolicyDocument: policy(long(5200)) },
      'LimitExceeded',
      'Maximum policy size of 10240 bytes exceeded for role small',
    ],
    [
      'iam',
      'PutUserPolicy',
      { UserName: 'small', PolicyName: 'second', PolicyDocument: policy(long(1000)) },
      'LimitExceeded',
      'Maximum policy size of 2048 bytes exceeded for user small',
    ],
    [
      'iam',
      'PutGroupPolicy',
      { GroupName: 'small', PolicyName: 'first', PolicyDocument: policy(long(5120)) },
      'LimitExceeded',
      'Maximum policy size of 5120 bytes exceeded for group small',
    ],
    [
      'iam',
      'CreateRole',
      {
        RoleName: 'wide',
        AssumeRolePolicyDocument: wideTrust,
      },
      'LimitExceeded',
      'Cannot exceed quota for ACLSizePerRole: 2048',
    ],
    [
      'iam',
      'UpdateAssumeRolePolicy',
      {
        RoleName: 'small',
        PolicyDocument: wideTrust,
      },
      'LimitExceeded',
      'Cannot exceed quota for ACLSizePerRole: 2048',
    ],
    [
      'iam',
      'CreatePolicy',
      { PolicyName: 'big', PolicyDocument: policy(long(6144)) },
      'LimitExceeded',
      'Cannot exceed quota for PolicySize: 6144',
    ],
    [
      'sts',
      'AssumeRole',
      { RoleArn: role, RoleSessionName: 'run', Policy: policy(long(2048)) },
      'ValidationError',
      "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048",
    ],
    [
      'sts',
      'AssumeRole',
      { RoleArn: role, RoleSessionName: 'run', Policy: packed },
      'PackedPolicyTooLarge',
      '% of allotted space, please use smaller policy.',
    ],
    [
      'cloudformation',
      'CreateStack',
      { StackName: 'big', TemplateBody: JSON.stringify({ Description: long(51_200), Resources: {} }) },
      'ValidationError',
      "at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
    ],
    [
      'cloudformation',
      'CreateStack',
      {
        StackName: 'many',
        TemplateBody: JSON.stringify({
          Resources: Object.fromEntries(
            Array.from({ length: 501 }, (_, index) => [`R${index}`, { Type: 'AWS::SNS::Topic' }]),
          ),
        }),
      },
      'ValidationError',
      'Number of resources, 501, is greater than maximum allowed, 500',
    ],
    [
      'events',
      'PutRule',
      { Name: 'long', EventPattern: JSON.stringify({ source: [long(2040)] }) },
      'LimitExceededException',
      'The requested resource exceeds the maximum number allowed.',
    ],
    [
      'events',
      'PutTargets',
      { Rule: 'small', Targets: [{ Id: '6', Arn: queue }] },
      'LimitExceededException',
      'The requested resource exceeds the maximum number allowed.',
    ],
    [
      'events',
      'PutEvents',
      { Entries: [{ Source: 'a', DetailType: 'b', Detail: JSON.stringify({ a: long(1_048_576) }) }] },
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    ],
    [
      'states',
      'StartExecution',
      { stateMachineArn: machine, input: JSON.stringify('ü'.repeat(140_000)) },
      'ValidationException',
      "at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    ],
    [
      'lambda',
      `POST ${functions}`,
      functionOf({ Environment: { Variables: { LONG: long(4090) } } }),
      'InvalidParameterValueException',
      'exceeded the 4KB limit.',
    ],
    [
      'lambda',
      'POST /2015-03-31/event-source-mappings',
      {
        FunctionName: 'known',
        EventSourceArn: `arn:aws:dynamodb:${region}:${account}:table/items/stream/2026-11-29T00:00:00.000`,
        StartingPosition: 'LATEST',
      },
      'InvalidParameterValueException',
      'Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.',
    ],
    [
      'lambda',
      `POST ${functions}`,
      functionOf(letters),
      'InvalidParameterValueException',
      'The provided execution role does not have permissions to call SendMessage on SQS',
    ],
    [
      'lambda',
      `PUT ${functions}/known/configuration`,
      letters,
      'InvalidParameterValueException',
      'The provided execution role does not have permissions to call SendMessage on SQS',
    ],
    [
      'lambda',
      'PUT /2019-09-25/functions/known/event-invoke-config',
      { DestinationConfig: { OnFailure: { Destination: queue } } },
      'InvalidParameterValueException',
      'does not have permissions to call SendMessage on SQS',
    ],
    [
      'lambda',
      `POST ${functions}/known/invocations`,
      { long: long(6_291_456) },
      'RequestTooLargeException',
      'Request must be smaller than 6291456 bytes',
    ],
    [
      'logs',
      'PutResourcePolicy',
      { policyName: 'long', policyDocument: long(5121) },
      'InvalidParameterException',
      "at 'policyDocument' failed to satisfy constraint: Member must have length less than or equal to 5120",
    ],
    [
      'kms',
      'CreateKey',
      { Policy: policy(long(32_768)) },
      'LimitExceededException',
      'The key policy exceeds 32768 bytes.',
    ],
    [
      'sns',
      'Publish',
      { TopicArn: `arn:aws:sns:${region}:${account}:small`, Message: long(262_145) },
      'InvalidParameter',
      'Invalid parameter: Message too long',
    ],
    [
      'dynamodb',
      'PutItem',
      { TableName: 'items', Item: item('one', 409_600) },
      'ValidationException',
      'Item size has exceeded the maximum allowed size',
    ],
    [
      'dynamodb',
      'TransactWriteItems',
      {
        TransactItems: Array.from({ length: 11 }, (_, each) => ({
          Put: { TableName: 'items', Item: item(`${each}`, 400_000) },
        })),
      },
      'ValidationException',
      'Transaction request exceeds the 4MB transaction size limit',
    ],
    [
      'cloudformation',
      'CreateStack',
      { StackName: 'by-url', TemplateURL: 'https://s3.eu-central-1.amazonaws.com/templates/big.json' },
      'ValidationError',
      'Template may not exceed 1000000 bytes in size.',
    ],
    [
      'dynamodb',
      'TransactWriteItems',
      {
        TransactItems: Array.from({ length: 101 }, (_, each) => ({
          Delete: { TableName: 'any', Key: { pk: { S: `${each}` } } },
        })),
      },
      'ValidationException',
      "at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
    ],
  ])('%s %s', async (service, operation, parameters, code, words) => {
    const { status, text } = await ask(service, operation, parameters);
    expect(text).toContain(code);
    expect(text).toContain(words);
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('a body that is neither JSON nor a form holds to its model', () => {
  const versioning = (Status: string) =>
    clients(sandbox)(S3Client, 'hub').send(
      new PutBucketVersioningCommand({
        Bucket: 'templates',
        VersioningConfiguration: JSON.parse(`{"Status":"${Status}"}`),
      }),
    );
  const alarm = (EvaluationPeriods: number) =>
    clients(sandbox)(CloudWatchClient, 'hub').send(
      new PutMetricAlarmCommand({
        AlarmName: 'documents',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods,
        Threshold: 1,
        Namespace: 'Own',
        MetricName: 'Own',
        Statistic: 'Sum',
        Period: 60,
      }),
    );

  test('XML of S3', async () => {
    await expect(versioning('On')).rejects.toMatchObject({ name: 'MalformedXML', $metadata: { httpStatusCode: 400 } });
    await versioning('Enabled');
  });

  test('what CloudWatch is sent', async () => {
    await expect(alarm(0)).rejects.toMatchObject({
      name: expect.stringMatching(/^Validation(Error|Exception)$/),
      message: expect.stringContaining("at 'evaluationPeriods' failed to satisfy constraint"),
    });
    await alarm(1);
  });

  test('CBOR, as other clients send it', async () => {
    // {"EvaluationPeriods": 0}
    const body = Buffer.concat([Buffer.from([0xa1, 0x71]), Buffer.from('EvaluationPeriods'), Buffer.from([0])]);
    const headers = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
    const { status, text } = await ask(
      'monitoring',
      'POST /service/GraniteServiceVersion20100801/operation/PutMetricAlarm',
      body,
      { headers },
    );
    expect([status, text]).toEqual([400, expect.stringContaining("Value null at 'alarmName' failed to satisfy")]);
  });
});

describe('as many as there may be, and one more', () => {
  const managed = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
  const attached = (to: Parameters) => (nth: number) => ({ ...to, PolicyArn: managed(`managed-${nth}`) });
  beforeAll(async () => {
    await ask('events', 'CreateEventBus', { Name: 'full' });
    for (let nth = 0; nth <= 10; nth++)
      await ask('iam', 'CreatePolicy', { PolicyName: `managed-${nth}`, PolicyDocument: policy('a') });
  });

  test.each<[operation: string, service: string, most: number, parameters: (nth: number) => Parameters, words: string]>(
    [
      ['AttachRolePolicy', 'iam', 10, attached({ RoleName: 'small' }), 'Cannot exceed quota for PoliciesPerRole: 10'],
      [
        'AttachGroupPolicy',
        'iam',
        10,
        attached({ GroupName: 'small' }),
        'Cannot exceed quota for PoliciesPerGroup: 10',
      ],
      [
        'PutRule',
        'events',
        300,
        (nth) => ({ Name: `rule-${nth}`, EventBusName: 'full', EventPattern: '{"source":["a"]}' }),
        'The requested resource exceeds the maximum number allowed.',
      ],
      [
        'PutResourcePolicy',
        'logs',
        10,
        (nth) => ({ policyName: `p${nth}`, policyDocument: policy('a') }),
        'Resource limit exceeded.',
      ],
    ],
  )('%s', async (operation, service, most, parameters, words) => {
    for (let nth = 0; nth < most; nth++)
      expect((await ask(service, operation, parameters(nth))).status, `the ${nth + 1}th`).toBe(200);
    expect((await ask(service, operation, parameters(most))).text).toContain(words);
    // The same again is no further one.
    expect((await ask(service, operation, parameters(0))).status).toBe(200);
  });

  test('bytes of an asynchronous invocation', async () => {
    const headers = { 'x-amz-invocation-type': 'Event' };
    const path = `POST ${functions}/known/invocations`;
    const { status, text } = await ask('lambda', path, { long: long(1_048_576) }, { headers });
    expect([status, text]).toEqual([413, expect.stringContaining('Request must be smaller than 1048576 bytes')]);
  });
});

describe('what a request says', () => {
  const other = { RoleName: 'other', AssumeRolePolicyDocument: trust };
  const schedule = {
    ScheduleExpression: 'at(2030-01-01T00:00:00)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: queue, RoleArn: role },
  };
  test.each<[kind: string, service: string, operation: string, parameters: Parameters, code: string, words: string]>([
    [
      'a name too long',
      'iam',
      'CreateRole',
      { ...other, RoleName: long(65) },
      'ValidationError',
      "at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    [
      'a name too long',
      'iam',
      'PutRolePolicy',
      { RoleName: 'small', PolicyName: long(129), PolicyDocument: policy('a') },
      'ValidationError',
      "at 'policyName' failed to satisfy constraint: Member must have length less than or equal to 128",
    ],
    [
      'a name too long',
      'states',
      'StartExecution',
      { stateMachineArn: machine, name: long(81) },
      'ValidationException',
      "at 'name' failed to satisfy constraint: Member must have length less than or equal to 80",
    ],
    [
      'a name too long',
      'scheduler',
      `POST /schedules/${long(65)}`,
      schedule,
      'ValidationException',
      "at 'name' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    [
      'a pattern',
      'sts',
      'AssumeRole',
      { RoleArn: role, RoleSessionName: 'a b' },
      'ValidationError',
      "Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [
      'something missing',
      'iam',
      'CreateRole',
      { RoleName: 'other' },
      'ValidationError',
      "Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
    ],
    [
      'something missing within',
      'events',
      'PutTargets',
      { Rule: 'small', Targets: [{ Id: '1' }] },
      'ValidationException',
      "Value null at 'targets.1.member.arn' failed to satisfy constraint: Member must not be null",
    ],
    [
      'something missing',
      'ec2',
      'RunInstances',
      { MinCount: 1 },
      'MissingParameter',
      'The request must contain the parameter MaxCount',
    ],
    [
      'an unknown word',
      'kms',
      'CreateKey',
      { KeyUsage: 'EVERYTHING' },
      'ValidationException',
      "Value 'EVERYTHING' at 'keyUsage' failed to satisfy constraint: Member must satisfy enum value set",
    ],
    [
      'an unknown word',
      'ec2',
      'DescribeInstanceAttribute',
      { InstanceId: 'i-1', Attribute: 'all' },
      'InvalidParameterValue',
      'Value (all) for parameter Attribute is invalid.',
    ],
    [
      'something missing',
      'sqs',
      'ReceiveMessage',
      { MaxNumberOfMessages: 1 },
      'MissingParameter',
      "Value null at 'queueUrl'",
    ],
    [
      'a number too high',
      'organizations',
      'ListAccounts',
      { MaxResults: 21 },
      'InvalidInputException',
      "Value '21' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 20",
    ],
    [
      'a list too long',
      'events',
      'PutEvents',
      { Entries: Array(11).fill({ Source: 'a', DetailType: 'b', Detail: '{}' }) },
      'ValidationException',
      "at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10",
    ],
    [
      'two at once',
      'scheduler',
      'POST /schedules/a%20b',
      { ...schedule, FlexibleTimeWindow: { Mode: 'NO' } },
      'ValidationException',
      '2 validation errors detected: ',
    ],
  ])('%s: %s %s', async (_, service, operation, parameters, code, words) => {
    const { status, text } = await ask(service, operation, parameters);
    expect(text).toContain(code);
    expect(text).toContain(words);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  test('entries are refused one by one', async () => {
    const entry = { Source: 'shop', DetailType: 'sold', Detail: '{}' };
    const Entries = [entry, { ...entry, Detail: 'sold' }, { ...entry, Source: undefined }, entry];
    const answered = JSON.parse((await ask('events', 'PutEvents', { Entries })).text);
    expect(answered).toMatchObject({
      FailedEntryCount: 2,
      Entries: [
        { EventId: expect.any(String) },
        { ErrorCode: 'MalformedDetail' },
        { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('Source is a required argument') },
        { EventId: expect.any(String) },
      ],
    });
  });

  test('a session says how much of its room is taken', async () => {
    const { text } = await ask('sts', 'AssumeRole', { RoleArn: role, RoleSessionName: 'run', Policy: policy('a') });
    expect(Number(/<PackedPolicySize>(\d+)</.exec(text)?.[1])).toBeGreaterThan(5);
  });
});

describe('an answer that would pretend success is refused', () => {
  const items = {
    ProcessorConfig: { Mode: 'DISTRIBUTED' },
    StartAt: 'One',
    States: { One: { Type: 'Pass', End: true } },
  };
  const each = {
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: { Each: { Type: 'Map', ItemProcessor: items, End: true } },
  };
  const query = { logGroupName: 'any', startTime: 0, endTime: 1 };
  test.each<[service: string, operation: string, parameters: Parameters, what: string]>([
    ['athena', 'StartQueryExecution', { QueryString: 'SELECT 1' }, "Athena's queries"],
    ['s3', 'DELETE /any?inventory&id=daily', {}, 'this sub-resource of S3'],
    ['inspector2', 'POST /findings/list', {}, 'Inspector'],
    ['dynamodb', 'RestoreTableToPointInTime', { TargetTableName: 'restored' }, 'point-in-time restore'],
    [
      'states',
      'CreateStateMachine',
      { name: 'each', roleArn: role, definition: JSON.stringify(each) },
      'a Distributed Map in JSONata',
    ],
    ['logs', 'FilterLogEvents', { logGroupName: 'any', filterPattern: '{ $.level > 3 }' }, 'filter patterns for JSON'],
    ['logs', 'FilterLogEvents', { logGroupName: 'any', filterPattern: 'a %b+%' }, 'filter patterns for JSON'],
    ['logs', 'StartQuery', { ...query, queryString: 'stats count() by bin(5m)' }, 'Logs Insights'],
    ['logs', 'StartQuery', { ...query, queryString: "fields @message | filter a = '1' or b = '2'" }, 'Logs Insights'],
    [
      'ssm',
      'SendCommand',
      { DocumentName: 'AWS-RunPowerShellScript', InstanceIds: ['i-0123456789abcdef0'] },
      'documents other than',
    ],
  ])('%s %s', async (service, operation, parameters, what) => {
    const { status, text } = await ask(service, operation, parameters);
    expect(text).toContain('The sandbox does not play');
    expect(text).toContain(what);
    expect(status).toBe(501);
  });

  test('and what is played is answered', async () => {
    await ask('logs', 'CreateLogGroup', { logGroupName: 'played' });
    const queryString = 'fields @timestamp, @message | filter @message like /a|b/ | sort @timestamp desc | limit 5';
    const answers = [
      await ask('logs', 'StartQuery', { ...query, logGroupName: 'played', queryString }),
      await ask('logs', 'FilterLogEvents', { logGroupName: 'played', filterPattern: 'ERROR -"it is fine"' }),
      await ask('logs', 'FilterLogEvents', {
        logGroupName: 'played',
        filterPattern: '{ ($.a.b = "x*") || $.c != "y" }',
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

test('a state whose output is too large fails, whatever its kind', async () => {
  const { text } = await ask('states', 'StartExecution', {
    stateMachineArn: machine,
    input: JSON.stringify(long(140_000)),
  });
  const { executionArn } = JSON.parse(text);
  const states = clients(sandbox)(SFNClient, 'hub');
  await expect
    .poll(async () => (await states.send(new DescribeExecutionCommand({ executionArn }))).error, { timeout: 5000 })
    .toBe('States.DataLimitExceeded');
});

describe('CloudFormation meets the same limits', () => {
  /** Why a stack of this one resource, in which a role `Fn::GetAtt: [Role, Arn]` stands too, was not made. */
  async function reason(name: string, Type: string, Properties: Parameters) {
    const formation = clients(sandbox)(CloudFormationClient, 'hub');
    const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: JSON.parse(trust) } };
    const template = { Resources: { Role, Refused: { Type, DependsOn: 'Role', Properties } } };
    await formation.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    const status = async () =>
      (await formation.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0]?.StackStatus;
    await expect.poll(status, { timeout: 20_000 }).toBe('ROLLBACK_COMPLETE');
    const { StackEvents = [] } = await formation.send(new DescribeStackEventsCommand({ StackName: name }));
    return StackEvents.find((event) => event.ResourceStatus === 'CREATE_FAILED')?.ResourceStatusReason;
  }

  const document = (Sid: string) => JSON.parse(policy(Sid));
  const arn = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const named = { Ref: 'Role' };
  test.each<[name: string, type: string, properties: Parameters, words: string]>([
    [
      'queue-policy',
      'AWS::SQS::QueuePolicy',
      { Queues: ['any'], PolicyDocument: JSON.parse(queuePolicy(21).Attributes.Policy) },
      '21 statements were found in the submitted policy, max allowed is 20 (Service: Sqs, Status Code: 403, Error Code: OverLimit)',
    ],
    [
      'inline',
      'AWS::IAM::Policy',
      { PolicyName: 'p', Roles: [named], PolicyDocument: document(long(10_240)) },
      'Maximum policy size of 10240 bytes exceeded for role',
    ],
    [
      'summed',
      'AWS::IAM::Role',
      {
        AssumeRolePolicyDocument: JSON.parse(trust),
        Policies: [1, 2].map((each) => ({ PolicyName: `p${each}`, PolicyDocument: document(long(5200)) })),
      },
      'Maximum policy size of 10240 bytes exceeded for role',
    ],
    [
      'name',
      'AWS::IAM::Role',
      { RoleName: long(65), AssumeRolePolicyDocument: JSON.parse(trust) },
      "at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    [
      'trust',
      'AWS::IAM::Role',
      { AssumeRolePolicyDocument: document(long(2048)) },
      'Cannot exceed quota for ACLSizePerRole: 2048',
    ],
    [
      'managed',
      'AWS::IAM::ManagedPolicy',
      { PolicyDocument: document(long(6144)) },
      'Cannot exceed quota for PolicySize: 6144',
    ],
    [
      'user',
      'AWS::IAM::User',
      { Policies: [{ PolicyName: 'p', PolicyDocument: document(long(2048)) }] },
      'Maximum policy size of 2048 bytes exceeded for user',
    ],
    [
      'letters',
      'AWS::Lambda::Function',
      { ...functionOf(letters), FunctionName: undefined, Role: arn },
      'The provided execution role does not have permissions to call SendMessage on SQS',
    ],
    [
      'environment',
      'AWS::Lambda::Function',
      { ...functionOf({ Environment: { Variables: { LONG: long(4090) } } }), Role: arn },
      'exceeded the 4KB limit.',
    ],
    [
      'pattern',
      'AWS::Events::Rule',
      { EventPattern: { source: [long(2040)] } },
      'The requested resource exceeds the maximum number allowed.',
    ],
    [
      'targets',
      'AWS::Events::Rule',
      { EventPattern: { source: ['a'] }, Targets: [1, 2, 3, 4, 5, 6].map((id) => ({ Id: `${id}`, Arn: queue })) },
      'The requested resource exceeds the maximum number allowed.',
    ],
    ['key', 'AWS::KMS::Key', { KeyPolicy: document(long(32_768)) }, 'The key policy exceeds 32768 bytes.'],
    [
      'logs',
      'AWS::Logs::ResourcePolicy',
      { PolicyName: 'p', PolicyDocument: long(5121) },
      'Member must have length less than or equal to 5120',
    ],
  ])('%s', async (name, type, properties, words) => {
    expect(await reason(name, type, properties)).toContain(words);
  });
});

test("what was meant for something that is not there goes to the rule's dead letters", async () => {
  const Targets = [{ Id: 'gone', Arn: `${queue}-gone`, DeadLetterConfig: { Arn: queue } }];
  await ask('events', 'PutRule', { Name: 'astray', EventPattern: JSON.stringify({ source: ['astray'] }) });
  await ask('events', 'PutTargets', { Rule: 'astray', Targets });
  await ask('events', 'PutEvents', { Entries: [{ Source: 'astray', DetailType: 'b', Detail: '{}' }] });
  const QueueUrl = `${sandbox.endpoint}/${account}/letters`;
  const received = async () => (await ask('sqs', 'ReceiveMessage', { QueueUrl })).text;
  await expect.poll(received, { timeout: 5000 }).toContain('astray');
});

test('an HTTP API takes no more than ten megabytes', async () => {
  const { hostname, port } = new URL(sandbox.endpoint);
  const headers = { host: `abcdef01.execute-api.${hostname}` };
  const status = await new Promise((resolve, reject) =>
    request({ hostname, port, headers, method: 'POST' }, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end(Buffer.alloc(10 * 1024 * 1024 + 1)),
  );
  expect(status).toBe(413);
});

test('a rule is given only roles that its maker may pass', async () => {
  const credentials = await userWith(
    sandbox,
    'hub',
    'ruler',
    { Effect: 'Allow', Action: 'events:PutTargets', Resource: '*' },
    { Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${account}:role/mine` },
  );
  await sandbox.post('/_sandbox/enforce', { on: true });
  const start = async (RoleArn: string) => {
    const Targets = [{ Id: 'run', Arn: machine, RoleArn }];
    return (await ask('events', 'PutTargets', { Rule: 'astray', Targets }, { credentials })).text;
  };
  const answers = [await start(role), await start(`arn:aws:iam::${account}:role/mine`)];
  await sandbox.post('/_sandbox/enforce', { on: false });
  expect(answers).toEqual([expect.stringContaining('iam:PassRole'), expect.stringContaining('"FailedEntryCount": 0')]);
});

test('a signature is valid for its own service, and in a Region there is', async () => {
  const credentials = await userWith(sandbox, 'hub', 'signer', { Effect: 'Allow', Action: '*', Resource: '*' });
  await sandbox.post('/_sandbox/enforce', { on: true });
  const answers = [
    await ask('sqs', 'ListQueues', {}, { credentials }),
    await ask('sqs', 'ListQueues', {}, { credentials, service: 's3' }),
    await ask('sqs', 'ListQueues', {}, { credentials, region: 'eu-central-9' }),
    await ask('ec2', 'DescribeVpcs', {}, { credentials, region: 'eu-central-9' }),
  ];
  await sandbox.post('/_sandbox/enforce', { on: false });
  expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403]);
  const [, service, badRegion, form] = answers.map(({ text }) => text);
  expect(service).toContain('InvalidSignatureException');
  expect(service).toContain("Credential should be scoped to correct service: 'sqs'. ");
  expect(badRegion).toContain('Credential should be scoped to a valid region. ');
  expect(form).toContain('<Code>SignatureDoesNotMatch</Code>');
});
