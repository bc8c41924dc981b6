import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { Work } from './pipeline.ts';

const iam = 'arn:aws:iam::111122223333:role/AWSReservedSSO_Security_1';
const listed = { name: 'Security', iam };
vi.mock('./settings.ts', () => ({ approversAnywhere: async () => [{ ...listed }] }));
vi.mock('./pipeline.ts', () => ({ count: () => {} }));
const { answer } = await import('./approver.ts');

const signed = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Security_1/rosa';
const ask = (body: string, act = async (): Promise<object> => ({})) =>
  answer({ body, requestContext: { authorizer: { iam: { userArn: signed } } } }, {} as Work, act);

it('hands on who signed, and not only whose entry it is', async () => {
  const act = vi.fn(async () => ({}));
  expect(await ask('{}', act)).toMatchObject({ statusCode: 200 });
  expect(act).toHaveBeenCalledWith({}, { name: 'Security', iam, signedAs: signed });
});

it('knows a role although its sessions show no path', async () => {
  for (const path of ['', 'ops/', 'aws-reserved/sso.amazonaws.com/eu-central-1/']) {
    listed.iam = `arn:aws:iam::111122223333:role/${path}AWSReservedSSO_Security_1`;
    expect(await ask('{}')).toMatchObject({ statusCode: 200 });
  }
  for (const other of ['444455556666:role/AWSReservedSSO_Security_1', '111122223333:user/AWSReservedSSO_Security_1']) {
    listed.iam = `arn:aws:iam::${other}`;
    expect(await ask('{}')).toMatchObject({ statusCode: 409, body: expect.stringContaining(signed) });
  }
  listed.iam = iam;
});

it.each([
  ['too long', JSON.stringify({ reason: 'x'.repeat(300_000) }), 413],
  ['no JSON', '{', 400],
  ['none of ours', '{"action":"x"}', 400],
])('answers a request that is %s with a status of its own', async (_, body, status) => {
  const act = async () => z.strictObject({ action: z.literal('approve') }).parse(JSON.parse(body));
  expect(await ask(body, act)).toMatchObject({ statusCode: status });
});
