/** The rules of the deployed stack, judged by AWS's own matcher and by the sandbox's: an event starts what its finding is routed to, once. */
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  customDetectionTypes,
  guardDutyTypes,
  retiredGuardDutyTypes,
} from '../../lib/domain/finding/guardduty-types.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { variantsOf } from '../../lib/routing/check.ts';
import { claims } from '../../lib/routing/claim.ts';
import { patternLimit } from '../../lib/routing/patterns.ts';
import { route } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';
import { deep, isTurnOf, oftener } from '../depth.ts';
import { deployedRules } from './ruler/deployed.ts';
import { type Case, casesOf } from './ruler/events.ts';
import { anyCase, anyType } from './ruler/generated.ts';
import { type Judge, lacksForRuler, rulerJudge, sandboxJudge } from './ruler/judges.ts';
import { others } from './ruler/others.ts';

const future = [
  'NewTactic:EC2/Foo',
  'Impact:EC2/Foo',
  'Impact:Quantum/Foo',
  'Foo:Bar/Baz',
  'UnauthorizedAccess:IAMUser/InsaneX',
  'NoColon',
  'Backdoor',
  'Backdoor:EC2',
  'Backdoor:EC2/X&Y!DNS',
  'Recon!&',
  'Policy:IAMUser/BreakRootOut',
];
const types = [...guardDutyTypes, ...retiredGuardDutyTypes, ...future].filter((type) =>
  isTurnOf(type, ['lib/routing', 'lib/domain/finding', 'playbooks']),
);
/** Where it runs decides on these alone, and whose credential it is hardly ever. */
const onWorkloads = types.filter((type) => /:(Runtime|Kubernetes|Container)\//.test(type));
const few = ['nobody', 'Root Root', 'IAMUser build', 'AssumedRole deploy'];
const seed = Date.now();

const sets = {
  'every type, whoever holds the credential': types.flatMap((type) => casesOf(type, { on: ['nothing'] })),
  'every type of a workload, wherever it runs': onWorkloads.flatMap((type) => casesOf(type, { by: few })),
  'every type, with all there is': types.flatMap((type) => casesOf(type, { by: few, on: ['all of it'] })),
  'types nobody has seen': fc.sample(anyCase, { numRuns: oftener(2000), seed }),
};

type Answers = ReadonlyMap<Case, readonly string[]>;
const rules = deployedRules();
const names = new Set(playbooks.map(({ name }) => name));
/** Why AWS's own Event Ruler is not asked; null where it is. */
const lacking = deep ? lacksForRuler() : null;
const notAsked = deep ? lacking && `this machine lacks ${lacking}` : 'npm run nightly does';
/** A machine that judges a submission has to have what it takes; a developer may do without. */
const needed = Boolean(process.env.CI) || process.env.TOURNIQUET_NEEDS_JAVA === '1';
let answers: { readonly ruler: Answers; readonly sandbox: Answers };

/** What each event starts. One that matches two rules of a playbook would start it twice. */
async function ask(judge: Judge, cases: readonly Case[]): Promise<Answers> {
  const patterns = Object.fromEntries([...rules].map(([name, { pattern }]) => [name, pattern]));
  const events = cases.map(({ event }) => event);
  const matches = await judge(patterns, events);
  return new Map(cases.map((one, at) => [one, (matches[at] ?? []).map((name) => rules.get(name)?.starts ?? name)]));
}

beforeAll(async () => {
  if (lacking && needed) throw new Error(`AWS's Event Ruler has to judge the rules here; ${notAsked}.`);
  if (lacking) console.warn(`The rules are judged by the sandbox alone, not by AWS's own Event Ruler: ${notAsked}.`);
  const asked = [...Object.values(sets).flat(), ...others];
  const [sandbox, ruler] = await Promise.all([ask(sandboxJudge, asked), notAsked ? new Map() : ask(rulerJudge, asked)]);
  answers = { sandbox, ruler };
}, 300_000);

const known = new Map<Case, string>();

/** The playbook that a finding belongs to; or why it cannot be read. */
function routed(one: Case): string {
  const before = known.get(one);
  if (before) return before;
  const [reading] = readFindings(one.event);
  const readable = reading && 'finding' in reading;
  const made = readable ? route(playbooks, reading.finding).playbook : (reading?.unreadable ?? 'no finding');
  known.set(one, made);
  return made;
}

/** What starts anything but the one playbook its finding belongs to. The desk does what the route says, so it is right for each. */
function wrongIn(cases: readonly Case[], answered: Answers): string[] {
  return cases.flatMap((one) => {
    const started = answered.get(one)?.join(' and ') || 'nothing';
    const belongs = routed(one);
    const right = started === belongs || (started === 'desk' && names.has(belongs));
    return right ? [] : [`${one.what}: starts ${started}, belongs to ${belongs}`];
  });
}

describe.each(['ruler', 'sandbox'] as const)(
  'the %s has each event start the playbook its finding belongs to:',
  (judge) => {
    beforeEach(({ skip }) =>
      skip(judge === 'ruler' && notAsked !== null, `AWS's Event Ruler is not asked: ${notAsked}`),
    );

    test.each(Object.entries(sets))('%s', (_, cases) => {
      const wrong = wrongIn(cases, answers[judge]);
      expect(wrong.slice(0, 10), `${wrong.length} of ${cases.length} are wrong, seed ${seed}`).toEqual([]);
    });

    test.each(others)('$what → $starts', (other) => {
      expect(answers[judge].get(other)).toEqual(other.starts ? [other.starts] : []);
      if (other.goesTo) expect(routed(other)).toBe(other.goesTo);
    });
  },
);

test('both judges answer alike', ({ skip }) => {
  skip(notAsked !== null, `${notAsked}`);
  const differing = [...answers.sandbox].filter(([one, started]) => started.join() !== answers.ruler.get(one)?.join());
  expect(differing.map(([{ what }, started]) => `${what}: ${started} in the sandbox`)).toEqual([]);
});

test('the desk is asked only about what no rule can tell', () => {
  // Of two types with one beginning that go different ways a prefix cannot tell the shorter one: malware on an instance and in a copy.
  const shorter = ['Execution:EC2/MaliciousFile', 'Execution:EC2/SuspiciousFile'];
  const direct = guardDutyTypes.filter(
    (type) => !type.startsWith('AttackSequence:') && !customDetectionTypes.includes(type) && !shorter.includes(type),
  );
  const cases = sets['every type, whoever holds the credential'];
  const overDesk = cases.filter((one) => answers.sandbox.get(one)?.includes('desk')).map(({ what }) => what);
  expect(overDesk.filter((what) => direct.some((type) => what.startsWith(`${type} by `)))).toEqual([]);
});

/** The operators of a pattern: keys of the objects inside its lists. */
function operatorsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value))
    return Object.entries(value).flatMap(([key, inner]) =>
      key === '$or' && Array.isArray(inner) ? inner.flatMap(operatorsIn) : operatorsIn(inner),
    );
  const written = value.filter((one) => typeof one === 'object' && one !== null);
  return written.flatMap((one) => [...Object.keys(one), ...Object.values(one).flatMap(inside)]);
}
const inside = (value: unknown): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

test('every rule is within EventBridge’s length and in its plainest words', () => {
  const patterns = [...rules.values()].map(({ pattern }) => pattern);
  expect(Math.max(...patterns.map((pattern) => JSON.stringify(pattern).length))).toBeLessThanOrEqual(patternLimit);
  expect(new Set(patterns.flatMap(operatorsIn))).toEqual(
    new Set(['anything-but', 'equals-ignore-case', 'exists', 'prefix', 'wildcard']),
  );
});

test('of any type, by anybody, anywhere, at most one playbook claims a finding', () => {
  fc.assert(
    fc.property(anyType, (type) => {
      for (const variant of variantsOf(type)) {
        const takers = playbooks.flatMap((book) =>
          book.claims.filter((claim) => claims(claim, variant)).map(() => book.name),
        );
        expect(takers.length, `${type} → ${takers.join(' and ')}`).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: oftener(3000) },
  );
});
