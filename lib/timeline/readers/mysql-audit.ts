import { isoMoment, type Moment, secondsMoment } from '../moment.ts';
import { columnsOf, present } from './fields.ts';
import type { LineReader } from './reader.ts';

/** RDS for MySQL and MariaDB write a date, Aurora microseconds since 1970; what the statement is may have commas, so both ends are looked at. */
const line =
  /^(\d{8} \d\d:\d\d:\d\d|\d{16}),([^,]*),'?([^,]*?)'?,'?([^,]*?)'?,(\d+),(\d+),([A-Z_]+),([^,]*),(.*?),(\d+)(?:,[^,']*)*$/s;
const names = 'timestamp serverhost username host connection query operation database object retcode'.split(' ');

function momentOf(text: string): Moment | null {
  if (text.length === 16) return secondsMoment(Number(text.slice(0, 10)), text.slice(10));
  return isoMoment(text.replace(/^(\d{4})(\d\d)(\d\d) /, '$1-$2-$3T'));
}

/** The audit log of MySQL and MariaDB on RDS, and advanced auditing of Aurora MySQL (RDS and Aurora user guides). */
export const mysqlAudit = (): LineReader => ({
  read(text) {
    const found = line.exec(text);
    if (!found) return null;
    const [, time = '', server = '', user = '', host = '', , , operation = '', database = '', , code = ''] = found;
    const at = momentOf(time);
    if (!at) return `Its timestamp is no time: ${time}`;
    return {
      format: 'mysql-audit',
      kind: 'database',
      at,
      actor: user ? { kind: 'database-user', id: user, account: null } : null,
      action: operation,
      resources: present(database, server),
      address: host || null,
      outcome: operation === 'FAILED_CONNECT' || code !== '0' ? 'failure' : 'success',
      columns: () => columnsOf(names, found.slice(1)),
    };
  },
});
