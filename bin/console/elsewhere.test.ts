import { expect, test } from 'vitest';
import { stacksElsewhere } from './elsewhere.ts';

const home = { account: '111122223333', region: 'eu-central-1' };
const listening = { regions: ['eu-central-1', 'us-east-1'] } as const;
const none = {
  evidence: undefined,
  members: [],
  organization: undefined,
  organizationAdmin: undefined,
  listening: undefined,
  rollout: undefined,
};
const told = (more: object) =>
  stacksElsewhere({ ...none, ...more }, home).map(({ stack, where, end }) => `${stack} in ${where}: ${end}`);

test('one account has none', () => {
  expect(told({})).toEqual([]);
});

test('one account that hears another Region has its forwarder there', () => {
  expect(told({ listening })).toEqual([
    'TourniquetForwarder in 111122223333 us-east-1: AWS_REGION=us-east-1 npx cdk destroy TourniquetForwarder',
  ]);
});

test('of a list each account is named, forwarders first', () => {
  const all = told({ members: ['444455556666'], listening });
  expect(all.map((one) => one.split(':')[0])).toEqual([
    'TourniquetForwarder in 111122223333 us-east-1',
    'TourniquetForwarder in 444455556666 eu-central-1',
    'TourniquetForwarder in 444455556666 us-east-1',
    'TourniquetMember in 444455556666',
  ]);
});

test('of an organisation StackSets take the others along, but for the management account', () => {
  const organizationAdmin = { account: '111122223333', management: '999988887777' };
  const given = {
    organization: { id: 'o-exampleorgid' },
    listening,
    rollout: { root: 'r-ab12', from: 'hub' },
    organizationAdmin,
  };
  expect(told(given).map((one) => one.split(':')[0])).toEqual([
    'TourniquetRollout in 111122223333 eu-central-1',
    'TourniquetForwarder in 999988887777 eu-central-1',
    'TourniquetForwarder in 999988887777 us-east-1',
  ]);
  const from = { ...given, rollout: { root: 'r-ab12', from: 'management' } };
  expect(told(from)[0]).toBe('TourniquetRollout in 999988887777 eu-central-1: npx cdk destroy TourniquetRollout');
  expect(told({ organization: { id: 'o-exampleorgid' } })).toEqual([
    'TourniquetMember in each account: npx cdk destroy TourniquetMember',
  ]);
});

test('a vault in an account of its own goes last', () => {
  expect(told({ members: ['444455556666'], evidence: { account: '777788889999' } })).toEqual([
    'TourniquetMember in 444455556666: npx cdk destroy TourniquetMember',
    'TourniquetVault in 777788889999 eu-central-1: stays while the vault does; then lift its termination protection, and npx cdk destroy TourniquetVault',
  ]);
});
