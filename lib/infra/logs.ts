import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';

const kept = (scope: Construct, id: string, logGroupName: string, { logRetentionDays: retention }: Config): LogGroup =>
  new LogGroup(scope, id, { logGroupName, retention, removalPolicy: RemovalPolicy.DESTROY });

/** Of all functions: each entry says which one wrote it, for which run of which incident. */
export const functionLog = (scope: Construct, config: Config): LogGroup =>
  kept(scope, 'FunctionLog', `/${config.name}/functions`, config);

/** The prefix keeps CloudWatch's resource policy from growing with every log group (Step Functions guide, logging). */
const vended = '/aws/vendedlogs';

/** Of the runs of all playbooks: each entry says which run it is about. */
export const runLog = (scope: Construct, config: Config): LogGroup =>
  kept(scope, 'RunLog', `${vended}/states/${config.name}`, config);

/** Of the requests that come in over HTTP. */
export const accessLog = (scope: Construct, config: Config): LogGroup =>
  kept(scope, 'AccessLog', `${vended}/${config.name}/decisions`, config);
