import type { Outcome } from '../event.ts';
import { isoMoment } from '../moment.ts';
import { columnsOf, present } from './fields.ts';
import type { LineReader } from './reader.ts';

/** `log_line_prefix` of RDS and Aurora: `%t:%r:%u@%d:[%p]:`. The address is `host(port)`, and an address of IPv6 has colons. */
const line =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) ([A-Z]{3,5}|[+-]\d\d):(.*?):([^@:]*)@([^:]*):\[(\d+)\]:([A-Z]+\d?): *(.*)$/s;
const names = 'time zone remote user database process severity message'.split(' ');
/** `AUDIT: SESSION,statement,substatement,class,command,type,object,text,parameters` (pgaudit). */
const audit = /^AUDIT: *(?:SESSION|OBJECT),\d+,\d+,([^,]*),([^,]*),([^,]*),([^,]*),/;
const utc = new Set(['UTC', 'GMT']);

/** What kind of message it is, without what is said in it: `connection authorized`, `duration`, `password authentication failed for user`. */
const about = (message: string): string => /^[A-Za-z][A-Za-z ]*/.exec(message)?.[0].trim().slice(0, 60) || 'message';

function outcomeOf(severity: string, message: string): Outcome {
  if (/^(ERROR|FATAL|PANIC)$/.test(severity)) return 'failure';
  return /^(AUDIT|connection authorized|disconnection)/.test(message) ? 'success' : 'unknown';
}

/** PostgreSQL on RDS and Aurora, with pgaudit. */
export const postgresql = (): LineReader => ({
  read(text) {
    const found = line.exec(text);
    if (!found) return null;
    const [, time = '', zone = '', remote = '', user = '', database = '', , severity = '', message = ''] = found;
    const at = utc.has(zone) ? isoMoment(`${time}Z`) : /^[+-]/.test(zone) ? isoMoment(`${time}${zone}`) : null;
    if (!at) return `Its zone ${zone} is not known here: only UTC says how far from UTC it is.`;
    const [, , command, , object] = audit.exec(message) ?? [];
    return {
      format: 'postgresql',
      kind: 'database',
      at,
      actor: user && user !== '[unknown]' ? { kind: 'database-user', id: user, account: null } : null,
      action: command || about(message),
      resources: present(database === '[unknown]' ? '' : database, object),
      address: remote.replace(/\(\d+\)$/, '') || null,
      outcome: outcomeOf(severity, message),
      columns: () => columnsOf(names, found.slice(1)),
    };
  },
  // A statement over several lines goes on behind a tab.
  continues: (text) => text.startsWith('\t'),
});
