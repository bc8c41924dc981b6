import type { Outcome } from '../event.ts';
import { isoMoment, secondsMoment } from '../moment.ts';
import { accountIn, present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

/** What Session Manager streams to CloudWatch Logs (Systems Manager user guide, "Streaming session data"). */
export const readSession: JsonReader = (record) => {
  const session = said(record, 'sessionId');
  const time = said(record, 'eventTime');
  if (session === null || time === null || !('sessionData' in record)) return null;
  const at = isoMoment(time);
  if (!at) return 'Its eventTime is no time.';
  const arn = said(record, 'userIdentity', 'arn');
  return {
    format: 'ssm',
    kind: 'compute',
    at,
    actor: arn ? { kind: 'identity', id: arn, account: accountIn(arn) } : null,
    action: 'session',
    resources: present(said(record, 'target', 'id'), session, said(record, 'runAsUser')),
    address: null,
    outcome: 'unknown',
  };
};

const outcomes: Readonly<Record<string, Outcome>> = {
  Success: 'success',
  Failed: 'failure',
  TimedOut: 'failure',
  Cancelled: 'failure',
  Undeliverable: 'failure',
};

/** Commands as `aws ssm list-command-invocations` and `list-commands` answer. */
export const readCommand: JsonReader = (record) => {
  const command = said(record, 'CommandId');
  const time = said(record, 'RequestedDateTime');
  if (command === null || time === null) return null;
  // The SDK's JSON has seconds with decimals, the command line ISO 8601.
  const at = isoMoment(time) ?? secondsMoment(Math.floor(Number(time)));
  if (!at) return 'Its RequestedDateTime is no time.';
  return {
    format: 'ssm',
    kind: 'compute',
    at,
    actor: null,
    action: said(record, 'DocumentName') ?? 'command',
    resources: present(said(record, 'InstanceId'), command),
    address: null,
    outcome: outcomes[said(record, 'Status') ?? ''] ?? 'unknown',
  };
};

/** What `aws ec2 get-console-output` answers: the whole console, at the time it was last written. */
export const readConsole: JsonReader = (record) => {
  const instance = said(record, 'InstanceId');
  const time = said(record, 'Timestamp');
  if (instance === null || time === null || !('Output' in record)) return null;
  const at = isoMoment(time);
  if (!at) return 'Its Timestamp is no time.';
  const about = { actor: null, action: 'console output', resources: [instance], address: null };
  return { format: 'console', kind: 'compute', at, ...about, outcome: 'unknown' };
};
