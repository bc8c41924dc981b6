/** Whatever comes is a finding with a playbook, or is refused with a reason: nothing throws, hangs, or is read otherwise than it was meant. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { documentsIn } from '../../bin/console/documents.ts';
import { claimsOf, holderOf, surfaceOf } from '../../lib/domain/finding/finding.ts';
import { findingIn, readFindings } from '../../lib/domain/finding/read.ts';
import { route, verdictOn } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';
import { isTurnOf, oftener } from '../depth.ts';
import { asAsff, asGuardDuty, asOcsf } from './copies.ts';
import type { Json } from './guardduty.ts';
import { judged } from './judge.ts';
import { anyMutant, made } from './mutants.ts';
import { spellings, spelt } from './spelling.ts';
import { anyStory } from './stories.ts';
import { wholes } from './whole.ts';

/** Far more than they take: whoever hangs runs into it, and a busy machine does not. */
const patience = 600_000;

const mapped = (finding: Json, change: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(finding).map(([key, value]) => [key, change(value)]));

/** What is done with the one finding of a value. */
function answer(value: unknown) {
  const [reading, ...others] = readFindings(value);
  if (!reading || others.length > 0 || 'unreadable' in reading) return { refused: reading, others };
  const { finding } = reading;
  const chosen = route(playbooks, finding);
  const { key, type, severity, account, region, role } = finding;
  return {
    key,
    type,
    severity,
    account,
    region,
    role,
    playbook: chosen.playbook,
    claims: claimsOf(finding),
    holder: holderOf(finding),
    surface: surfaceOf(finding),
    outcome: verdictOn(finding, chosen, 'tourniquet').outcome,
  };
}

describe.each(wholes)('$name', ({ finding, event }) => {
  it('is read whole, bare and in its event', () => {
    for (const value of [finding, event]) {
      const { findings, faults } = judged(value);
      expect(faults).toEqual([]);
      expect(findings).toHaveLength(1);
      expect(findings[0]?.targets.length).toBeGreaterThan(0);
    }
  });

  it.each(spellings)('is the same finding with its keys in %s case', (spelling) => {
    expect(readFindings(spelt(finding, spelling))).toEqual(readFindings(finding));
    const inEvent = { ...event, detail: spelt(event.detail, spelling) };
    expect(readFindings(inEvent)).toEqual(readFindings(event));
  });

  it('is the same finding in a list, and in the answer of an API', () => {
    const [one] = readFindings(finding);
    for (const several of [[finding, finding], { Findings: [finding, finding] }, { findings: [finding, finding] }])
      expect(readFindings(several)).toEqual([one, one]);
  });
});

test(
  'three copies of a finding come to one key, one type, one claim and one playbook',
  () => {
    fc.assert(
      fc.property(anyStory, fc.constantFrom(...spellings), (story, spelling) => {
        const own = answer(asGuardDuty(story));
        expect(own).toMatchObject({ key: `guardduty:${story.id}`, type: story.type, account: story.account });
        for (const copy of [asAsff(story), asOcsf(story)]) {
          expect(answer(copy)).toEqual(own);
          expect(answer(spelt(copy, spelling))).toEqual(own);
        }
        expect(answer(spelt(asGuardDuty(story), spelling))).toEqual(own);
      }),
      { numRuns: oftener(500) },
    );
  },
  patience,
);

/** Events of a few megabytes, of one kind of character: who goes back for each of them again takes minutes. */
test('long runs of a character take no time, in keys or in values', () => {
  const units = [...'a_ -/:.*[{"0\\\n', '-a', '/a', '.1', 'A:B-', 'arn:', '[SAMPLE] ', 'belonging to IAM user '];
  for (const unit of units.filter((one) => isTurnOf(`run of ${one}`, ['lib/domain/finding', 'lib/routing']))) {
    const long = unit.repeat(100_000 / unit.length);
    for (const { finding } of wholes) {
      const texts = Object.entries(finding).filter(([, value]) => typeof value === 'string');
      const lengthened = texts.map(([key, value]) => [key, key === 'eventTypeCode' ? value : `${value}${long}`]);
      expect(judged({ ...finding, ...Object.fromEntries(lengthened), [`a${long}`]: 1 }).faults).toEqual([]);
    }
  }
});

