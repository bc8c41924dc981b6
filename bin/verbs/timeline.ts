import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import type { Span } from '../console/timeline/filters.ts';
import type { Answer, Verb } from '../console/verb.ts';

const formats = [
  'text',
  'page',
  'graph',
  'jsonl',
  'csv',
  'timesketch',
  'ocsf',
  'parquet',
  'navigator',
  'stix',
  'attack-flow',
  'addresses',
  'names',
] as const;
type Format = (typeof formats)[number];

const writers: Readonly<Record<Format, () => Promise<Writer | null>>> = {
  text: async () => (await import('../console/timeline/words.ts')).words,
  jsonl: async () => null,
  csv: async () => (await import('../../lib/timeline/output/csv.ts')).csv,
  timesketch: async () => (await import('../../lib/timeline/output/timesketch.ts')).timesketch,
  ocsf: async () => (await import('../../lib/timeline/output/ocsf.ts')).ocsf,
  parquet: async () => (await import('../../lib/timeline/output/parquet.ts')).parquet(),
  page: async () => (await import('../../lib/timeline/output/page.ts')).page(),
  graph: async () => (await import('../../lib/timeline/graph/page.ts')).graph(),
  navigator: async () => (await import('../../lib/timeline/output/navigator.ts')).navigator(),
  stix: async () => (await import('../../lib/timeline/output/stix/bundle.ts')).stix(),
  'attack-flow': async () => (await import('../../lib/timeline/output/stix/attack-flow.ts')).attackFlow(),
  addresses: async () => (await import('../../lib/timeline/output/stix/lists.ts')).addresses(),
  names: async () => (await import('../../lib/timeline/output/stix/lists.ts')).names(),
};

/** These tell who went on as whom. */
const threaded: ReadonlySet<Format> = new Set(['graph', 'stix', 'attack-flow']);

/** Bytes would do to a terminal whatever they like. */
function refuseTerminal(format: Format): void {
  if (format === 'parquet' && process.stdout.isTTY)
    throw new InvalidArgumentError('Parquet is no text: send it to a file, as in `--format parquet > events.parquet`.');
}

/** What an event can say of itself only where there is a place for it. */
function refuseWithoutPlace(format: Format, explain: boolean, threads: boolean): void {
  if (explain && format !== 'text' && format !== 'jsonl')
    throw new InvalidArgumentError('--explain goes with text and JSON: the other formats have no place for it.');
  if (threads && format !== 'jsonl')
    throw new InvalidArgumentError('--threads goes with JSON: the other formats have no place for it.');
}

interface Whose {
  readonly identity: string | null;
  readonly around: string | undefined;
}

async function behaviourOf(files: readonly string[], span: Span, { identity, around }: Whose): Promise<Answer> {
  if (identity === null || around === undefined)
    throw new InvalidArgumentError('--behaviour takes --identity and --around: of whom, and when.');
  const { behaviour } = await import('../console/timeline/behaviour.ts');
  return behaviour({ files, span, ours: undefined }, identity);
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
    new Option(
      '--explain',
      'say of each label, and of what is normal, by which rule and by whose word; as text or JSON',
    ),
    new Option('--threads', 'say to which thread each event belongs, through roles, keys, users and instances; JSON'),
    new Option(
      '--behaviour',
      'with --identity and --around: no events, but what was done then for the first time in 90 days',
    ),
    new Option('--config <file>', 'configuration of the deployment whose own acts are normal; default: cdk.json'),
  ],
  examples: ['timeline logs/ --json', 'timeline logs/ --around 2026-11-20T14:30Z --within 30 --format csv'],

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({ operands, reader, options }): Promise<Answer> {
    const { format = 'text', around, within = '60', identity = null, out = null, config = null } = options;
    const { oursIn } = await import('../console/timeline/ours.ts');
    const { spanAround } = await import('../console/timeline/filters.ts');
    const { run } = await import('../console/timeline/run.ts');
    const chosen = reader === 'machine' ? 'jsonl' : (format as Format);
    const span = spanAround(around, within);
    if (out !== null && chosen !== 'ocsf') throw new InvalidArgumentError('--out goes with --format ocsf.');
    refuseTerminal(chosen);
    const [explain, threads] = [options.explain !== undefined, options.threads !== undefined];
    refuseWithoutPlace(chosen, explain, threads);
    if (options.behaviour !== undefined) return behaviourOf(operands, span, { identity, around });
    const [writer, ours] = await Promise.all([writers[chosen](), oursIn(config)]);
    const tells = threads || threaded.has(chosen);
    const sum = await run({ files: operands, writer, span, identity, folder: out, explain, threads: tells, ours });
    const failures = sum.read === 0 ? ['Nothing could be read.'] : [];
    const text = chosen === 'text' && sum.read > 0 ? `${sum.events} events, times in UTC.` : '';
    return { data: [], text, next: 'timeline --help', failures, sum };
  },
} satisfies Verb;
