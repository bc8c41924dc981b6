import { describe, expect, it } from 'vitest';
import { statements } from '../../../lib/domain/permission.ts';
import { oursIn } from '../../../lib/domain/resource-policy.ts';
import { everywhere } from '../../../lib/domain/target.ts';
import { StoredObject } from '../object/target.ts';
import { comparedDeny, leftOf, planObjectDeny, scanStatus, sidFor, tagsTowards } from './plan.ts';
import { denyObject, type ObjectDeny } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const seenAt = '2026-11-30T10:00:00.000Z';
const target = StoredObject.parse({ ...place, kind: 'object', id: 'up/in*.exe', version: 'v1', seenAt, tags: {} });
const digest = (text: string): string => Buffer.from(text).toString('hex');
const before: ObjectDeny = { document: null, sids: [sidFor(target, digest)], tags: { team: 'web' } };
const prepared = { spared: ['arn:aws:iam::111122223333:user/glass'] };
const oursOf = (state = before) => {
  const plan = planObjectDeny(target, state, prepared);
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  return plan.ours;
};

describe('planObjectDeny', () => {
  it('tags the version beside what it has, and denies the one key as long as it has the tag', () => {
    const ours = oursOf();
    expect(ours.tags).toEqual({ team: 'web', [scanStatus]: 'THREATS_FOUND' });
    expect(oursIn(ours)).toMatchObject([
      {
        Resource: [`arn:aws:s3:::up/in\${*}.exe`],
        Condition: { StringEquals: { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'THREATS_FOUND' } },
      },
    ]);
    expect(planObjectDeny(target, ours, prepared)).toHaveProperty('nothing');
  });

  it('tags what GuardDuty has tagged already no second time, and still denies it', () => {
    const tagged = { ...before, tags: { [scanStatus]: 'THREATS_FOUND' } };
    expect(oursOf(tagged).tags).toEqual(tagged.tags);
  });

  it('refuses an eleventh tag in words', () => {
    const tags = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`t${at}`, '']));
    expect(planObjectDeny(target, { ...before, tags }, prepared)).toEqual({
      refused: expect.stringContaining('10 tags'),
    });
  });
});

it('puts back our tag alone', () => {
  expect(tagsTowards({ team: 'ops', [scanStatus]: 'THREATS_FOUND' }, before.tags)).toEqual({ team: 'ops' });
  expect(comparedDeny({ ...before, tags: { team: 'other' } })).toEqual(comparedDeny(before));
});

describe('a version that is gone', () => {
  const gone = { ...before, tags: null };

  it('is read by nobody: nothing is denied, and nothing was changed meanwhile', () => {
    expect(planObjectDeny(target, gone, prepared)).toEqual({ nothing: expect.stringContaining('is gone') });
    const ours = oursOf({ ...before, tags: { [scanStatus]: 'THREATS_FOUND' } });
    expect(comparedDeny({ ...ours, tags: null })).toEqual(comparedDeny(ours));
  });

  it('has no tag to give back, whatever it had before', () => {
    expect(tagsTowards(null, before.tags)).toBeNull();
    for (const tags of [{}, { [scanStatus]: 'THREATS_FOUND' }]) expect(leftOf({ ...before, tags }, gone)).toEqual([]);
    expect(leftOf({ ...before, tags: {} }, oursOf())).not.toEqual([]);
  });
});

it('may touch this one object, whatever its key holds', () => {
  const of = (one: StoredObject) =>
    statements(denyObject.operations.release.permissions, one).flatMap(({ Resource }) => Resource);
  expect(of(target).toSorted()).toEqual(['arn:aws:s3:::up', `arn:aws:s3:::up/in\${*}.exe`]);
  const anywhere = everywhere(denyObject.target, denyObject.operations.release.permissions);
  expect(
    statements(anywhere, { ...place, region: '*' })
      .flatMap(({ Resource }) => Resource)
      .toSorted(),
  ).toEqual(['arn:aws:s3:::*', 'arn:aws:s3:::*/*']);
});
