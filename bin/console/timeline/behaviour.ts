import { type Behaviour, behaviourOf, type Fact, firstSeen } from '../../../lib/timeline/correlate/behaviour.ts';
import { eventIn } from '../../../lib/timeline/output/writer.ts';
import { columns, harmless } from '../paint.ts';
import type { Answer } from '../verb.ts';
import type { Span } from './filters.ts';
import { type Asked, using } from './run.ts';

const before = 90 * 24 * 3600;
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

const what: Readonly<Record<Fact['aspect'], string>> = {
  call: 'call',
  region: 'Region',
  address: 'address',
  agent: 'program',
  hour: 'hour',
};

function known({ before: events, knownSince, logsSince }: Behaviour): string {
  if (logsSince === null) return 'There is no event in these logs.';
  if (knownSince === null) return `Nothing of it in the 90 days before, so all is new; the logs begin at ${logsSince}.`;
  return `In the 90 days before: ${events} events, the first at ${knownSince}; the logs begin at ${logsSince}.`;
}

async function words(found: Behaviour, about: string): Promise<string> {
  const fresh = firstSeen(found);
  const rows = fresh.map(({ aspect, value, within, first }) => [what[aspect], harmless(value), `${within} ×`, first]);
  const head = `${about}: ${found.within} events. ${known(found)}`;
  const lost = found.uncounted > 0 ? [`${found.uncounted} values were too many to be counted each.`] : [];
  if (fresh.length === 0) return [head, 'Nothing was done for the first time.', ...lost].join('\n');
  return [head, '', 'For the first time:', await columns(rows), ...lost].join('\n');
}

/** What an identity did in a span, against the 90 days before it. Events are not printed. */
export async function behaviour(asked: Pick<Asked, 'logs' | 'span' | 'ours'>, identity: string): Promise<Answer> {
  const { span } = asked;
  const [from, to] = [iso(span.from), iso(span.to)];
  const wider: Span = { from: span.from - before, to: span.to };
  const { found, sum } = await using({ ...asked, span: wider }, async (timeline) => {
    const found = behaviourOf(timeline.lines().map(eventIn), identity, { from, to });
    return { found, sum: timeline.sum };
  });
  const failures = sum.read === 0 ? ['Nothing could be read.'] : [];
  const text = sum.read === 0 ? '' : await words(found, `${identity}, ${from} to ${to}`);
  return { data: { identity, from, to, ...found }, text, next: 'timeline --help', failures };
}
