/** Whatever comes is a finding with a playbook, or is refused with a reason: nothing throws, hangs, or is read otherwise than it was meant. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { documentsIn } from '../bin/console/documents.ts';
import { claimsOf, holderOf, surfaceOf } from '../lib/domain/finding.ts';
import { readFindings } from '../lib/domain/reading/read.ts';
import { route, verdictOn } from '../lib/routing/route.ts';
import { playbooks } from '../playbooks/index.ts';
import { asAsff, asGuardDuty, asOcsf } from './findings/copies.ts';
import { judged } from './findings/judge.ts';
import { anyMutant, valueOf } from './findings/mutants.ts';
import { spellings, spelt } from './findings/spelling.ts';
import { anyStory } from './findings/stories.ts';
import { wholes } from './findings/whole.ts';

/** Far more than they take: whoever hangs runs into it, and a busy machine does not. */
const patience = 120_000;

/** What is done with the one finding of a value. */
function answer(value: unknown) {
  const [reading, ...others] = readFindings(value);
  if (!reading || others.length > 0 || 'unreadable' in reading) return { refused: reading, others };
  const { finding } = reading;
  const chosen = route(playbooks, finding);
  const { key, type, severity, account, region, role } = finding;
  return {
    ...{ key, type, severity, account, region, role, playbook: chosen.playbook },
    ...{ claims: claimsOf(finding), holder: holderOf(finding), surface: surfaceOf(finding) },
    outcome: verdictOn(finding, chosen).outcome,
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
      { numRuns: 500 },
    );
  },
  patience,
);

describe('read or refused', () => {
  it(
    'is every finding, whatever was done to it',
    () => {
      fc.assert(
        fc.property(anyMutant, (mutant) => expect(judged(valueOf(mutant)).faults).toEqual([])),
        { numRuns: 1500 },
      );
    },
    patience,
  );

  it(
    'is every JSON value',
    () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => expect(judged(value).faults).toEqual([])),
        { numRuns: 1000 },
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
        fc.property(anything, (value) => expect(judged(value).faults).toEqual([])),
        { numRuns: 1000 },
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
          const text = JSON.stringify(valueOf(mutant));
          const at = where % (text.length + 1);
          const damaged = what === 'cut' ? text.slice(0, at) : `${text.slice(0, at)}${what}${text.slice(at)}`;
          for (const document of documentsIn('f', damaged)) {
            if ('error' in document) expect(document.error).toMatch(/\S/);
            else expect(judged(document.value).faults).toEqual([]);
          }
        }),
        { numRuns: 500 },
      );
    },
    patience,
  );
});
