import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { describe, expect, test } from 'vitest';
import { Deployed, deployedOf } from '../../lib/domain/deployed.ts';
import { full, hub } from '../../test/house/configurations.ts';
import { forbidden, isDenied, isGone } from './answers.ts';
import { calls } from './calls.ts';
import type { Check } from './check.ts';
import { list } from './check.ts';
import { concurrencyVerdict } from './checks/functions.ts';
import { roomVerdict } from './checks/groups.ts';
import { checks } from './every-check.ts';
import { limited } from './limited.ts';
import { membersKnown } from './members.ts';
import { page, wrapped } from './page.ts';
import { allowedServices, canonical, sids, statementsOf } from './policy.ts';

describe('the list of checks', () => {
  test.each(checks.map((check): [string, Check] => [check.id, check]))(
    '%s fits its line and says what it asks',
    (id, check) => {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      // Two columns of 80 characters, the first as wide as `not-proven`.
      expect(check.title.length).toBeLessThanOrEqual(66);
      expect(check.title).not.toMatch(/\.$/);
      for (const action of [...check.asks, check.concerns.action]) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z.]+$/);
    },
  );

  test('no two have the same name', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  test('none asks for a right to change something', () => {
    const verbs = checks.flatMap(({ asks }) => asks.map((action) => action.split(':')[1] ?? ''));
    const reads = /^(Get|List|Describe|Simulate|auth\.test|conversations\.info|usergroups\.list)/;
    const others = verbs.filter((verb) => !reads.test(verb));
    expect([...new Set(others)]).toEqual(['InvokeFunction']);
    // By the one name under which a function only checks.
    const invoking = calls.operator?.filter(({ action }) => action === 'lambda:InvokeFunction') ?? [];
    expect([...new Set(invoking.map(({ on }) => on))]).toEqual(['checked']);
  });
});

describe('quotas', () => {
  test.each([
    [10, 'fail'],
    [19, 'fail'],
    [20, 'warn'],
    [99, 'warn'],
    [100, 'ok'],
  ])('%i functions at once: %s', (unreserved, level) => {
    expect(concurrencyVerdict('eu-central-1', unreserved).level).toBe(level);
  });

  test.each([
    [2450, 'ok'],
    [2451, 'warn'],
  ])('%i groups in a Region: %s', (groups, level) => {
    expect(roomVerdict('eu-central-1', groups).level).toBe(level);
  });
});

describe('an organisation that cannot be asked', () => {
  const organization = { id: 'o-abcdefghij', include: ['ou-ab12-cdefgh34'] };
  const config = deployedOf({ ...full, members: [], organization });
  const home = { account: hub, region: 'eu-central-1' };

  test.each(['AWSOrganizationsNotInUseException', 'ParentNotFoundException', 'AccessDeniedException'])(
    '%s: no member is known, and the rest is examined',
    async (name) => {
      const handle = async () => Promise.reject(Object.assign(new Error('no'), { name }));
      const credentials = { accessKeyId: 'AKIA1', secretAccessKey: 'secret' };
      const client = new OrganizationsClient({ region: 'us-east-1', credentials, requestHandler: { handle } });
      expect(await membersKnown({ config, home }, client)).toEqual([]);
    },
  );

  test('the policy of the bus is examined all the same', () => {
    const patient = { stack: 'x', config, home, partition: 'aws', members: [], output: () => '', resources: () => [] };
    const bus = checks.find(({ id }) => id === 'bus-policy');
    expect(bus?.applies?.(patient, home)).toBe(true);
  });
});

describe('how AWS says no', () => {
  const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name });

  test.each(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationErrorException'])(
    '%s is forbidden, not gone',
    (name) => expect([isDenied(named(name)), isGone(named(name))]).toEqual([true, false]),
  );

  test.each([
    'NoSuchEntityException',
    'ResourceNotFoundException',
    'NoSuchBucket',
    'StateMachineDoesNotExist',
    'NotFoundException',
  ])('%s is gone, not forbidden', (name) =>
    expect([isDenied(named(name)), isGone(named(name))]).toEqual([false, true]),
  );

  test('the action that was forbidden is the one AWS names', () => {
    const said = 'User: arn:aws:iam::1:user/a is not authorized to perform: kms:DescribeKey on resource: x';
    expect(forbidden(named('AccessDenied', said))).toBe('kms:DescribeKey');
    expect(forbidden(named('AccessDenied', 'Access Denied'))).toBeUndefined();
  });
});

