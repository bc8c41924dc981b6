import type { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, expect, it, vi } from 'vitest';
import type { Config } from '../../lib/domain/config.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { allow } from '../../lib/domain/permission.ts';
import { assume } from './session.ts';

vi.mock('./environment.ts', async (original) => ({
  ...(await original<object>()),
  config: (): Config => parseConfig({}, { file: 'test' }),
}));
vi.mock('@aws-sdk/lib-dynamodb', async (original) => ({
  ...(await original<object>()),
  DynamoDBDocumentClient: { from: (client: unknown) => client },
}));

afterEach(() => vi.unstubAllEnvs());

type Wrap = (next: () => Promise<never>) => () => Promise<never>;

/** A client that AWS refuses, with the little of the SDK's stack that we add to. */
class Refused {
  wrap: Wrap = (next) => next;
  readonly middlewareStack = {
    add: (wrap: Wrap): void => {
      this.wrap = wrap;
    },
  };
  readonly send = (name: string) =>
    this.wrap(() => Promise.reject(Object.assign(new Error('You are not authorized.'), { name })))();
}

const needed = '0.2.0+bbbbbbbb';
const target = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };

/** A client of a session in an account of whose roles the last daily check has noted this. */
async function refusedWith(noted: object | null): Promise<Refused> {
  const variables = { NAME: 'blue', PARTITION: 'aws', ROLE_PATH: '/', TABLE: 'T', ROLES_VERSION: needed };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(`TOURNIQUET_${name}`, value);
  const send = async ({ input }: { input: object }) =>
    'Key' in input
      ? { ...(noted && { Item: noted }) }
      : { Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 'secret' } };
  const made = new Refused();
  const work = { client: (Client: unknown) => (Client === Refused ? made : { config: {}, send }) as never };
  const operation = { permissions: [allow('ec2:DescribeInstances')], as: 'contain', within: 10 } as const;
  return (await assume(work, operation, target, 'run-1')).client(Refused);
}

const noted = {
  account: target.account,
  version: '0.1.0+aaaaaaaa',
  needed,
  because: '',
  readAt: '2026-11-29T04:17:00Z',
};

it.each([
  ['of which nothing is known', null, 'its roles are older than the hub, or its organisation forbids it (doctor'],
  [
    'of an older version',
    noted,
    'it has roles of version 0.1.0+aaaaaaaa, the hub needs 0.2.0+bbbbbbbb. Deploy them: npx cdk deploy TourniquetMember, with credentials of 444455556666',
  ],
  ['from before versions', { ...noted, version: null }, 'it has roles without a version, the hub needs 0.2.0+bbbbbbbb'],
  ['as new as the hub', { ...noted, version: '0.1.0+bbbbbbbb' }, 'its organisation forbids it, or somebody changed'],
])('says whose no it is, and why, where the roles are those %s', async (_, item, words) => {
  const client = await refusedWith(item);
  const refused = client.send('UnauthorizedOperation');
  await expect(refused).rejects.toThrow(`blue-contain in 444455556666 may not: ${words}`);
  await expect(refused).rejects.toThrow(/\. You are not authorized\.$/);
  await expect(client.send('InvalidInstanceID.NotFound')).rejects.toThrow(/^You are not authorized\.$/);
});

it.each([
  ['/', 'arn:aws-cn:iam::444455556666:role/blue-contain'],
  ['/security/responders/', 'arn:aws-cn:iam::444455556666:role/security/responders/blue-contain'],
])('a session is of the member role under the path %s', async (path, role) => {
  for (const [name, value] of Object.entries({ NAME: 'blue', PARTITION: 'aws-cn', ROLE_PATH: path }))
    vi.stubEnv(`TOURNIQUET_${name}`, value);
  const asked: unknown[] = [];
  const send = async ({ input }: AssumeRoleCommand) => {
    asked.push(input);
    return { Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 'secret' } };
  };
  const operation = { permissions: [allow('ec2:DescribeInstances')], as: 'contain', within: 10 } as const;
  const target = { partition: 'aws-cn', account: '444455556666', region: 'cn-north-1' };
  await assume({ client: () => ({ send }) as never }, operation, target, 'run-1');
  expect(asked).toEqual([expect.objectContaining({ RoleArn: role, RoleSessionName: 'run-1' })]);
});

it('a policy that STS cannot pack names kinds instead; one that still is too large is no matter of patience', async () => {
  for (const [name, value] of Object.entries({ NAME: 'blue', PARTITION: 'aws', ROLE_PATH: '/' }))
    vi.stubEnv(`TOURNIQUET_${name}`, value);
  const asked: string[] = [];
  let most = 200;
  const send = async ({ input }: AssumeRoleCommand) => {
    asked.push(input.Policy ?? '');
    if ((input.Policy ?? '').length > most)
      throw Object.assign(new Error('Packed size 123%'), { name: 'PackedPolicyTooLargeException' });
    return { Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 'secret' } };
  };
  const arns = [1, 2, 3].map((n) => `arn:aws:ec2:eu-central-1:444455556666:network-interface/eni-${n}`);
  const operation = { permissions: [allow('ec2:X', () => arns)], as: 'contain', within: 10 } as const;
  const target = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
  const open = () => assume({ client: () => ({ send }) as never }, operation, target, 'run-1');
  await open();
  expect(asked.map((policy) => JSON.parse(policy).Statement[0].Resource)).toEqual([
    arns,
    ['arn:aws:ec2:eu-central-1:444455556666:network-interface/*'],
  ]);
  most = 10;
  await expect(open()).rejects.toThrow('Packed size');
});
