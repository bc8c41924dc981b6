import { expect, it } from 'vitest';
import { allBlocked } from '../bucket-facts.ts';
import { accountSentence, type Bucket, changedSentence, openBy, publicSentences } from './plan.ts';

const off = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };

it.each([
  [true, true, [null, null], ['by its policy', 'by its ACL']],
  [true, true, [null, off], ['by its policy', 'by its ACL']],
  [true, false, [off, null], ['by its policy']],
  [true, true, [null, { ...off, RestrictPublicBuckets: true }], ['by its ACL']],
  [true, true, [{ ...off, IgnorePublicAcls: true }, null], ['by its policy']],
  // These two refuse what is new, and leave what is there.
  [true, true, [{ ...off, BlockPublicAcls: true, BlockPublicPolicy: true }, null], ['by its policy', 'by its ACL']],
  [true, true, [null, allBlocked], []],
  [false, false, [null, null], []],
])('policy %s, ACL %s, blocks %j: %j', (policyIsPublic, aclIsPublic, blocks, open) => {
  expect(openBy({ policyIsPublic, aclIsPublic }, blocks)).toEqual(open);
});

const bucket = (name: string, more: Partial<Bucket> = {}): Bucket => ({
  name,
  open: [],
  purpose: [],
  acls: 'off',
  ...more,
});

it('says which go dark, and which of those are meant to be public', () => {
  const buckets = [
    bucket('shop', { open: ['by its policy'], purpose: ['serves a website'] }),
    bucket('leak', { open: ['by its ACL'], acls: 'on' }),
    bucket('old', { acls: 'on' }),
    bucket('safe'),
  ];
  const unread = [{ name: 'locked', because: 'AccessDenied' }];
  expect(publicSentences(buckets, unread, 'more')).toEqual([
    'Buckets that are public now: 2',
    'GO DARK, and are public on purpose as far as tags and websites tell: shop (by its policy, serves a website)',
    'PUBLIC now, with nothing that says on purpose: leak (by its ACL)',
    'ACLs are on, so that single objects may be public: old',
    'COULD NOT BE READ: locked (AccessDenied)',
    'MORE THAN 100 BUCKETS: the others are not looked at',
  ]);
  expect(publicSentences([bucket('safe')], [], 'all')).toEqual([
    'No bucket is public by its policy or its own ACL now',
  ]);
});

it('counts what it has no room to name', () => {
  const many = Array.from({ length: 23 }, (_, at) => bucket(`b${at}`, { open: ['by its policy'] }));
  expect(publicSentences(many, [], 'all')[1]).toMatch(/b19 \(by its policy\) and 3 more$/);
});

it('tells none from off, and some flags from all', () => {
  expect(accountSentence(null)).toBe('Block Public Access of the account is off: it has no configuration');
  expect(accountSentence(off)).toBe('Block Public Access of the account is off');
  expect(accountSentence(allBlocked)).toBe('Block Public Access of the account: on');
  expect(accountSentence({ ...off, BlockPublicAcls: true })).toBe(
    'Block Public Access of the account: BlockPublicAcls alone',
  );
});

it('names who changed it, the newest first', () => {
  const change = (name: string, at: string) => ({ name, at, by: 'mallory' });
  const [put, gone] = ['PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock'];
  expect(changedSentence([change(put, '2026-11-01'), change(gone, '2026-11-30')])).toBe(
    `Changed lately: ${gone} by mallory at 2026-11-30, ${put} by mallory at 2026-11-01`,
  );
  expect(changedSentence([])).toMatch(/^CloudTrail shows no change/);
});
