import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import type { Answer, Verb } from '../console/verb.ts';

const formats = ['text', 'jsonl', 'csv', 'timesketch', 'ocsf', 'parquet', 'navigator', 'page'] as const;
type Format = (typeof formats)[number];

const writers: Readonly<Record<Format, () => Promise<Writer | null>>> = {
  text: async () => (await import('../console/timeline/words.ts')).words,
  jsonl: async () => null,
  csv: async () => (await import('../../lib/timeline/output/csv.ts')).csv,
  timesketch: async () => (await import('../../lib/timeline/output/timesketch.ts')).timesketch,
  ocsf: async () => (await import('../../lib/timeline/output/ocsf.ts')).ocsf,
  parquet: async () => (await import('../../lib/timeline/output/parquet.ts')).parquet(),
  page: async () => (await import('../../lib/timeline/output/page.ts')).page(),
  navigator: async () => (await import('../../lib/timeline/output/navigator.ts')).navigator(),
};

/** Bytes would do to a terminal whatever they like. */
function refuseTerminal(format: Format): void {
  if (format === 'parquet' && process.stdout.isTTY)
    throw new InvalidArgumentError('Parquet is no text: send it to a file, as in `--format parquet > events.parquet`.');
}

export default {
  name: 'timeline',
  summary: 'put logs of any kind into one timeline; needs no AWS',
  operands: [new Argument('<file...>', 'logs in any format known here, gzip too; folders are walked')],
  options: [
    new Option('--format <format>', 'how it is printed; --json is the same as jsonl').choices(formats).default('text'),
    new Option('--out <folder>', 'with --format ocsf: a file for each class, in a folder that has none yet'),
    new Option('--around <time>', 'only what was about that time: 2026-11-20T14:30Z'),
    new Option('--within <minutes>', 'how far around it, before and after').default('60'),
    new Option('--identity <id>', 'only acts of this ARN, name or key, and of the sessions and keys it made'),
  ],
  examples: ['timeline logs/ --json', 'timeline logs/ --around 2026-11-20T14:30Z --within 30 --format csv'],

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({
    operands,
    reader,
    options: { format = 'text', around, within = '60', identity = null, out = null },
  }): Promise<Answer> {
    const { spanAround } = await import('../console/timeline/filters.ts');
    const { run } = await import('../console/timeline/run.ts');
    const chosen = reader === 'machine' ? 'jsonl' : (format as Format);
    const span = spanAround(around, within);
    if (out !== null && chosen !== 'ocsf') throw new InvalidArgumentError('--out goes with --format ocsf.');
    refuseTerminal(chosen);
    const writer = await writers[chosen]();
    const sum = await run({ files: operands, writer, span, identity, folder: out });
    const failures = sum.read === 0 ? ['Nothing could be read.'] : [];
    const text = chosen === 'text' && sum.read > 0 ? `${sum.events} events, times in UTC.` : '';
    return { data: [], text, next: 'timeline --help', failures, sum };
  },
} satisfies Verb;
