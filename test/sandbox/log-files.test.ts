/** Logs as AWS writes them into buckets: the files of trails, of what was really called, and flow logs that can be described. */
import { gunzipSync } from 'node:zlib';
import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateFlowLogsCommand, CreateVpcCommand, DescribeFlowLogsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
const Bucket = 'trail-files';

beforeAll(async () => {
  sandbox = await startSandbox();
  await s3().send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => sandbox?.stop());

const options = () => ({
  endpoint: sandbox.endpoint,
  region: sandbox.region,
  credentials: { accessKeyId: sandbox.accounts.member, secretAccessKey: 'test' },
  forcePathStyle: true,
});
const s3 = () => new S3Client(options());

async function recordsIn(address: string) {
  const Key = address.replace(`s3://${Bucket}/`, '');
  const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
  const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString();
  return (JSON.parse(text) as { Records: { eventName: string; eventCategory: string; resources?: object[] }[] })
    .Records;
}
const delivered = async () => (await sandbox.post<{ files: string[] }>('/_sandbox/deliver-logs', {})).files;

test('a trail writes what it selects, an account and Region a file, and each call once', async () => {
  const trails = new CloudTrailClient(options());
  const iam = new IAMClient(options());
  await trails.send(
    new CreateTrailCommand({ Name: 'all', S3BucketName: Bucket, S3KeyPrefix: 'p', IsMultiRegionTrail: true }),
  );
  await trails.send(new StartLoggingCommand({ Name: 'all' }));
  await iam.send(new CreateUserCommand({ UserName: 'mallory' }));
  await iam.send(new ListUsersCommand({}));
  await s3().send(new PutObjectCommand({ Bucket, Key: 'data', Body: 'x' }));
  const account = sandbox.accounts.member;
  const files = await delivered();
  const global = files.find((one) => one.includes('/us-east-1/')) ?? '';
  expect(global).toMatch(
    new RegExp(
      `^s3://${Bucket}/p/AWSLogs/${account}/CloudTrail/us-east-1/\\d{4}/\\d\\d/\\d\\d/${account}_CloudTrail_us-east-1_\\d{8}T\\d{4}Z_[0-9a-f]{16}\\.json\\.gz$`,
    ),
  );
  expect((await recordsIn(global)).map(({ eventName }) => eventName)).toEqual(['CreateUser', 'ListUsers']);
  const all = (await Promise.all(files.map(recordsIn))).flat();
  expect(all.filter(({ eventCategory }) => eventCategory === 'Data')).toEqual([]);
  expect(await delivered()).toEqual([]);
});

test('calls on objects are recorded by a trail that selects them, and by no other', async () => {
  const trails = new CloudTrailClient(options());
  const EventSelectors = [
    {
      ReadWriteType: 'All' as const,
      IncludeManagementEvents: false,
      DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }],
    },
  ];
  await trails.send(new CreateTrailCommand({ Name: 'data', S3BucketName: Bucket, S3KeyPrefix: 'data' }));
  await trails.send(new PutEventSelectorsCommand({ TrailName: 'data', EventSelectors }));
  await trails.send(new StartLoggingCommand({ Name: 'data' }));
  await delivered();
  await s3().send(new PutObjectCommand({ Bucket, Key: 'customers.csv', Body: 'x' }));
  const own = (await delivered()).filter((one) => one.startsWith(`s3://${Bucket}/data/`));
  const records = (await Promise.all(own.map(recordsIn))).flat();
  expect(records).toEqual([
    expect.objectContaining({ eventName: 'PutObject', eventCategory: 'Data', managementEvent: false }),
  ]);
  expect(records[0]?.resources).toContainEqual({
    type: 'AWS::S3::Object',
    ARN: `arn:aws:s3:::${Bucket}/customers.csv`,
  });
});

test('flow logs go to buckets that are there', async () => {
  const ec2 = new EC2Client(options());
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const to = (name: string) =>
    ec2.send(
      new CreateFlowLogsCommand({
        ResourceType: 'VPC',
        ResourceIds: [Vpc?.VpcId ?? ''],
        TrafficType: 'ALL',
        LogDestinationType: 's3',
        LogDestination: `arn:aws:s3:::${name}`,
      }),
    );
  expect((await to('nowhere')).Unsuccessful).toHaveLength(1);
  expect((await to(Bucket)).Unsuccessful ?? []).toEqual([]);
  const Filter = [{ Name: 'resource-id', Values: [Vpc?.VpcId ?? ''] }];
  const { FlowLogs } = await ec2.send(new DescribeFlowLogsCommand({ Filter }));
  expect(FlowLogs).toMatchObject([{ LogDestination: `arn:aws:s3:::${Bucket}`, DeliverLogsStatus: 'SUCCESS' }]);
});
