import { gapSentences } from '../event-window.ts';
import { billedIn } from './billed.ts';
import {
  type Call,
  few,
  headline,
  inOrder,
  iso,
  kinds,
  lasts,
  lineOfMade,
  madeFacts,
  madeIn,
  type Reading,
  type Said,
} from './plan.ts';
import { sharedIn } from './shared.ts';
import { startedIn } from './started.ts';
import type { Made, PrincipalChange, PrincipalChanges } from './step.ts';

/** Changes a result carries: a state machine passes on 256 KiB in all (Step Functions quotas), and one takes up to 700 bytes. */
const mostListed = 200;
const mostMade = 100;
const mostStarted = 100;

function lineOf({ at, call, resources, from, region }: Call): string {
  const on = resources.length > 0 ? ` on ${few(resources, 2)}` : '';
  return `${at} ${call}${on}${from ? ` from ${from}` : ''} in ${region}`;
}

/** Of more than a result carries, the sessions are left out first: they end by themselves. */
function mostOf(made: readonly Made[]): Made[] {
  const kept = new Set([...made.filter(lasts), ...made.filter((one) => !lasts(one))].slice(0, mostMade));
  return made.filter((one) => kept.has(one));
}

/** Twelve sentences of this length are about what a section of a message holds (3,000 characters). */
const [longestFact, mostFacts] = [240, 12];
const short = (fact: string): string => (fact.length <= longestFact ? fact : `${fact.slice(0, longestFact - 3)}...`);

const delay = 'CloudTrail shows calls up to 15 minutes late: its latest calls may be missing';

const beyond = (count: number, what: string): string[] => (count > 0 ? [`${count} ${what}`] : []);

/** What there is to say, the weightiest first, in twelve sentences at most. */
export function changesOf(reading: Reading, fresh: Said): PrincipalChanges {
  const answers = [...reading.own, ...reading.further];
  const [all, gaps] = [inOrder(answers), answers.flatMap((answer) => answer.gaps)];
  const tried = all.filter(({ changing }) => changing);
  const changes = tried.filter(({ failed }) => !failed);
  const made = madeIn(all);
  const kept = mostOf(made);
  const { started, ...machines } = startedIn(all, reading.window.to);
  const shares = sharedIn(all);
  const [first, before, after] = [
    [...headline(reading, changes, tried.length - changes.length), ...kinds(changes)],
    [...machines.facts, ...billedIn(all).facts],
    [...madeFacts(made), ...fresh.facts, delay],
  ];
  const room = Math.max(0, Math.min(3, mostFacts - [...first, ...shares.facts, ...before, ...after].length));
  const newest = changes.toReversed().slice(0, room).map(lineOf);
  const left = [
    ...beyond(changes.length - mostListed, 'earlier changes'),
    ...beyond(made.length - mostMade, 'further credentials beyond those listed'),
    ...beyond(started.length - mostStarted, 'further instances beyond those listed'),
  ];
  return {
    outcome: 'listed',
    // Somebody copies those commands: none of them is cut.
    facts: [...first.map(short), ...shares.facts, ...[...before, ...newest, ...after].map(short)],
    unknown: [
      ...reading.unknown,
      ...gapSentences(gaps, few),
      ...machines.unknown,
      ...shares.unknown,
      ...fresh.unknown,
      ...left,
    ],
    changes: changes.slice(-mostListed).map(listed),
    made: kept,
    started: started.slice(0, mostStarted),
    lines: kept.filter(lasts).map(lineOfMade),
    since: iso(reading.window.from),
    removable: made.some(lasts) ? 'some' : 'none',
  };
}

const listed = ({ id, at, region, call, resources, from, by }: Call): PrincipalChange => ({
  at,
  region,
  call,
  resources: [...resources],
  from,
  by,
  event: id,
});
