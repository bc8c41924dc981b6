import { isoMoment } from '../moment.ts';
import { present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

/** Activity streams of Aurora and RDS, decrypted (RDS user guide, "Audit log contents and examples for database activity streams"). */
export const readActivityStream: JsonReader = (record) => {
  if (said(record, 'type') === 'DatabaseActivityMonitoringRecords' && said(record, 'databaseActivityEvents'))
    return 'It is an activity stream that is still encrypted: decrypt it first.';
  const time = said(record, 'logTime');
  if (time === null || !('dbUserName' in record || record.type === 'heartbeat')) return null;
  const at = isoMoment(time);
  if (!at) return 'Its logTime is no time.';
  const user = said(record, 'dbUserName');
  const failed = said(record, 'errorMessage') !== null || (said(record, 'exitCode') ?? '0') !== '0';
  return {
    format: 'activity-stream',
    kind: 'database',
    at,
    actor: user ? { kind: 'database-user', id: user, account: null } : null,
    action: said(record, 'command') ?? said(record, 'class') ?? said(record, 'type') ?? 'unknown',
    resources: present(said(record, 'databaseName'), said(record, 'objectName'), said(record, 'clusterId')),
    address: said(record, 'remoteHost'),
    outcome: record.type === 'heartbeat' ? 'unknown' : failed ? 'failure' : 'success',
  };
};
