import { isoMoment } from '../moment.ts';
import { columnsOf, present } from './fields.ts';
import type { LineReader } from './reader.ts';

/** MySQL 5.7, 8 and MariaDB: time, thread, severity in brackets, then code and subsystem in MySQL 8. */
const error =
  /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?) +(\d+) \[(System|Note|Warning|ERROR|Error)\] (?:\[(MY-\d+)\] \[(\w+)\] )?(.*)$/s;
const names = 'time thread severity code subsystem message'.split(' ');
const denied = /Access denied for user '([^']*)'@'([^']*)'/;

/** The error log of MySQL and MariaDB. */
export const mysqlError = (): LineReader => ({
  read(line) {
    const found = error.exec(line);
    if (!found) return null;
    const [, time = '', , severity = '', code, , message = ''] = found;
    const at = isoMoment(time);
    if (!at) return `Its time is none: ${time}`;
    const [, user, host] = denied.exec(message) ?? [];
    return {
      format: 'mysql-error',
      kind: 'database',
      at,
      actor: user ? { kind: 'database-user', id: user, account: null } : null,
      action: user === undefined ? `log ${severity.toLowerCase()}` : 'connect',
      resources: present(code),
      address: host ?? null,
      outcome: user !== undefined || severity.toLowerCase() === 'error' ? 'failure' : 'unknown',
      columns: () => columnsOf(names, found.slice(1)),
    };
  },
  continues: (line) => /^[\t ]/.test(line),
});

const general = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\t *(\d+) ([A-Z][A-Za-z ]+)\t(.*)$/s;
const connect = /^(\S+?)@(\S+) on (\S*)/;

/** The general query log of MySQL. */
export const mysqlGeneral = (): LineReader => ({
  read(line) {
    const found = general.exec(line);
    if (!found) return null;
    const [, time = '', , command = '', argument = ''] = found;
    const at = isoMoment(time);
    if (!at) return `Its time is none: ${time}`;
    const [, user, host, database] = (command === 'Connect' && connect.exec(argument)) || [];
    return {
      format: 'mysql-general',
      kind: 'database',
      at,
      actor: user ? { kind: 'database-user', id: user, account: null } : null,
      action: command,
      resources: present(database),
      address: host ?? null,
      outcome: argument.startsWith('Access denied') ? 'failure' : 'unknown',
      columns: () => columnsOf(['time', 'thread', 'command', 'argument'], found.slice(1)),
    };
  },
  // Statements go over several lines.
  continues: (line) => line.trim() !== '' && !general.test(line),
});
