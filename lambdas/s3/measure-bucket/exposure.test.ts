import { describe, expect, it } from 'vitest';
import {
  type AccessPoint,
  accessPointSentences,
  type Blocks,
  blocksSentence,
  type Exposure,
  looked,
  publicSentences,
  sharedSentence,
} from './exposure.ts';

const website = { Sid: 'Website', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const partner = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::555566667777:root' }, Action: ['s3:GetObject'] };
const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const block = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const partly = { ...block, RestrictPublicBuckets: false };
const open: Exposure = {
  policy: policy(website),
  policyIsPublic: 'yes',
  blocks: { account: null, bucket: null },
  publicGrants: ['READ'],
  acls: 'on',
};

describe('whether it is public', () => {
  it.each<[string, Partial<Exposure>, string[]]>([
    [
      'by both',
      {},
      ['PUBLIC by its policy (s3:GetObject)', 'PUBLIC by ACLs, which are on: its ACL gives everybody READ'],
    ],
    [
      'by neither, where all four flags are on',
      { blocks: { account: null, bucket: block } },
      [
        'Its policy is public (s3:GetObject), and Block Public Access of the bucket lets it count for this account alone',
        'ACLs are on, and Block Public Access of the bucket ignores public ones',
      ],
    ],
    [
      'by neither, where the account blocks it',
      { blocks: { account: block, bucket: null } },
      [
        'Its policy is public (s3:GetObject), and Block Public Access of the account lets it count for this account alone',
        'ACLs are on, and Block Public Access of the account ignores public ones',
      ],
    ],
    [
      'by its policy alone, where one flag is on',
      { blocks: { account: null, bucket: partly } },
      ['PUBLIC by its policy (s3:GetObject)', 'ACLs are on, and Block Public Access of the bucket ignores public ones'],
    ],
    ['by no ACL, where those are off', { acls: 'off' }, ['PUBLIC by its policy (s3:GetObject)', 'ACLs are off']],
    [
      'by an object at most',
      { policy: null, policyIsPublic: 'no', publicGrants: [] },
      ['Not public by its policy', 'Objects may be public by ACLs, which are on: its own ACL is not public'],
    ],
  ])('%s', (_, change, words) => {
    expect(publicSentences({ ...open, ...change })).toEqual(words);
  });
});

it('names accounts and organisations that it is shared with, but for its own', () => {
  const own = { ...partner, Principal: { AWS: ['arn:aws:iam::111122223333:role/web', '555566667777'] } };
  const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } };
  expect(sharedSentence(policy(partner, own, { ...website, Condition }), '111122223333')).toBe(
    'Shared by its policy with 555566667777, o-example',
  );
  const denied = { ...partner, Effect: 'Deny' };
  expect(sharedSentence(policy(denied), '111122223333')).toBe('Its policy shares it with no other account');
  expect(sharedSentence(null, '111122223333')).toBe('Its policy shares it with no other account');
});

it('says at which level public access is blocked, and what of it', () => {
  const none = { ...partly, BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false };
  expect(blocksSentence({ account: block, bucket: null })).toBe(
    'Block Public Access of the account: on; of the bucket: off',
  );
  expect(blocksSentence({ account: none, bucket: { ...none, IgnorePublicAcls: true } })).toBe(
    'Block Public Access of the account: off; of the bucket: IgnorePublicAcls alone',
  );
});

describe('through access points', () => {
  const open: Blocks = { account: null, bucket: null };
  const point = (name: string, policyIsPublic: 'yes' | 'no', own: AccessPoint['block'] = null): AccessPoint => ({
    name,
    policyIsPublic,
    block: own,
  });
  const held = (level: string) => [
    `The access point door has a public policy, and Block Public Access of ${level} lets it count for this account alone`,
  ];
  it.each<[string, AccessPoint[], Blocks, string[]]>([
    ['nobody, where there is none', [], open, ['No access point of this account leads to it']],
    [
      'everybody, by the policy of one',
      [point('door', 'yes'), point('inner', 'no')],
      open,
      ['PUBLIC through the access point door, by a policy of its own', 'Access points whose policy is not public: 1'],
    ],
    ['nobody, where the bucket blocks', [point('door', 'yes')], { ...open, bucket: block }, held('the bucket')],
    ['nobody, where it blocks itself', [point('door', 'yes', block)], open, held('the access point')],
    [
      'nobody, where all block',
      [point('door', 'yes', block)],
      { account: block, bucket: block },
      held('the account and the bucket and the access point'),
    ],
    [
      'everybody, where only a flag of ACLs is on',
      [point('door', 'yes', partly)],
      open,
      ['PUBLIC through the access point door, by a policy of its own'],
    ],
  ])('%s', (_, points, blocks, words) => {
    expect(accessPointSentences(points, blocks, 'all')).toEqual(words);
  });

  it('says that there are more than it looks at', () => {
    const points = Array.from({ length: looked }, (_, at) => point(`p${at}`, 'no'));
    expect(accessPointSentences(points, open, 'more')).toEqual([
      'Access points whose policy is not public: 20',
      'MORE THAN 20 access points: the others are not looked at',
    ]);
  });
});
