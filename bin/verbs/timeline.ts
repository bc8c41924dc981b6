import { Argument, Option } from 'commander';
import type { Answer, Verb } from '../console/verb.ts';

const formats = ['text', 'jsonl', 'csv', 'timesketch'] as const;
type Format = (typeof formats)[number];

async function writerOf(format: Format) {
  if (format === 'csv') return (await import('../../lib/timeline/output/csv.ts')).csv;
  if (format === 'timesketch') return (await import('../../lib/timeline/output/timesketch.ts')).timesketch;
  return format === 'text' ? (await import('../console/timeline/words.ts')).words : null;
}

export default {
  name: 'timeline',
  summary: 'put logs of any kind into one timeline; needs no AWS',
  operands: [new Argument('<file...>', 'logs in any format known here, gzip too; folders are walked')],
  options: [
    new Option('--format <format>', 'how it is printed; --json is the same as jsonl').choices(formats).default('text'),
    new Option('--around <time>', 'only what was about that time: 2026-11-20T14:30Z'),
    new Option('--within <minutes>', 'how far around it, before and after').default('60'),
    new Option('--identity <id>', 'only acts of this ARN, name or key, and of the sessions and keys it made'),
  ],
  examples: ['timeline logs/ --json', 'timeline logs/ --around 2026-11-20T14:30Z --within 30 --format csv'],

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({ operands, reader, options: { format = 'text', around, within = '60', identity } }): Promise<Answer> {
    const { spanAround } = await import('../console/timeline/filters.ts');
    const { run } = await import('../console/timeline/run.ts');
    const chosen = reader === 'machine' ? 'jsonl' : (format as Format);
    const span = spanAround(around, within);
    const writer = await writerOf(chosen);
    const sum = await run({ files: operands, writer, span, identity: identity ?? null });
    const failures = sum.read === 0 ? ['Nothing could be read.'] : [];
    const text = chosen === 'text' && sum.read > 0 ? `${sum.events} events, times in UTC.` : '';
    return { data: [], text, next: 'timeline --help', failures, sum };
  },
} satisfies Verb;
