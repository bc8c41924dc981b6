import { describe, expect, it } from 'vitest';
import { hashOf, resultOf, saidIn, whyNothing } from './plan.ts';

const sha256 = 'a'.repeat(64);
const output = `ended tool\nparts 2\nsize 12\ncode 0\nstatus 0\nsha256 ${sha256}\n`;
const parts = [
  { number: 1, etag: 'x', size: 8 },
  { number: 2, etag: 'y', size: 4 },
];
const dump = { kind: 'whole', ranges: 1, bytes: 4 } as const;
const taken = { size: 12, parts: 2, sha256, dump };
const ended = (text: string) => ({ came: 'ended', output: text }) as const;

describe('what the script has said', () => {
  it('is read by its words, with the line ends of either system', () => {
    expect(saidIn(output)).toEqual({
      why: null,
      have: null,
      ran: null,
      ended: 'tool',
      parts: 2,
      size: 12,
      code: 0,
      status: 0,
      sha256,
    });
    expect(saidIn(output.replaceAll('\n', '\r\n'))).toEqual(saidIn(output));
  });

  it.each([
    '',
    'Segmentation fault',
    'ended soon\nparts 1',
    'ended tool\nparts -1',
    `ended tool\nsha256 ${'A'.repeat(64)}`,
  ])('is nothing where somebody else has written it: %j', (text) => {
    expect(saidIn(text)).toBeNull();
  });

  it('gives a hash only of just what has arrived', () => {
    const said = saidIn(output);
    expect(hashOf(said, parts)).toBe(sha256);
    expect(hashOf(said, parts.slice(0, 1))).toBeNull();
    expect(hashOf(null, parts)).toBeNull();
  });
});

describe('what is reported', () => {
  it('is a whole dump only where the tool has ended well, all of it has arrived, and its headers agree', () => {
    expect(resultOf(taken, ended(output))).toMatchObject({ outcome: 'captured' });
    const failed = output.replace('code 0', 'code 1');
    expect(resultOf(taken, ended(failed))).toMatchObject({ outcome: 'cut-short', because: /code 1/ });
    expect(resultOf({ ...taken, parts: 1 }, ended(output)).outcome).toBe('cut-short');
    const cut = { kind: 'cut', ranges: 1, bytes: 4, missing: 3 } as const;
    const { outcome, facts } = resultOf({ ...taken, dump: cut }, ended(output));
    expect([outcome, facts.join()]).toEqual(['cut-short', expect.stringMatching(/the last 3 are missing/)]);
    expect(resultOf(taken, { came: 'nothing', because: 'it rained' })).toMatchObject({ because: 'it rained' });
  });

  it('is not checked where it has no headers of LiME', () => {
    for (const odd of [null, { kind: 'compressed' }, { kind: 'no dump', because: 'x' }] as const)
      expect(resultOf({ ...taken, dump: odd }, ended(output)).outcome).toBe('not-checked');
  });

  it('says why there is nothing', () => {
    expect(whyNothing(ended(`why other-tool\nhave ${sha256}\n`))).toMatch(
      `another SHA-256 than memory says, and was not run: ${sha256}`,
    );
    expect(whyNothing(ended('ended refused\nparts 1\nsize 9\nstatus 403\n'))).toMatch(/answered the instance with 403/);
    expect(whyNothing(ended('nonsense'))).toBe('what came back is not what the script says');
  });
});
