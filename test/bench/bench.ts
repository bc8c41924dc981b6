import { styleText } from 'node:util';
import { table } from 'table';
import { optionsOf, wrongUsage } from '../options.ts';
import type { Derived } from './clock.ts';
import type { Fuzzed } from './fuzz.ts';
import type { Verified } from './ledger.ts';
import type { Timed } from './timeline.ts';
import type { Times } from './times.ts';

const usage = `npm run bench [-- --json] [--rounds N] [--only times|fuzz|clock|ledger|timeline] [--samples N] [--seed N] [--records N]

times: measures the deployed app in the local sandbox: event → isolated under a standing order, and click → verified, cold and warm.
       Milliseconds are this machine's; the ratios to the floor (an empty run of the same emulators) travel.
fuzz:  reads findings of every source that somebody has tampered with, and texts that were cut or damaged; takes about two minutes.
       Fails where anything is thrown, a finding does not fit its schema, or one takes longer than a second.
clock: derives ten thousand report obligations from facts.
ledger: verifies a sealed export of a hundred thousand ledger entries.
timeline: puts generated records of CloudTrail, gzipped, into one timeline, and lets jq print the same records, if there is a jq.

  --json       one JSON object on standard output
  --rounds N   measurements of each kind, default 5
  --only PART  only the times, the fuzz, the clock, the ledger, or the timeline
  --samples N  samples of the fuzz, default 50000
  --records N  records of the timeline, default 100000
  --seed N     makes the same samples again; without it, others each time

Exit codes: 0 measured and nothing found, 1 something failed, 2 wrong usage.
Examples:
  npm run bench
  npm run -s bench -- --json --rounds 3
  npm run bench -- --only fuzz --samples 2000
  npm run bench -- --only clock
  npm run bench -- --only timeline --records 1000000
`;

const bold = (words: string): string => styleText('bold', words, { stream: process.stdout });

function timesPage({ rounds, floor, eventToIsolated, clickToVerified }: Times): string {
  const row = (what: string, ms: number): string[] => [what, `${ms} ms`, `${(ms / floor).toFixed(1)} ×`];
  return table([
    [`median of ${rounds}`, 'here', 'to the floor'].map(bold),
    row('floor: event → first function answered, warm', floor),
    row('event → isolated, standing order, cold', eventToIsolated.cold),
    row('event → isolated, standing order, warm', eventToIsolated.warm),
    row('click → isolation read back, cold', clickToVerified.cold),
    row('click → isolation read back, warm', clickToVerified.warm),
  ]);
}

function fuzzPage({ seed, samples, perSecond, slowest, faults, ...came }: Fuzzed): string {
  const refused = (all: Readonly<Record<string, number>>): string[][] =>
    Object.entries(all).map(([kind, times]) => [`  refused: ${kind}`, `${times}`]);
  const rows = [
    [bold(`${samples} samples, seed ${seed}`), bold('findings')],
    ['as values: read', `${came.read}`],
    ...refused(came.refused),
    ['as texts, cut or damaged: read', `${came.texts.read}`],
    ...refused(came.texts.refused),
    ['samples a second', `${perSecond}`],
    [`slowest: sample ${slowest.sample}, ${slowest.of}`, `${slowest.ms} ms`],
  ];
  const page = table(rows, { drawHorizontalLine: (at, last) => at < 2 || at === last });
  return [page, ...faults.map((fault) => `${fault}\n`)].join('');
}

const clockPage = ({ obligations, ms, perSecond }: Derived): string =>
  table([
    [bold(`${obligations} obligations`), bold('here')],
    ['derived in', `${ms} ms`],
    ['a second', `${perSecond}`],
  ]);

const ledgerPage = ({ entries, megabytes, ms, perSecond }: Verified): string =>
  table([
    [bold(`${entries} ledger entries`), bold('here')],
    ['archive', `${megabytes} MiB`],
    ['verified in', `${ms} ms`],
    ['a second', `${perSecond}`],
  ]);

const timelinePage = ({ records, megabytes, seconds, memory, jq }: Timed): string =>
  table([
    [bold(`${records} records, ${megabytes} MB unpacked`), bold('here')],
    ['one timeline', `${seconds.toFixed(1)} s`],
    ['memory at most', memory === null ? 'not known' : `${memory} MB`],
    ['jq -c, printing them again', jq === null ? 'no jq' : `${jq.toFixed(1)} s`],
    ['as fast as jq', jq === null ? 'not known' : `${(jq / seconds).toFixed(1)} ×`],
  ]);

const { json, rounds, only, samples, seed, records } = optionsOf(usage, {
  json: { type: 'boolean' },
  rounds: { type: 'string', default: '5' },
  only: { type: 'string' },
  samples: { type: 'string', default: '50000' },
  seed: { type: 'string' },
  records: { type: 'string', default: '100000' },
});
if (!/^[1-9]\d?$/.test(rounds)) wrongUsage('--rounds takes a number from 1 to 99.', usage);
if (only !== undefined && !['times', 'fuzz', 'clock', 'ledger', 'timeline'].includes(only))
  wrongUsage('--only takes times, fuzz, clock, ledger or timeline.', usage);
if (!/^[1-9]\d{0,6}$/.test(samples)) wrongUsage('--samples takes a number from 1 to 9999999.', usage);
if (!/^[1-9]\d{0,7}$/.test(records)) wrongUsage('--records takes a number from 1 to 99999999.', usage);
if (seed !== undefined && !/^\d{1,9}$/.test(seed)) wrongUsage('--seed takes a number of up to nine digits.', usage);

/** Only what is asked for is loaded: the fuzz needs no sandbox. */
const isAsked = (part: string): boolean => only === undefined || only === part;
const clock = isAsked('clock') ? (await import('./clock.ts')).derived() : null;
if (clock && !json) process.stdout.write(clockPage(clock));
const ledger = isAsked('ledger') ? (await import('./ledger.ts')).verified() : null;
if (ledger && !json) process.stdout.write(ledgerPage(ledger));
const timeline = isAsked('timeline') ? await (await import('./timeline.ts')).timedTimeline(Number(records)) : null;
if (timeline && !json) process.stdout.write(timelinePage(timeline));
const fuzzed = !isAsked('fuzz')
  ? null
  : (await import('./fuzz.ts')).fuzz(Number(samples), seed === undefined ? Date.now() % 1e9 : Number(seed));
if (fuzzed && !json) process.stdout.write(fuzzPage(fuzzed));
const times = isAsked('times') ? await (await import('./times.ts')).timesOf(Number(rounds)) : null;
if (times && !json) process.stdout.write(timesPage(times));
if (json)
  process.stdout.write(
    `${JSON.stringify({ ...times, ...(fuzzed && { fuzz: fuzzed }), ...(clock && { clock }), ...(ledger && { ledger }), ...(timeline && { timeline }) })}\n`,
  );
if (fuzzed && fuzzed.faults.length > 0) process.exitCode = 1;
