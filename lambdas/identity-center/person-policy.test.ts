import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asSeenFor, denialOf, denies, meantWith, withDenial, withoutDenial } from './person-policy.ts';

const [eve, adam] = ['906712345a-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d', 'b4c8d4a8-1234-4abc-9def-0123456789ab'];
const read = { Sid: 'Read', Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' };
const write = { Effect: 'Allow', Action: 's3:Put*', Resource: ['arn:aws:s3:::shop/*'] };
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

/** As people and tools write them: short, over many lines, with the version last, with another key, one statement without its list. */
const texts = [
  '',
  JSON.stringify(policy(read)),
  JSON.stringify(policy(read, write), null, 4),
  `${JSON.stringify(policy(write, read), null, '\t')}\n`,
  JSON.stringify({ Statement: [read], Version: '2012-10-17' }, null, 1),
  JSON.stringify({ Id: 'shop', ...policy(read) }),
];
const single = JSON.stringify({ Version: '2012-10-17', Statement: read }, null, 2);
const anyText = fc.constantFrom(...texts);

describe('the deny', () => {
  it('names the person by the id in the directory, and nobody else', () => {
    expect(denialOf(eve)).toMatchObject({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Sid: 'Tourniquet906712345a1b2c3d4e5f604a7b8c9d0e1f2a3b4c5d',
      Condition: { StringEquals: { 'identitystore:UserId': eve } },
    });
  });

  it.each([...texts, single])('is added to what stands, and said once: %#', (text) => {
    const ours = withDenial(text, eve);
    const before = text === '' ? [] : [JSON.parse(text).Statement].flat();
    expect(JSON.parse(ours).Statement).toEqual([...before, denialOf(eve)]);
    expect([denies(text, eve), denies(ours, eve), denies(ours, adam)]).toEqual([false, true, false]);
    expect(withDenial(ours, eve)).toBe(ours);
  });

  it('leaves every other byte where it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ours = withDenial(text, eve);
        expect(withoutDenial(ours, eve)).toBe(text);
        if (text !== '') expect(ours.replace(`,${JSON.stringify(denialOf(eve))}`, '')).toBe(text);
      }),
    );
  });

  it('is not taken for one when somebody has weakened it', () => {
    const weaker = [
      { ...denialOf(eve), Action: 's3:*' },
      { ...denialOf(eve), Effect: 'Allow' },
      { ...denialOf(eve), Condition: { ...denialOf(eve).Condition, Bool: { 'aws:SecureTransport': 'false' } } },
      { ...denialOf(eve), Sid: 'Theirs' },
    ];
    for (const one of weaker) expect(denies(JSON.stringify(policy(read, one)), eve)).toBe(false);
  });

  it('of one statement without its list becomes a list, and means the same without it', () => {
    const ours = withDenial(single, eve);
    expect(JSON.parse(withoutDenial(ours, eve))).toEqual(policy(read));
  });
});

describe('two people in one permission set', () => {
  it('are nothing to each other: whoever is let go first, the other is denied and all else stays', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, eveFirst) => {
        const hersBefore = asSeenFor(text, eve);
        const withHer = meantWith(withDenial(hersBefore, eve), text, eve);
        const hisBefore = asSeenFor(withHer, adam);
        expect(hisBefore).toBe(text);
        const both = meantWith(withDenial(hisBefore, adam), withHer, adam);
        expect([denies(both, eve), denies(both, adam)]).toEqual([true, true]);
        expect(asSeenFor(both, eve)).toBe(withDenial(hersBefore, eve));

        const [first, second] = eveFirst ? [eve, adam] : [adam, eve];
        const one = meantWith(text, both, first);
        expect([denies(one, first), denies(one, second)]).toEqual([false, true]);
        expect(asSeenFor(one, second)).toBe(withDenial(text, second));
        expect(meantWith(text, one, second)).toBe(text);
      }),
    );
  });

  it('what is as meant already is left as it stands', () => {
    const both = withDenial(withDenial(texts[2] ?? '', adam), eve);
    expect(meantWith(asSeenFor(both, eve), both, eve)).toBe(both);
  });
});
