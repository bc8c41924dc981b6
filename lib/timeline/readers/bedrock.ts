import { isoMoment } from '../moment.ts';
import { accountIn, present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

/** Invocations of models of Amazon Bedrock (user guide, "Monitor model invocation using CloudWatch Logs and Amazon S3"). */
export const readBedrock: JsonReader = (record) => {
  if (record.schemaType !== 'ModelInvocationLog') return null;
  const at = isoMoment(said(record, 'timestamp') ?? '');
  if (!at) return 'Its timestamp is no time.';
  const arn = said(record, 'identity', 'arn');
  const id = said(record, 'requestId');
  return {
    format: 'bedrock',
    kind: 'audit',
    at,
    actor: arn ? { kind: 'identity', id: arn, account: accountIn(arn) ?? said(record, 'accountId') } : null,
    action: `bedrock:${said(record, 'operation') ?? 'InvokeModel'}`,
    resources: present(said(record, 'modelId')),
    address: null,
    outcome: said(record, 'errorCode') ? 'failure' : 'success',
    ...(id && { identity: `bedrock ${id}` }),
  };
};
