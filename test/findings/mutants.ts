import fc from 'fast-check';
import { asAsff, asGuardDuty, asOcsf, type Story } from './copies.ts';
import { enveloped } from './envelope.ts';
import type { Json } from './guardduty.ts';
import { type Change, changed } from './mutate.ts';
import { type Spelling, spellings, spelt } from './spelling.ts';
import { anyStory } from './stories.ts';
import { wholes } from './whole.ts';

/** A finding and what was done to it, in a few numbers: it is made when it is looked at. */
export interface Mutant {
  readonly of: string;
  readonly base: Json;
  readonly spelling: Spelling | 'as it is';
  readonly changes: readonly Change[];
}

const renderings: readonly ((story: Story) => Json)[] = [
  asGuardDuty,
  asAsff,
  asOcsf,
  (story) => enveloped('aws.guardduty', 'GuardDuty Finding', asGuardDuty(story)),
  (story) => enveloped('aws.securityhub', 'Security Hub Findings - Imported', { findings: [asAsff(story)] }),
  (story) => enveloped('aws.securityhub', 'Findings Imported V2', { findings: [asOcsf(story)] }),
];

const anyBase: fc.Arbitrary<Pick<Mutant, 'of' | 'base'>> = fc.oneof(
  fc.constantFrom(
    ...wholes.flatMap(({ name, finding, event }) => [
      { of: name, base: finding },
      { of: `${name}, in its event`, base: event },
      { of: `${name}, in a list`, base: { Findings: [finding, finding] } },
    ]),
  ),
  fc
    .tuple(fc.constantFrom(...renderings), anyStory)
    .map(([rendering, story]) => ({ of: `a story ${story.type}`, base: rendering(story) })),
);

const number = fc.nat({ max: 1_000_000 });
const anyChange: fc.Arbitrary<Change> = fc.record({ where: number, how: number, what: number });

/** Any finding of any source with up to three things done to it. */
export const anyMutant: fc.Arbitrary<Mutant> = fc
  .record({
    base: anyBase,
    spelling: fc.constantFrom('as it is' as const, ...spellings),
    changes: fc.array(anyChange, { minLength: 1, maxLength: 3 }),
  })
  .map(({ base, ...rest }) => ({ ...base, ...rest }));

/** EventBridge's own fields are always spelt alike: with other keys it would be no event. */
function respelt(base: Json, spelling: Mutant['spelling']): unknown {
  if (spelling === 'as it is') return base;
  return 'detail-type' in base ? { ...base, detail: spelt(base.detail, spelling) } : spelt(base, spelling);
}

/** The value a mutant stands for. */
export const made = ({ base, spelling, changes }: Mutant): unknown => changed(respelt(base, spelling), changes);
