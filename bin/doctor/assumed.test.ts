import { describe, expect, it } from 'vitest';
import type { CheckAnswer } from '../../lib/domain/check.ts';
import type { At, Check } from './check.ts';
import { assumed } from './checks/assumed.ts';

const role = { role: 'tourniquet-contain', refused: null, packed: 40 };
const call = { role: 'tourniquet-contain', action: 'ec2:CreateSnapshots', refused: null };
const well: CheckAnswer = { roles: [role], calls: [call] };
const instances = [{ InstanceId: 'i-0123456789abcdef0', NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1' }] }, {}];

const aws = (name: string): Error => Object.assign(new Error('no'), { name });

/** A deployment with one function, which answers so. */
function at(answer: CheckAnswer | Error, found: readonly object[] = instances): { at: At; asked: unknown[] } {
  const asked: unknown[] = [];
  const client = () => ({
    async send({ input }: { input: { FunctionName?: string; Payload?: string } }) {
      if (input.FunctionName === undefined) return { Reservations: [{ Instances: found }] };
      asked.push([input.FunctionName, JSON.parse(input.Payload ?? '')]);
      if (answer instanceof Error) throw answer;
      return { Payload: { transformToString: () => JSON.stringify(answer) } };
    },
  });
  const patient = {
    config: { name: 'tourniquet' },
    partition: 'aws',
    home: { account: '111122223333', region: 'eu-central-1' },
    resources: () => ['tourniquet-contain'],
  };
  const place = { account: '111122223333', region: 'eu-central-1' };
  return { at: { ...place, patient, client, hub: client } as never, asked };
}

const check = (id: string): Check => assumed.find((one) => one.id === id) ?? expect.fail(id);
const run = (id: string, answer: CheckAnswer | Error, found?: readonly object[]) => check(id).run(at(answer, found).at);

describe('what only a function’s role can show', () => {
  it('is asked by the name that lets nobody do more', async () => {
    const { at: where, asked } = at(well);
    expect(await check('functions-assume').run(where)).toMatchObject({ level: 'ok', answer: '1 roles assumed' });
    expect(asked).toEqual([
      ['tourniquet-contain:$LATEST', { operation: 'check', account: '111122223333', region: 'eu-central-1' }],
    ]);
  });

  it('names a role that cannot be assumed', async () => {
    const refused = { ...well, roles: [{ ...role, refused: 'Broken: STS refused' }] };
    expect(await run('functions-assume', refused)).toMatchObject({
      level: 'fail',
      answer: 'tourniquet-contain as tourniquet-contain: Broken: STS refused',
    });
  });

  it('leaves a function that cannot be called to the check of that, and is not well then', async () => {
    for (const name of ['ResourceNotFoundException', 'TooManyRequestsException'])
      expect(await run('functions-assume', aws(name))).toMatchObject({ level: 'not-proven' });
    await expect(run('functions-assume', aws('AccessDeniedException'))).rejects.toThrow('no');
  });

  it('dry-runs on the instance with the most parts', async () => {
    const { at: where, asked } = at(well);
    expect(await check('dry-run').run(where)).toMatchObject({ level: 'ok', answer: expect.stringContaining('40 %') });
    expect(asked).toHaveLength(3);
    expect(asked[0]).toMatchObject([
      'tourniquet-protect-from-termination:$LATEST',
      { target: { kind: 'instance', id: 'i-0123456789abcdef0', interfaces: [{ id: 'eni-1' }] } },
    ]);
    expect(await run('dry-run', well, [])).toMatchObject({
      level: 'not-proven',
      answer: expect.stringMatching(/^Not/),
    });
  });

  it('tells what would be refused, and a session that has no room left', async () => {
    const refused = { ...well, calls: [{ ...call, refused: 'UnauthorizedOperation: no' }] };
    expect(await run('dry-run', refused)).toMatchObject({
      level: 'fail',
      answer: expect.stringContaining('ec2:CreateSnapshots as tourniquet-contain: UnauthorizedOperation'),
    });
    const full = { roles: [{ ...role, packed: null, refused: 'PackedPolicyTooLargeException: 101 %' }], calls: [] };
    expect(await run('dry-run', full)).toMatchObject({ level: 'fail', answer: expect.stringContaining('101 %') });
    expect(await run('dry-run', { ...well, roles: [{ ...role, packed: 81 }] })).toMatchObject({ level: 'warn' });
    const shut = { roles: [{ ...role, refused: 'STS refused' }], calls: [] };
    expect(await run('dry-run', shut)).toMatchObject({ level: 'not-proven' });
  });
});
