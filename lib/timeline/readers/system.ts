import type { Actor, Outcome } from '../event.ts';
import type { Reading } from '../input/draft.ts';
import { commonLogMoment, isoMoment, type Moment, secondsMoment, syslogMoment } from '../moment.ts';
import { columnsOf, present } from './fields.ts';
import type { Answer, Around, LineReader } from './reader.ts';

/** What is seen in a message of a program: who, from where, and how it ended. */
interface Seen {
  readonly actor: Actor | null;
  readonly action: string;
  readonly address: string | null;
  readonly outcome: Outcome;
  readonly resources: readonly string[];
}

const account = (id: string | undefined): Actor | null => (id ? { kind: 'system-user', id, account: null } : null);
const accepted = /^Accepted (\S+) for (\S+) from (\S+) port/;
const failed =
  /^(?:Failed \S+ for (?:invalid user )?|Invalid user |Disconnected from authenticating user )(\S*)(?: from)? (\S+)/;
const sudo = /^\s*(\S+) : (?:.*?; )?TTY=.*?COMMAND=(.*)$/;

function seen(program: string, message: string): Seen {
  const plain: Seen = { actor: null, action: program, address: null, outcome: 'unknown', resources: [] };
  if (program === 'sshd') {
    const [, method, user, from] = accepted.exec(message) ?? [];
    if (user)
      return {
        ...plain,
        actor: account(user),
        action: `sshd login ${method}`,
        address: from ?? null,
        outcome: 'success',
      };
    const [, who, where] = failed.exec(message) ?? [];
    if (where) return { ...plain, actor: account(who), action: 'sshd login', address: where, outcome: 'failure' };
  }
  const [, user, command] = program === 'sudo' ? (sudo.exec(message) ?? []) : [];
  return user && command
    ? {
        ...plain,
        actor: account(user),
        resources: [command],
        outcome: /incorrect password|NOT in sudoers/.test(message) ? 'failure' : 'success',
      }
    : plain;
}

const compute = (at: Moment, { resources, ...rest }: Seen, around: Around): Reading => ({
  format: 'system',
  kind: 'compute',
  at,
  resources: present(...resources, around.stream),
  ...rest,
});

const syslog = /^(?:<\d+>)?([A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d) (\S+) ([\w./()-]+)(?:\[\d+\])?: (.*)$/s;
const isoSyslog = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) (\S+) ([\w./()-]+)(?:\[\d+\])?: (.*)$/s;
/** RFC 5424: priority and version before the time. */
const newSyslog = /^<\d+>1 (\S+) (\S+) (\S+) \S+ \S+ (?:-|\[.*?\]) ?(.*)$/s;
const auditd = /^(?:node=(\S+) )?type=(\w+) msg=audit\((\d+)\.(\d+):(\d+)\): ?(.*)$/s;
const web = /^(\S+) \S+ (\S+) \[([^\]]+)\] "(\S+) ?([^"]*)" (\d{3}) /;
const dated = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\]?(?:[ \t:]|$)(.*)$/s;
const kernel = /^\[ *\d+\.\d+\] /;

function readAuditd(line: string, around: Around): Answer {
  const [, node, type = '', seconds = '', decimals = '', , rest = ''] = auditd.exec(line) ?? [];
  const at = type ? secondsMoment(Number(seconds), decimals.slice(0, 9)) : null;
  if (!at) return null;
  const said = Object.fromEntries(
    [...rest.matchAll(/([\w-]+)=(?:"([^"]*)"|'([^']*)'|(\S+))/g)].map(([, name, a, b, c]) => [name, a ?? b ?? c]),
  );
  const result = said.success ?? said.res ?? /\bres=(\w+)/.exec(rest)?.[1] ?? '';
  const outcome: Outcome = /^(yes|success|1)$/.test(result)
    ? 'success'
    : /^(no|failed|0)$/.test(result)
      ? 'failure'
      : 'unknown';
  const actor = account(said.acct ?? (said.auid && said.auid !== '4294967295' ? said.auid : said.uid));
  const about = { actor, action: `audit ${type}`, address: said.addr && said.addr !== '?' ? said.addr : null, outcome };
  return { ...compute(at, { ...about, resources: present(said.exe, said.name, node) }, around), columns: () => said };
}

function readWeb(line: string, around: Around): Answer {
  const [, address = '', user = '', time = '', method = '', target = '', status = ''] = web.exec(line) ?? [];
  const at = commonLogMoment(time);
  if (!at) return null;
  const outcome: Outcome = Number(status) < 400 ? 'success' : 'failure';
  const actor = user === '-' ? null : account(user);
  return compute(at, { actor, action: method, address, outcome, resources: [target.split(' ')[0] ?? ''] }, around);
}

/**
 * Logs of operating systems and programs: syslog in its three forms, auditd, web servers, and every line that begins with a date, as CloudWatch Logs
 * exports them. `year` is taken for syslog's times, which have none.
 */
export const system = (year: number): LineReader => ({
  read(line, around) {
    const [, short = '', , process = '', said = ''] = syslog.exec(line) ?? [];
    const [, iso = '', , program = process, message = said] = isoSyslog.exec(line) ?? newSyslog.exec(line) ?? [];
    const written = iso ? isoMoment(iso) : syslogMoment(short, around.at ? Number(around.at.time.slice(0, 4)) : year);
    const hasNoYear = !iso && around.at === null;
    if (written && program)
      return {
        ...compute(written, seen(program, message), around),
        columns: () => columnsOf(['program', 'message'], [program, message]),
        ...(hasNoYear && { doubt: `Times without year and zone are read as of ${year}, the file's own, in UTC.` }),
      };
    const found = readAuditd(line, around) ?? readWeb(line, around);
    if (found) return found;
    const [, date = '', rest = ''] = dated.exec(line) ?? [];
    const at = isoMoment(date) ?? around.at;
    if (at) return compute(at, { ...seen('', rest), action: 'message' }, around);
    return kernel.test(line) ? 'Its time counts from the start of the machine, which is not known here.' : null;
  },
  // Traces of errors, and what else is indented below its line.
  continues: (line) => /^(?:[\t ]|Caused by: |Traceback )/.test(line) && line.trim() !== '',
});
