import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Stored } from '../stored.ts';
import { cipherSentences, ciphersOf, newest } from './ciphers.ts';
import type { Entry } from './plan.ts';

const target: Stored = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  kind: 'bucket',
  id: 'orders',
  seenAt: '',
  tags: {},
  block: null,
  actors: [],
};
const entry = (key: string, at: string, kind: Entry['kind'] = 'version'): Entry => ({
  kind,
  key,
  version: `v-${key}`,
  latest: true,
  at,
  size: 1,
  etag: null,
});
const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T00:00:00.000Z`;

/** S3, which knows of each key how it is encrypted: by a key, by none, or not without the writer's. */
function s3With(ciphers: Readonly<Record<string, string | number>>): S3Client {
  const send = async ({ input: { Key = '' } }: { input: { Key?: string } }) => {
    const cipher = ciphers[Key];
    if (typeof cipher === 'number') throw Object.assign(new Error(), { $metadata: { httpStatusCode: cipher } });
    return { SSEKMSKeyId: cipher };
  };
  return { send } as unknown as S3Client;
}

describe('what is looked at', () => {
  it('is what was written last, of whatever order S3 lists it in, and no delete marker', () => {
    const days = [3, 25, 1, 14, 9, 30, 2, 22, 17, 5, 28, 11, 7, 19, 13, 27, 4, 21, 16, 8, 24, 12, 29, 6, 10];
    const all = [...days.map((one) => entry(`k${one}`, day(one))), entry('gone', day(30), 'delete marker')];
    const last = all.reduce<readonly Entry[]>(newest, []);
    expect(last).toHaveLength(20);
    expect(last.map(({ at }) => at)).toEqual(
      days
        .toSorted((a, b) => b - a)
        .slice(0, 20)
        .map(day),
    );
  });
});

describe('whose key encrypts them', () => {
  const own = `arn:aws:kms:eu-central-1:${target.account}:key/1`;
  const foreign = 'arn:aws:kms:us-east-1:999900001111:key/2';
  const said = (ciphers: Readonly<Record<string, string | number>>) =>
    ciphersOf(
      s3With(ciphers),
      target,
      Object.keys(ciphers).map((key) => entry(key, day(1))),
    );

  it('is said of the writer and of another account, and what S3 does not say is not taken for sound', async () => {
    expect(await said({ a: 400, b: foreign, c: foreign, d: own, e: 403, f: 'an-id-alone' })).toEqual([
      'Of the 6 versions written last 1 are ENCRYPTED WITH A KEY THAT ONLY THEIR WRITER HAS (SSE-C): AWS cannot read them either',
      `Of the 6 versions written last 2 are ENCRYPTED WITH A KMS KEY OF ANOTHER ACCOUNT, which decides who reads them: ${foreign}`,
      'Of the 6 versions written last S3 did not say of 1 with whose key they are encrypted',
    ]);
  });

  it('is nobody else’s where it is the account’s own', async () => {
    expect(await said({ a: own })).toEqual([
      "Of the 1 versions written last none is encrypted with somebody else's key",
    ]);
    expect(cipherSentences([])).toEqual([]);
  });
});
