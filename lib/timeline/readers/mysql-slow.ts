import { isoMoment, type Moment, secondsMoment } from '../moment.ts';
import { present } from './fields.ts';
import type { Answer, LineReader } from './reader.ts';

const begins = /^# (?:Time: (\S+)|User@Host: )/;
const user = /^# User@Host: ([^[]*)\[[^\]]*\] @ (\S*) \[([^\]]*)\]/m;
const set = /^SET timestamp=(\d+);$/m;
const used = /^use (\S+);$/m;

function readSlow(text: string): Answer {
  const [, written = ''] = /^# Time: (\S+)/m.exec(text) ?? [];
  const [, seconds = 'x'] = set.exec(text) ?? [];
  const at: Moment | null = isoMoment(written) ?? secondsMoment(Number(seconds));
  if (!at) return 'It has neither a time nor a timestamp.';
  const [, name = '', host = '', address = ''] = user.exec(text) ?? [];
  const statement = text.split('\n').findLast((line) => !/^(#|SET timestamp|use )/.test(line)) ?? '';
  return {
    format: 'mysql-slow',
    kind: 'database',
    at,
    actor: name ? { kind: 'database-user', id: name.trim(), account: null } : null,
    action: `slow ${/^\w+/.exec(statement)?.[0].toUpperCase() ?? 'statement'}`,
    resources: present(used.exec(text)?.[1]),
    address: address || host || null,
    outcome: 'success',
    columns: () => ({ statement, text }),
  };
}

/** The slow query log of MySQL: an entry is a few lines of comment and the statement. */
export function mysqlSlow(): LineReader {
  let hasTime = false;
  return {
    read(line) {
      const found = begins.exec(line);
      if (!found) return null;
      hasTime = found[1] !== undefined;
      return readSlow(line);
    },
    continues(line) {
      // The user's line belongs to the time before it; one without a time begins an entry.
      const own = hasTime && line.startsWith('# User@Host:');
      if (own) hasTime = false;
      return own || (!begins.test(line) && line.trim() !== '');
    },
  };
}
