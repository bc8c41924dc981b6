import { describe, expect, it } from 'vitest';
import { copiesIn, type Entry, factsOf, shownAfter } from './plan.ts';
import { VersionSeen } from './step.ts';

const [at, what] = ['2026-11-30T10:00:00.000Z', 'arn:aws:s3:::up/b.exe?versionId=v2'];
const custody = {
  kind: 'malicious-object',
  source: what,
  account: '111122223333',
  region: 'eu-central-1',
  acquiredAt: at,
  acquiredBy: 'tourniquet-quarantine-object',
  tool: { name: 'n', version: '1', sha256: 'f' },
  uri: 's3://vault/incidents/i/malicious-object',
  version: 'kept',
  size: 9,
  sha256: 'ab',
  key: null,
  lockedUntil: at,
  lockMode: 'governance',
};
const copy = { uri: custody.uri, version: 'kept', sha256: 'ab' };

describe('copiesIn', () => {
  it('finds what was sealed', () => {
    expect(copiesIn({ outcome: 'recorded', evidence: [custody, { ...custody, version: 'two' }] })).toEqual([
      copy,
      { ...copy, version: 'two' },
    ]);
  });

  it.each([
    ['no receipt', undefined],
    ['nothing sealed', { outcome: 'recorded', evidence: [] }],
    ['a failure', { outcome: 'not-applicable', because: 'x' }],
    ['parts of it alone', { outcome: 'partly-recorded', evidence: [custody] }],
    [
      'a piece that never reached the vault',
      { outcome: 'recorded', evidence: [custody, { ...custody, version: null }] },
    ],
  ])('finds nothing in %s', (_, receipt) => {
    expect(copiesIn(receipt)).toEqual([]);
  });
});

describe('shownAfter', () => {
  const entry = (version: string, kind: Entry['kind'] = 'version'): Entry => ({ version, kind, at });
  it.each([
    [[entry('v3'), entry('v2')], /not the newest of its key: 1 newer/],
    [[entry('v2')], /only version of its key/],
    [[entry('v2'), entry('v1')], /the version v1 .* shows again, which may be malicious too/],
    [[entry('v2'), entry('m', 'delete marker')], /without it the key is deleted/],
  ])('%j', (entries, words) => {
    expect(shownAfter(entries, 'v2')).toMatch(words);
  });
});

describe('factsOf', () => {
  const found = { what, etag: '"e"', size: 9, copies: [copy], after: 'It is the only one' };
  it('asks about what is there and kept', () => {
    const seen = VersionSeen.parse(factsOf(found, 'respond'));
    expect(seen).toMatchObject({ removable: 'some', etag: '"e"', copies: [copy] });
    expect(seen.facts.join('; ')).toMatch(/read back before.*only one.*cannot be undone/);
  });

  it('asks nobody about what is gone, or what the vault has no copy of', () => {
    expect(factsOf({ ...found, etag: null }, 'respond')).toMatchObject({ removable: 'none' });
    expect(factsOf({ ...found, copies: [] }, 'respond')).toMatchObject({
      removable: 'none',
      facts: [expect.stringContaining('the vault has no copy')],
    });
    expect(factsOf({ ...found, copies: [] }, 'observe')).toMatchObject({ removable: 'some' });
  });
});
