/** What somebody would call who wants to decide, to act or to lie in our place. Each is refused to each who is not meant to. */
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Attached } from '../../deployed/deployed.ts';
import { outcomeOf as tried } from '../../deployed/proof/probe.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import type { Attacker, Stage } from './stage.ts';

type Try = (as: Credentials) => Promise<unknown>;

/** Who tries them. */
const everybody = ['rosa', 'olga', 'ada', 'administrator of the member', 'thief', 'outsider'] satisfies Attacker[];

/** Whose work takes one, and what is looked for in the account of the caller whatever the call names. */
const but: Readonly<Record<string, readonly Attacker[]>> = {
  // The doctor shows Slack's token to Slack.
  'read the secret of Slack': ['olga'],
  'deafen us': ['administrator of the member', 'outsider'],
};

export const attackersBy = (call: string): Attacker[] => everybody.filter((who) => !but[call]?.includes(who));

/** Who may do anything in an account of their own, where there is nothing of ours: what they name is looked for there. */
const elsewhere: readonly Attacker[] = ['administrator of the member', 'outsider'];
const nothingThere = /NotFound|DoesNotExist|InvalidToken|InvalidCiphertext/;

/** What came of a call: nobody but the one who made it may be at fault. */
export const outcomeOf = (attempt: Promise<unknown>, who: Attacker): Promise<'allowed' | 'kept out'> =>
  tried(attempt).then(
    (outcome) => (outcome === 'denied' ? 'kept out' : outcome),
    (error: Error) => {
      if (elsewhere.includes(who) && nothingThere.test(error.name)) return 'kept out';
      throw error;
    },
  );

export function callAttacks(deployment: Attached, { incident, approval }: Stage): Record<string, Try> {
  const { client, outputs, sandbox } = deployment;
  const { hub } = sandbox.accounts;
  const item = { pk: { S: `INC#${incident}` }, sk: { S: 'LEDGER#000001' } };
  const table = { TableName: outputs.TableName, Key: item };
  const vault = { Bucket: outputs.VaultName, Key: `incidents/${incident}/forged` };
  const functionArn = (name: string) => `arn:aws:lambda:${sandbox.region}:${hub}:function:tourniquet-${name}`;
  const forged = { requestContext: { authorizer: { iam: { userArn: `arn:aws:iam::${hub}:user/leo` } } } };
  const event = JSON.stringify({ ...forged, body: JSON.stringify({ action: 'approve', approval }) });
  const execution = (outputs.MachineEc2InstanceCompromise ?? '').replace(':stateMachine:', ':execution:');
  const settings = { pk: { S: 'SETTINGS' }, sk: { S: 'NOW' } };
  const dynamo = (as: Credentials) => client(DynamoDBClient, 'hub', as);
  const states = (as: Credentials) => client(SFNClient, 'hub', as);
  const lambda = (as: Credentials) => client(LambdaClient, 'hub', as);
  return {
    'write an approval': (as) =>
      dynamo(as).send(
        new UpdateItemCommand({
          TableName: outputs.TableName,
          Key: { pk: item.pk, sk: { S: 'APPROVAL#forged' } },
          UpdateExpression: 'SET #s = :s',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':s': { S: 'APPROVED' } },
        }),
      ),
    'forget an entry of the ledger': (as) => dynamo(as).send(new DeleteItemCommand(table)),
    'write an entry of the ledger': (as) =>
      dynamo(as).send(new PutItemCommand({ TableName: outputs.TableName, Item: item })),
    'write the settings': (as) =>
      dynamo(as).send(new PutItemCommand({ TableName: outputs.SettingsTableName, Item: settings })),
    'continue a run': (as) =>
      states(as).send(new SendTaskSuccessCommand({ taskToken: 'forged', output: '{"verdict":"APPROVED"}' })),
    'start a release': (as) =>
      states(as).send(
        new StartExecutionCommand({ stateMachineArn: outputs.MachineRelease, input: JSON.stringify({ incident }) }),
      ),
    'start a playbook': (as) =>
      states(as).send(
        new StartExecutionCommand({ stateMachineArn: outputs.MachineEc2InstanceCompromise, input: '{}' }),
      ),
    'stop a run': (as) => states(as).send(new StopExecutionCommand({ executionArn: `${execution}:forged` })),
    'decide as Leo, past the door': (as) =>
      lambda(as).send(new InvokeCommand({ FunctionName: functionArn('decide-approval'), Payload: event })),
    'have a lever applied': (as) =>
      lambda(as).send(new InvokeCommand({ FunctionName: functionArn('quarantine-interfaces'), Payload: '{}' })),
    'read the secret of Slack': (as) =>
      client(SecretsManagerClient, 'hub', as).send(new GetSecretValueCommand({ SecretId: outputs.SecretArn })),
    'exchange the secret of Slack': (as) =>
      client(SecretsManagerClient, 'hub', as).send(
        new PutSecretValueCommand({ SecretId: outputs.SecretArn, SecretString: '{}' }),
      ),
    'sign a record': (as) =>
      client(KMSClient, 'hub', as).send(
        new SignCommand({
          KeyId: outputs.SealingKeyArn,
          Message: Buffer.alloc(32),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      ),
    'put evidence into the vault': (as) =>
      client(S3Client, 'hub', as).send(new PutObjectCommand({ ...vault, Body: 'forged' })),
    'delete evidence': (as) => client(S3Client, 'hub', as).send(new DeleteObjectCommand(vault)),
    'page people': (as) =>
      client(SNSClient, 'hub', as).send(new PublishCommand({ TopicArn: outputs.TopicArn, Message: 'all is well' })),
    'ring a clock': (as) =>
      client(SchedulerClient, 'hub', as).send(
        new CreateScheduleCommand({
          GroupName: outputs.ScheduleGroup,
          Name: 'forged',
          ScheduleExpression: 'at(2099-01-01T00:00:00)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: functionArn('clock-tick'), RoleArn: `arn:aws:iam::${hub}:role/tourniquet-schedules` },
        }),
      ),
    'deafen us': (as) =>
      client(EventBridgeClient, 'hub', as).send(
        new DisableRuleCommand({
          Name: 'tourniquet-failed-runs',
          EventBusName: `arn:aws:events:${sandbox.region}:${hub}:event-bus/default`,
        }),
      ),
    'contain in our name': (as) =>
      client(STSClient, 'hub', as).send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${hub}:role/tourniquet-contain`, RoleSessionName: 'forged' }),
      ),
  };
}
