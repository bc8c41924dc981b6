import * as z from 'zod';
import { LogRow } from '../../../lib/domain/logs.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { Recorded, recordedOutcomes } from '../../../lib/domain/recorded.ts';
import { arn, type Place } from '../../../lib/domain/resource.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { functionArns } from '../../lambda/lambda-function/target.ts';
import { Target } from '../../targets/target.ts';

/** What was sealed, and of all seven kinds of logs what there is. */
export const LogsCollected = Recorded.extend({
  logs: z.array(LogRow),
  /** Ids of the calls that CloudTrail delivered last: a second look asks for those times once more, and leaves these out. */
  recent: z.array(z.string()).optional(),
});
export type LogsCollected = z.infer<typeof LogsCollected>;

/** Trails of an organisation are those of another account. */
const trails = ({ partition }: Place): string[] => [`arn:${partition}:cloudtrail:*:*:trail/*`];
const buckets = ({ partition }: Place): string[] => [`arn:${partition}:s3:::*`];
/**
 * Where services of AWS write logs of this account, whatever the bucket and the prefix: `AWSLogs/ID/`, `AWSLogs/o-abc/ID/`,
 * `AWSLogs/aws-account-id=ID/` (CloudTrail user guide, "Finding your CloudTrail log files"; VPC user guide, "Flow log files").
 */
const logFiles = ({ partition, account }: Place): string[] => [`arn:${partition}:s3:::*/AWSLogs/*${account}/*`];
/** S3 names its access logs so, whatever prefix their owner chose (S3 user guide, "Log object key format"). */
const accessLogFiles = ({ partition }: Place): string[] => [
  `arn:${partition}:s3:::*/*20??-??-??-??-??-??-????????????????`,
];
/** Keys of whichever account: a company may keep all its logs in one. */
const keys = ({ partition }: Place): string[] => [`arn:${partition}:kms:*:*:key/*`];
/** A flow log may be written to a group of any name. */
const logGroups = (place: Place): string[] => [arn(place, 'logs', 'log-group:*')];

export const collectLogs = defineStep({
  name: 'collect-logs',
  title: 'Collect the logs about it, and say which there are',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Read only; hashed and sealed in the evidence vault before anything reads them: what CloudTrail has of whom it is about, the files of its trails, logs of its network, and what databases, clusters, functions, containers and buckets logged of it, from an hour before the first sign. Of each of seven kinds of logs it says whether there are any, and which commands take what it left. Twenty minutes after the response has closed it takes what was delivered late.',
  target: Target,
  result: LogsCollected,
  outcomes: recordedOutcomes,
  within: 300,
  hub: ['vault'],
  permissions: [
    allow('cloudtrail:LookupEvents'),
    allow('cloudtrail:DescribeTrails'),
    allow('cloudtrail:GetTrailStatus', trails),
    allow('cloudtrail:GetEventSelectors', trails),
    allow('ec2:DescribeFlowLogs'),
    allow('route53resolver:ListResolverQueryLogConfigAssociations'),
    allow('route53resolver:ListResolverQueryLogConfigs'),
    allow('elasticloadbalancing:DescribeLoadBalancers'),
    allow('elasticloadbalancing:DescribeLoadBalancerAttributes'),
    allow('wafv2:ListLoggingConfigurations'),
    allow('s3:GetBucketLogging', buckets),
    allow('s3:ListBucket', buckets, { StringLike: { 's3:prefix': ['*AWSLogs/*', '*20??-??-??-'] } }),
    allow('s3:GetObject', (place: Place) => [...logFiles(place), ...accessLogFiles(place)]),
    // Only of what it may get there: that is checked apart (KMS developer guide, "kms:ViaService").
    allow('kms:Decrypt', keys, { StringLike: { 'kms:ViaService': 's3.*' } }),
    allow('logs:FilterLogEvents', logGroups),
    allow('lambda:GetFunctionConfiguration', (target: Target) =>
      target.kind === 'lambda-function' ? functionArns(target) : [],
    ),
    allow('ecs:DescribeTaskDefinition'),
    allow('rds:DescribeDBInstances', (place: Place) => [arn(place, 'rds', 'db:*')]),
    allow('eks:ListClusters'),
    allow('eks:DescribeCluster', (place: Place) => [arn(place, 'eks', 'cluster/*')]),
  ],
});