describe('policies', () => {
  const policy = (...actions: string[]): string =>
    JSON.stringify({
      Statement: { Sid: 'One', Effect: 'Allow', Principal: { Service: 'a.amazonaws.com' }, Action: actions },
    });

  test('one statement, many, percent-encoded, or none', () => {
    expect(statementsOf(policy('s3:Get'))).toHaveLength(1);
    expect(statementsOf(encodeURIComponent(policy('s3:Get')))).toHaveLength(1);
    expect(statementsOf('')).toEqual([]);
    expect(sids(policy('s3:Get'), 'Allow')).toEqual(new Set(['One']));
    expect(sids(policy('s3:Get'), 'Deny')).toEqual(new Set());
    expect(allowedServices(policy('sns:Publish'), 'sns:Publish')).toEqual(new Set(['a.amazonaws.com']));
    expect(allowedServices(policy('sns:Subscribe'), 'sns:Publish')).toEqual(new Set());
  });

  test('the order in which IAM lists is no difference, another action is', () => {
    expect(canonical(policy('a:A', 'b:B'))).toBe(canonical(policy('b:B', 'a:A')));
    expect(canonical(policy('a:A', 'b:B'))).not.toBe(canonical(policy('a:A', 'b:C')));
  });
});

test('lines of 80 characters, and long words whole', () => {
  const text = wrapped(`${'word '.repeat(40)}${'x'.repeat(90)}`, 12);
  const [first = '', ...rest] = text.split('\n');
  expect(first.length).toBeLessThanOrEqual(68);
  expect(rest.filter((line) => line.length > 80 && !line.includes('xxx'))).toEqual([]);
  expect(text).toContain(`\n            ${'x'.repeat(90)}`);
});

test('a long list is cut and counted', () => {
  expect(list(['a', 'b'])).toBe('a, b');
  expect(list(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
});

test('a few at a time, in order, and the first error ends it', async () => {
  let [under, most] = [0, 0];
  const doing = async (item: number): Promise<number> => {
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setTimeout(resolve, 1));
    under -= 1;
    return item * 2;
  };
  const items = Array.from({ length: 30 }, (_, index) => index);
  expect(await limited(items, doing)).toEqual(items.map((item) => item * 2));
  expect(most).toBe(8);
  await expect(limited(items, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('a line says what is true: where all is well the title, else the answer', async () => {
  const line = {
    about: 'region',
    account: '222233334444',
    region: 'us-east-1',
    asked: [],
    needs: [],
    role: '',
    action: '',
    mend: [],
  } as const;
  const guardDuty = { ...line, check: 'guardduty', title: 'GuardDuty is on' };
  const lines = [
    { ...guardDuty, level: 'fail', answer: 'No detector' },
    { ...line, check: 'trail', title: 'A trail records', level: 'ok', answer: 'company' },
    { ...line, check: 'securityhub', title: 'Security Hub is on', level: 'warn', answer: 'off '.repeat(40) },
  ] as const;
  const config = Deployed.parse({ approvers: [] });
  const home = { account: '111122223333', region: 'eu-central-1' };
  const rest = { partition: 'aws', members: [], output: () => '', resources: () => [] };
  const text = await page({ stack: 'tourniquet', config, home, ...rest }, lines, 0);
  expect(text).toMatch(/fail +guardduty: No detector/);
  expect(text).not.toContain('is on');
  expect(text).toMatch(/ok +A trail records/);
  expect(text).toMatch(/warn +securityhub: (off )+.*…/);
  expect(text.split('\n').filter((one) => one.length > 80)).toEqual([]);
});
