/** Functions of the small company, with what invokes them, and what a thief does with them. */
import { randomBytes } from 'node:crypto';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionUrlConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { archiveOf } from './archive.ts';
import { type Credentials, clients, type Deployment } from './deployment.ts';

type Here = Pick<Deployment, 'client' | 'sandbox'>;
type Client = Deployment['client'];

const document = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const trust = document({
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
});
/** What a function of the company may do. */
export const rights = document({
  Effect: 'Allow',
  Action: ['s3:GetObject', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: '*',
});
const answers = archiveOf('index.js', 'exports.handler = async () => ({ statusCode: 200, body: "served" });');
const [customers, object] = ['world-function-customers', 'customers.csv'] as const;
const queues = ['world-orders', 'world-returns'] as const;
/** In the environment of each. */
export const environmentSecret = 'correct-horse-battery-9';

/** A function that nobody suspects. */
export const innocent = 'world-newsletter';

/** Everybody may call it by its URL (Lambda guide, "Control access to Lambda function URLs": since October 2025 with both statements). */
const forEverybody = [
  { StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' as const },
  { StatementId: 'by-url', Action: 'lambda:InvokeFunction', Principal: '*', InvokedViaFunctionUrl: true },
];

async function roleFor(client: Client, RoleName: string): Promise<string> {
  const iam = client(IAMClient, 'member');
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, Path: '/shop/', AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument: rights }));
  return Role?.Arn ?? '';
}

/** A function with a URL for everybody, and a role of its own of the same name. */
async function served(client: Client, FunctionName: string, Layers: string[] = []): Promise<void> {
  const lambda = client(LambdaClient, 'member');
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: await roleFor(client, FunctionName),
      Code: { ZipFile: answers },
      Environment: { Variables: { DATABASE_PASSWORD: environmentSecret } },
      Tags: { team: 'shop' },
      Layers,
    }),
  );
  await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
  for (const grant of forEverybody) await lambda.send(new AddPermissionCommand({ FunctionName, ...grant }));
}

/** What is there before the first of them: a bucket, two queues, and the innocent function. */
export async function openShop(client: Client): Promise<void> {
  const s3 = client(S3Client, 'member');
  await s3.send(new CreateBucketCommand({ Bucket: customers }));
  await s3.send(new PutObjectCommand({ Bucket: customers, Key: object, Body: 'alice' }));
  for (const QueueName of queues) await client(SQSClient, 'member').send(new CreateQueueCommand({ QueueName }));
  await served(client, innocent);
}

const published = new Map<string, Promise<string>>();

/** The layer of all functions, published once: a second time it would be another version. Returns its ARN. */
function toolsOf({ client, sandbox: { endpoint } }: Here): Promise<string> {
  const tools = { LayerName: 'world-tools', Content: { ZipFile: archiveOf('tools.js', 'exports.one = 1;') } };
  const publish = async (): Promise<string> => {
    const { LayerVersionArn = '' } = await client(LambdaClient, 'member').send(new PublishLayerVersionCommand(tools));
    return LayerVersionArn;
  };
  const there = published.get(endpoint) ?? publish();
  published.set(endpoint, there);
  return there;
}

/** A function with a URL, a layer, two event sources of which one is off, and an alias with a policy of its own. Returns its name. */
export async function busyFunction({ client, sandbox }: Here): Promise<string> {
  const { accounts, region } = sandbox;
  const FunctionName = `pay-${randomBytes(4).toString('hex')}`;
  const lambda = client(LambdaClient, 'member');
  await served(client, FunctionName, [await toolsOf({ client, sandbox })]);
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  // Code of which two versions are the same is published once (Lambda API reference, PublishVersion).
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'takes payments' }));
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  const warm = { FunctionName, Qualifier: 'live', ProvisionedConcurrentExecutions: 2 };
  await lambda.send(new PutProvisionedConcurrencyConfigCommand(warm));
  const from = { SourceArn: 'arn:aws:s3:::uploads', SourceAccount: accounts.member };
  const byS3 = { StatementId: 'uploads', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', ...from };
  await lambda.send(new AddPermissionCommand({ FunctionName, Qualifier: 'live', ...byS3 }));
  for (const [at, queue] of queues.entries()) {
    const EventSourceArn = `arn:aws:sqs:${region}:${accounts.member}:${queue}`;
    await lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, Enabled: at === 0 }));
  }
  return FunctionName;
}

