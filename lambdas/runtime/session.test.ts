import type { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, expect, it, vi } from 'vitest';
import { allow } from '../../lib/domain/permission.ts';
import { assume } from './session.ts';

afterEach(() => vi.unstubAllEnvs());

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
