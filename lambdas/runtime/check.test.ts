import type { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allow } from '../../lib/domain/permission.ts';
import { Place } from '../../lib/domain/resource.ts';
import { answerCheck, type Checked, isCheck } from './check.ts';

const aws = (name: string): Error => Object.assign(new Error('no'), { name });
const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const asked = { operation: 'check', account: place.account, region: place.region };

let assumed: AssumeRoleCommand['input'][] = [];
/** STS, which refuses a role whose name ends so. */
const without = (refused: string) => ({
  client: () =>
    ({
      async send({ input }: AssumeRoleCommand) {
        assumed.push(input);
        if (input.RoleArn?.endsWith(refused)) throw aws('AccessDenied');
        return { Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 'secret' }, PackedPolicySize: 12 };
      },
    }) as never,
});

const operation = (as: 'contain' | 'release', ...actions: string[]) => ({
  as,
  within: 10,
  permissions: actions.map((action) => allow(action)),
});
const checked: Checked<Place> = {
  operations: {
    apply: operation('contain', 'ec2:StopInstances', 'ec2:DescribeInstances'),
    prepare: operation('contain', 'ec2:DescribeInstances'),
    release: operation('release', 'ec2:StartInstances'),
    compare: { as: 'read-evidence', within: 10, permissions: [] },
  },
  target: Place,
  dryRuns: () => [
    ['ec2:StopInstances', () => Promise.reject(aws('DryRunOperation'))],
    ['ec2:StartInstances', () => Promise.reject(aws('UnauthorizedOperation'))],
  ],
};

beforeEach(() => {
  assumed = [];
  for (const [name, value] of Object.entries({ NAME: 'blue', PARTITION: 'aws', ROLE_PATH: '/' }))
    vi.stubEnv(`TOURNIQUET_${name}`, value);
});
afterEach(() => vi.unstubAllEnvs());

describe('a check', () => {
  it('comes through the qualified name, which a right to call the function does not include', () => {
    const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:blue-contain';
    expect(isCheck({ invokedFunctionArn: `${arn}:$LATEST` })).toBe(true);
    expect([
      isCheck({ invokedFunctionArn: arn }),
      isCheck({ invokedFunctionArn: `${arn}:1` }),
      isCheck(undefined),
    ]).toEqual([false, false, false]);
  });

  it('answers nothing else', async () => {
    for (const other of [{ operation: 'release' }, { ...asked, run: {} }, { ...asked, account: 'all' }, null])
      await expect(answerCheck(without('nobody'), other, checked)).rejects.toThrow('answers "check" and nothing else');
    expect(assumed).toEqual([]);
  });

  it('without a target assumes each role once, with no right at all', async () => {
    const { roles, calls } = await answerCheck(without('blue-release'), asked, checked);
    expect(roles).toEqual([
      { role: 'blue-contain', refused: null, packed: 12 },
      { role: 'blue-release', refused: expect.stringContaining('STS refused'), packed: null },
    ]);
    expect(calls).toEqual([]);
    expect(assumed.map(({ Policy = '' }) => (JSON.parse(Policy) as { Statement: unknown }).Statement)).toEqual([
      [{ Effect: 'Deny', Action: '*', Resource: '*' }],
      [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    ]);
  });

  it('with a target dry-runs under each role what that role may, with the rights of the widest operation', async () => {
    const { calls } = await answerCheck(without('nobody'), { ...asked, target: place }, checked);
    expect(calls).toEqual([
      { role: 'blue-contain', action: 'ec2:StopInstances', refused: null },
      { role: 'blue-release', action: 'ec2:StartInstances', refused: 'UnauthorizedOperation: no' },
    ]);
    expect(assumed[0]?.Policy).toContain('ec2:StopInstances');
  });

  it('leaves a target of another account alone', async () => {
    const target = { ...place, account: '999999999999' };
    expect((await answerCheck(without('nobody'), { ...asked, target }, checked)).calls).toEqual([]);
    expect(assumed.every(({ RoleArn = '' }) => RoleArn.includes(place.account))).toBe(true);
  });

  it('calls what was done no dry run', async () => {
    const done: Checked<Place> = { ...checked, dryRuns: () => [['ec2:StopInstances', () => Promise.resolve({})]] };
    const { calls } = await answerCheck(without('nobody'), { ...asked, target: place }, done);
    expect(calls).toEqual([{ role: 'blue-contain', action: 'ec2:StopInstances', refused: 'it was not a dry run' }]);
  });
});
