import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Besides } from '../../lib/timeline/output/overview.ts';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import { telling } from '../console/calls.ts';
import { repeatable } from '../console/repeatable.ts';
import type { BesidesTyped } from '../console/timeline/besides.ts';
import type { Span } from '../console/timeline/filters.ts';
import type { Logs } from '../console/timeline/logs.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

const formats = [
  'text',
  'page',
  'graph',
  'radius',
  'vector',
  'report',
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

/** These say at the end what all events come to: as text, or as one object of JSON. */
const summed = ['radius', 'vector', 'report'] as const;
type Summed = (typeof summed)[number];
const isSummed = (format: Format): format is Summed => summed.some((one) => one === format);

const writers: Readonly<Record<Exclude<Format, Summed>, (besides: Besides) => Promise<Writer | null>>> = {
  text: async () => (await import('../console/timeline/words.ts')).words,
  jsonl: async () => null,
  csv: async () => (await import('../../lib/timeline/output/csv.ts')).csv,
  timesketch: async () => (await import('../../lib/timeline/output/timesketch.ts')).timesketch,
  ocsf: async () => (await import('../../lib/timeline/output/ocsf.ts')).ocsf,
  parquet: async () => (await import('../../lib/timeline/output/parquet.ts')).parquet(),
  page: async (besides) => (await import('../../lib/timeline/output/page.ts')).page(besides),
  graph: async (besides) => (await import('../../lib/timeline/graph/page.ts')).graph(besides),
  navigator: async () => (await import('../../lib/timeline/output/navigator.ts')).navigator(),
  stix: async () => (await import('../../lib/timeline/output/stix/bundle.ts')).stix(),
  'attack-flow': async () => (await import('../../lib/timeline/output/stix/attack-flow.ts')).attackFlow(),
  addresses: async () => (await import('../../lib/timeline/output/stix/lists.ts')).addresses(),
  names: async () => (await import('../../lib/timeline/output/stix/lists.ts')).names(),
};

/** These tell who went on as whom. */
const threaded: ReadonlySet<Format> = new Set(['page', 'graph', 'radius', 'vector', 'report', 'stix', 'attack-flow']);

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

interface Asked {
  readonly span: Span;
  readonly identity: string | null;
  readonly around: string | undefined;
}

/** What an identity did for the first time; it needs no rules. */
function asBehaviour({ span, identity, around }: Asked): (logs: Logs) => Promise<Answer> {
  if (identity === null || around === undefined)
    throw new InvalidArgumentError('--behaviour takes --identity and --around: of whom, and when.');
  return async (logs) => {
    const { behaviour } = await import('../console/timeline/behaviour.ts');
    return behaviour({ logs, span, ours: undefined }, identity);
  };
}

/** What people say, and what findings say, has a place in these alone. */
const besided: Readonly<Record<keyof BesidesTyped, readonly Format[]>> = {
  claim: ['page', 'vector'],
  finding: ['page', 'graph', 'radius', 'vector', 'report'],
  rights: ['page', 'graph', 'radius'],
};

function refuseBesides(format: Format, option: keyof typeof besided, value: string | undefined): void {
  if (value !== undefined && !besided[option].includes(format))
    throw new InvalidArgumentError(`--${option} goes with --format ${besided[option].join(', ')}.`);
}

interface Printed extends Asked {
  readonly format: Format;
  /** Of `--format ocsf`; null for standard output. */
  readonly folder: string | null;
  readonly explain: boolean;
  readonly threads: boolean;
  readonly config: string | null;
  readonly files: BesidesTyped;
}

/** The events in a format. Refuses what does not go together before anything is read. */
function asEvents({ format, folder, explain, threads: asked, config, files, ...rest }: Printed) {
  for (const option of ['claim', 'finding', 'rights'] as const) refuseBesides(format, option, files[option]);
  if (folder !== null && format !== 'ocsf') throw new InvalidArgumentError('--out goes with --format ocsf.');
  refuseTerminal(format);
  refuseWithoutPlace(format, explain, asked);
  return async (logs: Logs): Promise<Answer> => {
    const { oursIn } = await import('../console/timeline/ours.ts');
    const { run } = await import('../console/timeline/run.ts');
    const { besidesIn } = await import('../console/timeline/besides.ts');
    const besides = await besidesIn(files, logs);
    const { writer, answer } = isSummed(format)
      ? await (await import('../console/timeline/summed.ts')).summedUp(format, besides)
      : { writer: await writers[format](besides), answer: null };
    const ours = await oursIn(config, logs.sessions);
    const threads = asked || threaded.has(format);
    const { read, events, ...sum } = await run({ ...rest, logs, writer, folder, explain, threads, ours });
    const text = format === 'text' && read > 0 ? `${events} events, times in UTC.` : '';
    return {
      ...(read > 0 && answer ? await answer() : { data: [], text }),
      next: 'timeline --help',
      failures: read === 0 ? ['Nothing could be read.'] : [],
      sum: { read, events, ...sum, unreadable: sum.unreadable + logs.lost },
    };
  };
}

export default {
  name: 'timeline',
  summary: 'put logs of any kind, or those that are sealed of an incident, into one timeline; files need no AWS',
  operands: [
    new Argument(
      '<file-or-incident...>',
      'logs in any format known here, gzip too, and folders, which are walked; or one incident, as `incidents` lists it',
    ),
  ],
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
    repeatable(
      new Option('--claim <file>', 'with --format vector or page: what people say, as JSON, held against the record'),
    ),
    repeatable(
      new Option(
        '--finding <file>',
        'with --format vector, radius, graph, page or report: findings, which name identities, addresses and weaknesses',
      ),
    ),
    repeatable(
      new Option('--rights <file>', 'with radius, graph, page: what `iam get-account-authorization-details` prints'),
    ),
    new Option('--config <file>', 'configuration of the deployment whose own acts are normal; default: cdk.json'),
    stack,
  ],
  examples: ['timeline logs/ --around 2026-11-20T14:30Z --within 30 --format csv', 'timeline inc-0123456789ab --json'],
  calls: { responder: telling, auditor: telling },

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({ operands, reader, options }): Promise<Answer> {
    const { format = 'text', around, within = '60', identity = null, out: folder = null, config = null } = options;
    const { explain, threads, behaviour, claim, finding, rights, stack = '' } = options;
    const { spanAround } = await import('../console/timeline/filters.ts');
    const { withLogs } = await import('../console/timeline/which-logs.ts');
    const asked = { span: spanAround(around, within), identity, around };
    const printed = {
      ...asked,
      format: reader === 'machine' && !isSummed(format as Format) ? 'jsonl' : (format as Format),
      folder,
      explain: explain !== undefined,
      threads: threads !== undefined,
      config,
      files: { claim, finding, rights },
    } as const;
    const tell = behaviour === undefined ? asEvents(printed) : asBehaviour(asked);
    return withLogs(operands, stack, tell);
  },
} satisfies Verb;
