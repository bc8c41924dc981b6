/** One finding about several resources: each is preserved, asked about and contained, in one incident that holds them all. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { people } from '../sandbox/deployment.ts';
import { launch } from '../sandbox/estate.ts';
import { entry, sendEvent } from '../sandbox/finding.ts';
import { interfacesOf } from '../sandbox/readback.ts';
import { itemsOf } from '../scenario/runs.ts';
import { allEnd } from './credentials/chain.ts';
import { incidentsAbout, until } from './credentials/incident.ts';
import { call, deployed, messagesOf } from './deployed.ts';

const deployment = deployed();
const { accounts, region } = deployment.sandbox;

/** A copy of GuardDuty's finding in Security Hub that lists these instances. */
const aboutAll = (instances: readonly string[]) => ({
  SchemaVersion: '2018-10-08',
  Id: `arn:aws:guardduty:${region}:${accounts.member}:detector/d/finding/${randomBytes(16).toString('hex')}`,
  ProductArn: `arn:aws:securityhub:${region}::product/aws/guardduty`,
  ProductName: 'GuardDuty',
  GeneratorId: 'd',
  AwsAccountId: accounts.member,
  Region: region,
  Types: ['TTPs/Command and Control/CryptoCurrency:EC2-BitcoinTool.B'],
  CreatedAt: new Date().toISOString(),
  UpdatedAt: new Date().toISOString(),
  Severity: { Label: 'HIGH', Normalized: 70 },
  Title: 'Three instances talk to a mining pool',
  Description: 'd',
  ProductFields: { 'aws/guardduty/service/resourceRole': 'ACTOR' },
  Resources: instances.map((id) => ({
    Type: 'AwsEc2Instance',
    Id: `arn:aws:ec2:${region}:${accounts.member}:instance/${id}`,
    Partition: 'aws',
    Region: region,
  })),
  Workflow: { Status: 'NEW' },
  RecordState: 'ACTIVE',
});

/** Rosa ticks two of the three in the form behind a question; each is decided by itself, and the third waits. Returns the id of that. */
async function approveTwoOf(incident: string): Promise<string> {
  const read = () => itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
  const asked = await until('three questions in Slack', async () => {
    const all = (await read()).filter(({ messages }) => Array.isArray(messages) && messages.length > 0);
    return all.length === 3 ? all : undefined;
  });
  const messages = asked[0]?.messages;
  const [{ ts } = { ts: '' }] = messages as { readonly ts: string }[];
  const url = deployment.slack.url;
  await call(`${url}/click`, 'POST', { ts, action_id: 'together', user: people.rosa });
  const view = await until('the form', async () =>
    (await call<Form[]>(`${url}/views`, 'GET')).find(({ callback_id }) => callback_id === 'together'),
  );
  const [first, second, third] = view.blocks.flatMap(({ element }) => element.options.map(({ value }) => value));
  const values = { together: `${first},${second}` };
  const sent = await call<object>(`${url}/submit`, 'POST', { view_id: view.id, user: people.rosa, values });
  expect(sent).toMatchObject({ status: 200, body: '' });
  const states = new Map((await read()).map(({ id, state }) => [String(id), state]));
  const idOf = (value = ''): string => value.split(' ')[0] ?? '';
  expect([first, second, third].map((value) => states.get(idOf(value)))).toEqual(['APPROVED', 'APPROVED', 'PENDING']);
  return idOf(third);
}

interface Form {
  readonly id: string;
  readonly callback_id: string;
  readonly blocks: readonly { readonly element: { readonly options: readonly { readonly value: string }[] } }[];
}

test('three instances of one finding: one incident, three questions that name the others, two of them answered in one form, all preserved and contained', async () => {
  const instances = await Promise.all([0, 1, 2].map(() => launch(deployment, deployment.estate)));
  const findings = [aboutAll(instances)];
  await sendEvent(deployment, entry('aws.securityhub', 'Security Hub Findings - Imported', { findings }));
  const incident = await until('the incident', async () => (await incidentsAbout(deployment, instances[0] ?? ''))[0]);
  const left = await approveTwoOf(incident);
  const runs = await allEnd(deployment, { incident, words: instances, least: 3, decide: () => 'approve' });
  expect(runs.map(({ output: { state, trouble } }) => ({ state, trouble }))).toEqual(
    Array(3).fill({ state: 'contained', trouble: [] }),
  );

  const items = await itemsOf(deployment, `INC#${incident}`);
  const decisions = items.filter(({ sk, kind }) => sk.startsWith('LEDGER#') && kind === 'decision');
  expect(decisions).toHaveLength(3);
  expect(items.find(({ id }) => id === left)?.decisions).toMatchObject([{ via: 'command-line' }]);
  const claims = items.find(({ sk }) => sk === 'META')?.claims;
  expect(claims).toEqual(instances.map((id) => `arn:aws:ec2:${region}:${accounts.member}:instance/${id}`));
  const groups = await Promise.all(instances.map((id) => interfacesOf(deployment, id)));
  const open = Object.values(deployment.estate.groups);
  for (const { groups: worn } of groups.flat()) for (const group of open) expect(worn).not.toContain(group);
  const snapshots = items.filter(({ sk, step }) => sk.startsWith('RECEIPT#') && step === 'snapshot-volumes');
  expect(snapshots).toHaveLength(3);
  const questions = (await messagesOf(deployment))
    .map((one) => JSON.stringify(one))
    .filter((one) => one.includes(incident));
  for (const id of instances) {
    const asked = questions.filter((one) => one.includes(`Contain ${id}?`));
    expect(asked).toHaveLength(1);
    for (const other of instances) expect(asked[0]).toContain(other);
  }
}, 180_000);