/** A function with two runs at once reserved for it, all of them provisioned for a version, and no trigger but its URL. Returns its name. */
export async function reservedFunction({ client }: Pick<Here, 'client'>): Promise<string> {
  const FunctionName = `mail-${randomBytes(4).toString('hex')}`;
  await served(client, FunctionName);
  const reserved = { FunctionName, ReservedConcurrentExecutions: 2 };
  const lambda = client(LambdaClient, 'member');
  await lambda.send(new PutFunctionConcurrencyCommand(reserved));
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  const warm = { FunctionName, Qualifier: '1', ProvisionedConcurrentExecutions: 2 };
  await lambda.send(new PutProvisionedConcurrencyConfigCommand(warm));
  return FunctionName;
}

const robs = archiveOf('index.js', 'exports.handler = async () => ({ statusCode: 200, body: "robbed" });');

/** How much of what is asked of the alias a thief's version gets; the first version gets the rest. */
const shares = {
  all: (theirs: string) => ({ FunctionVersion: theirs, weights: {} }),
  most: (theirs: string) => ({ FunctionVersion: theirs, weights: { 1: 0.1 } }),
  half: (theirs: string) => ({ FunctionVersion: '1', weights: { [theirs]: 0.5 } }),
};

/** A thief publishes code of their own, and points the alias to it. */
export async function tamper(
  { client }: Pick<Here, 'client'>,
  FunctionName: string,
  share: keyof typeof shares,
): Promise<void> {
  const lambda = client(LambdaClient, 'member');
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: robs }));
  const { Version = '' } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  const { FunctionVersion, weights } = shares[share](Version);
  const RoutingConfig = { AdditionalVersionWeights: weights };
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion, RoutingConfig }));
}

/** What each alias of a function points to, with its shares. */
export async function aliasesOf({ client }: Pick<Here, 'client'>, FunctionName: string) {
  const { Aliases = [] } = await client(LambdaClient, 'member').send(new ListAliasesCommand({ FunctionName }));
  const each = Aliases.map(({ Name = '', FunctionVersion, RoutingConfig }) => [
    Name,
    { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} },
  ]);
  return Object.fromEntries(each) as Record<string, { version: string; weights: Record<string, number> }>;
}

/** What comes back from its alias, called by somebody of the account. */
export async function answerOf({ client }: Pick<Here, 'client'>, FunctionName: string): Promise<string> {
  const asked = client(LambdaClient, 'member').send(new InvokeCommand({ FunctionName, Qualifier: 'live' }));
  return asked.then(
    ({ Payload }) => (JSON.parse(Buffer.from(Payload ?? []).toString()) as { body: string }).body,
    (error: Error) => error.name,
  );
}

/** What is reserved for a function, null for nothing, and what is provisioned for which version or alias. */
export async function concurrencyOf({ client }: Pick<Here, 'client'>, FunctionName: string) {
  const lambda = client(LambdaClient, 'member');
  const [{ ReservedConcurrentExecutions: reserved = null }, { ProvisionedConcurrencyConfigs = [] }] = await Promise.all(
    [
      lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })),
      lambda.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName })),
    ],
  );
  const provisioned = ProvisionedConcurrencyConfigs.map(
    ({ FunctionArn = '', RequestedProvisionedConcurrentExecutions: count }) => [FunctionArn.split(':').at(-1), count],
  );
  return { reserved, provisioned: Object.fromEntries(provisioned) as Record<string, number> };
}

/** What comes back from its URL, called by anybody: an HTTP status. */
export async function called({ client, sandbox }: Here, FunctionName: string): Promise<number> {
  const { FunctionUrl = '' } = await client(LambdaClient, 'member').send(
    new GetFunctionUrlConfigCommand({ FunctionName }),
  );
  const id = new URL(FunctionUrl).host.split('.')[0];
  return (await fetch(`${sandbox.endpoint}/_aws/lambda-url/${id}/`)).status;
}

/** What a session of a function's role reads of the customers: a copy of its credentials does just the same. */
export async function reads({ sandbox }: Pick<Here, 'sandbox'>, role: string, session: string): Promise<string> {
  const body = { account: sandbox.accounts.member, role, session };
  const credentials = await sandbox.post<Credentials>('/_sandbox/role-session', body);
  const s3 = clients(sandbox)(S3Client, 'member', credentials);
  return s3.send(new GetObjectCommand({ Bucket: customers, Key: object })).then(
    () => 'reads',
    (error: Error) => error.name,
  );
}

/** Each function that ran holds a process. */
export async function removeFunction(client: Client, FunctionName: string): Promise<void> {
  const lambda = client(LambdaClient, 'member');
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  for (const { UUID } of EventSourceMappings) await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  await lambda.send(new DeleteFunctionCommand({ FunctionName }));
}
