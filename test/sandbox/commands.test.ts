/** Run Command as AWS behaves: what is read on a running instance relies on it. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateSecurityGroupCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manage } from './agent.ts';
import { outcome } from './attack.ts';
import { clients, type Deployment } from './deployment.ts';
import { buildEstate, type Estate, interfacesOf, launch } from './estate.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let where: Deployment;
let estate: Estate;
let ssm: SSMClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  where = { sandbox, client: clients(sandbox) } as Deployment;
  estate = await buildEstate(where);
  ssm = where.client(SSMClient, 'member');
});
afterAll(() => sandbox?.stop());

const instance = () => launch(where, estate, { scaling: 'on its own' });

const send = (id: string, script: string, { execution = 60 } = {}) =>
  ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [id],
      TimeoutSeconds: 30,
      Parameters: { commands: script.split('\n'), executionTimeout: [String(execution)] },
    }),
  );

async function ended(id: string, CommandId: string | undefined): Promise<GetCommandInvocationCommandOutput> {
  for (;;) {
    const found = await ssm.send(new GetCommandInvocationCommand({ InstanceId: id, CommandId }));
    if (found.Status !== 'Pending' && found.Status !== 'InProgress') return found;
    await sleep(100);
  }
}

async function ran(id: string, script: string, more = {}) {
  const { Command } = await send(id, script, more);
  expect(Command?.Status).toBe('Pending');
  return ended(id, Command?.CommandId);
}

/** Every interface in a group that lets nothing out. */
async function cutOff(id: string): Promise<void> {
  const ec2 = where.client(EC2Client, 'member');
  const named = { GroupName: `closed-${id}`, Description: 'closed', VpcId: estate.vpc };
  const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand(named));
  const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [all] }));
  for (const { NetworkInterfaceId } of await interfacesOf(ec2, id))
    await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId] }));
}

test('an instance without an agent, or with one that does not answer, takes no command', async () => {
  const [none, silent] = await Promise.all([instance(), instance()]);
  await manage(sandbox, silent, { ping: 'ConnectionLost' });
  const { InstanceInformationList = [] } = await ssm.send(new DescribeInstanceInformationCommand({}));
  expect(InstanceInformationList.map(({ InstanceId, PingStatus }) => [InstanceId, PingStatus])).toEqual([
    [silent, 'ConnectionLost'],
  ]);
  for (const id of [none, silent]) expect(await outcome(send(id, 'true'))).toBe('InvalidInstanceId');
});

test('a command has an end, a code and 24,000 characters', async () => {
  const id = await instance();
  await manage(sandbox, id);
  const long = await ran(id, 'i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done');
  expect([long.Status, long.ResponseCode, long.StandardOutputContent?.length]).toEqual(['Success', 0, 24_000]);
  expect(await ran(id, 'echo no >&2; exit 3')).toMatchObject({ Status: 'Failed', ResponseCode: 3 });
  expect(await ran(id, 'sleep 30', { execution: 1 })).toMatchObject({
    Status: 'TimedOut',
    StatusDetails: 'ExecutionTimedOut',
  });
  expect((await ran(id, 'cat /etc/crontab')).StandardOutputContent).toContain('thief');
  const never = new GetCommandInvocationCommand({ InstanceId: id, CommandId: 'c8bd2a93-0a5c-4f40-9f4c-000000000000' });
  expect(await outcome(ssm.send(never))).toBe('InvocationDoesNotExist');
});

test('a group that lets nothing out cuts the agent off, in the middle of a command too; what is gone is undeliverable', async () => {
  const id = await instance();
  await manage(sandbox, id);
  const { Command } = await send(id, 'sleep 2; curl -s -m 1 http://127.0.0.1/; echo done', { execution: 4 });
  await cutOff(id);
  expect(await ended(id, Command?.CommandId)).toMatchObject({ Status: 'TimedOut', StandardOutputContent: '' });
  const waits = await send(id, 'true');
  await where.client(EC2Client, 'member').send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect(await ended(id, waits.Command?.CommandId)).toMatchObject({ Status: 'Failed', StatusDetails: 'Undeliverable' });
});
