import fc from 'fast-check';
import { guardDutyTypes, retiredGuardDutyTypes } from '../../../lib/domain/finding/guardduty-types.ts';
import { type Case, guardDutyEvent, holders, surfaces } from './events.ts';

const known = [...guardDutyTypes, ...retiredGuardDutyTypes];
const piecesOf = (pattern: RegExp): string[] => [...new Set(known.flatMap((type) => pattern.exec(type)?.[1] ?? []))];

const letters = fc.stringMatching(/^[A-Za-z0-9!&._-]{1,12}$/);
const purpose = fc.oneof(fc.constantFrom(...piecesOf(/^([^:]+):/)), fc.constantFrom('NewTactic', 'Foo'), letters);
const word = fc.oneof(fc.constantFrom(...piecesOf(/:([^/]+)\//)), fc.constantFrom('Quantum', 'Bar'), letters);
const name = fc.oneof(fc.constantFrom(...piecesOf(/\/(.+)$/)), letters);
const anyKnown = fc.constantFrom(...known);

/** Types nobody has seen: known pieces put together anew, known types cut off or gone on with, and words that are no type at all. */
export const anyType: fc.Arbitrary<string> = fc
  .oneof(
    fc.tuple(purpose, word, name).map(([tactic, resource, rest]) => `${tactic}:${resource}/${rest}`),
    fc.tuple(anyKnown, fc.nat(60)).map(([type, end]) => type.slice(0, end)),
    fc.tuple(anyKnown, fc.nat(60), letters).map(([type, end, more]) => `${type.slice(0, end)}${more}`),
    letters,
    fc.string(),
  )
  .filter((type) => type.trim() !== '');

const oneOf = (choices: ReadonlyMap<string, object>) => fc.constantFrom(...choices);

/** A finding of such a type, by anybody, anywhere. */
export const anyCase: fc.Arbitrary<Case> = fc
  .tuple(anyType, oneOf(holders), oneOf(surfaces))
  .map(([type, [holder, credential], [surface, place]]) => ({
    what: `${type} by ${holder} on ${surface}`,
    event: guardDutyEvent(type, { ...credential, ...place }),
  }));