test('nothing is nested so deep that it exhausts the reader', () => {
  const deep = [`${'['.repeat(100_000)}1${']'.repeat(100_000)}`, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`];
  for (const text of deep) {
    const value: unknown = JSON.parse(text);
    expect(judged(value).faults).toEqual([]);
    for (const { finding, event } of wholes) {
      // Beside the finding, and as JSON in a text, which is how products hand on what has no field.
      expect(judged({ ...finding, more: value }).refusals).toHaveLength(1);
      expect(judged({ ...finding, ...event, detail: { ...finding, more: value } }).refusals).toHaveLength(1);
      expect(judged(mapped(finding, (one) => (typeof one === 'string' ? one : text))).faults).toEqual([]);
    }
  }
});

test('an attack sequence of a thousand resources claims what fits into an incident', () => {
  const uids = Array.from({ length: 1000 }, (_, at) => `arn:aws:s3:::orders-${at}`);
  const resources = uids.map((uid) => ({ uid, resourceType: 'S3_BUCKET' }));
  const service = { detection: { sequence: { resources } } };
  const sequence = { id: '1', type: 'AttackSequence:S3/CompromisedData', severity: 9, service };
  const { findings, faults } = judged(sequence);
  expect(faults).toEqual([]);
  expect(findings.flatMap(claimsOf)).toHaveLength(80);
});

test('a refusal is a sentence, whatever it is about', () => {
  const huge = 'x'.repeat(100_000);
  const event = { source: huge, 'detail-type': huge, detail: {} };
  for (const value of [event, { [huge]: 1 }, { ...event, source: 'aws.health', detail: { eventTypeCode: huge } }]) {
    const { refusals, faults } = judged(value);
    expect(faults).toEqual([]);
    expect(refusals).toHaveLength(1);
  }
});

test('a finding the desk hands on is the finding it read', () => {
  for (const { event } of wholes) {
    const read = findingIn(event);
    expect(findingIn(JSON.parse(JSON.stringify({ source: 'tourniquet', detail: read })))).toEqual(read);
  }
});

describe('read or refused', () => {
  it(
    'is every finding, whatever was done to it',
    () => {
      fc.assert(
        fc.property(anyMutant, (mutant) => {
          const value = made(mutant);
          expect(judged(value).faults).toEqual([]);
          expect(() => findingIn(value)).not.toThrow();
        }),
        { numRuns: oftener(1500) },
      );
    },
    patience,
  );

  it(
    'is every JSON value',
    () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
          expect(judged(value).faults).toEqual([]);
        }),
        { numRuns: oftener(1000) },
      );
    },
    patience,
  );

  it(
    'is every object, also where it is no JSON',
    () => {
      const anything = fc.object({
        withNullPrototype: true,
        withObjectString: true,
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
        withUnicodeString: true,
      });
      fc.assert(
        fc.property(anything, (value) => {
          expect(judged(value).faults).toEqual([]);
        }),
        { numRuns: oftener(1000) },
      );
    },
    patience,
  );

  it(
    'is every text, cut or damaged anywhere',
    () => {
      const damage = fc.tuple(
        fc.nat(),
        fc.constantFrom('cut', '"', '{', '}', ',', '\\', '\u0000', '\ud800', 'NaN', '\n'),
      );
      fc.assert(
        fc.property(anyMutant, damage, (mutant, [where, what]) => {
          const text = JSON.stringify(made(mutant));
          const at = where % (text.length + 1);
          const damaged = what === 'cut' ? text.slice(0, at) : `${text.slice(0, at)}${what}${text.slice(at)}`;
          for (const document of documentsIn('f', damaged)) {
            if ('error' in document) expect(document.error).toMatch(/\S/);
            else expect(judged(document.value).faults).toEqual([]);
          }
        }),
        { numRuns: oftener(500) },
      );
    },
    patience,
  );
});
