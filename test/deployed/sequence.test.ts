/** An attack sequence: who acted and what it hit are targets of one incident, answered in one form, and come back with it. */
import { randomBytes } from 'node:crypto';
import { CreateDetectorCommand, DeleteDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { expect, test } from 'vitest';
import { people } from '../sandbox/deployment.ts';
import { launch, stolenSession, tryTheft } from '../sandbox/estate.ts';
import { entry, findingAbout, sendEvent } from '../sandbox/finding.ts';
import { hire } from '../sandbox/identities.ts';
import { decideBySignature } from '../scenario/command-line.ts';
import { type Item, itemsOf } from '../scenario/runs.ts';
import { allEnd, stateOf } from './credentials/chain.ts';
import { incidentsAbout, release, until } from './credentials/incident.ts';
import { call, deployed } from './deployed.ts';

const deployment = deployed();
const { accounts, region } = deployment.sandbox;
const word = randomBytes(4).toString('hex');

interface Form {
  readonly id: string;
  readonly callback_id: string;
  readonly blocks: readonly { readonly element: { readonly options: readonly Option[] } }[];
}
interface Option {
  readonly value: string;
  readonly text: { readonly text: string };
}

const isPosted = ({ messages }: Item): boolean => Array.isArray(messages) && messages.length > 0;

const asked = async (incident: string): Promise<Item[]> =>
  (await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#')).filter(isPosted);

/** Looks for a form, a fifth of a second apart, before one is asked for again. */
const clickAgain = 25;

/** Rosa presses a button of a question, ticks what she wants of the form that opens, and sends it. Returns all that it offers. */
async function tickIn(
  { messages }: Item,
  form: 'together' | 'choose',
  wanted: (options: readonly Option[]) => readonly Option[],
): Promise<string[]> {
  const [{ ts } = { ts: '' }] = messages as { readonly ts: string }[];
  const { url } = deployment.slack;
  // Slack opens no form three seconds after the click: on a busy machine the function starts no sooner, and people click again.
  let clicks = 0;
  const view = await until('the form', async () => {
    if (clicks++ % clickAgain === 0) await call(`${url}/click`, 'POST', { ts, action_id: form, user: people.rosa });
    return (await call<Form[]>(`${url}/views`, 'GET')).findLast(({ callback_id }) => callback_id === form);
  });
  const options = view.blocks.flatMap(({ element }) => element.options);
  const ticked = wanted(options).map(({ value }) => value);
  const values = { [form === 'choose' ? 'levers' : form]: ticked.join(',') };
  const sent = await call<object>(`${url}/submit`, 'POST', { view_id: view.id, user: people.rosa, values });
  expect(sent).toMatchObject({ status: 200, body: '' });
  return options.map(({ text }) => text.text);
}

/** Rosa answers all questions in the form behind the first one, as it is, all ticked. */
async function approveAll(incident: string): Promise<string[]> {
  // Slack may not have taken one of them on a busy machine: the form of the other has both.
  const posted = await until('a question about each', async () => {
    const all = (await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#')).filter(({ token }) => token);
    return all.length === 2 ? all.find(isPosted) : undefined;
  });
  return tickIn(posted, 'together', (options) => options);
}

test('a user and an instance of one sequence: one incident, one form, both contained and released', async () => {
  const guardDuty = deployment.client(GuardDutyClient, 'member');
  const [alice, instance, { DetectorId = '' }] = await Promise.all([
    hire(deployment, `alice-${word}`, { older: 'none' }),
    launch(deployment, deployment.estate),
    guardDuty.send(new CreateDetectorCommand({ Enable: true })),
  ]);
  const thieves = [alice.key, await stolenSession(deployment, instance)];
  const tries = () => Promise.all(thieves.map((one) => tryTheft(deployment, one)));
  expect(await tries()).toEqual(['allowed', 'allowed']);

  const { accessKeyId: credentialUid } = alice.key;
  const actors = [{ id: 'a1', user: { name: alice.name, uid: 'AIDAX', type: 'IAMUser', credentialUid } }];
  const uid = `arn:aws:ec2:${region}:${accounts.member}:instance/${instance}`;
  const resources = [{ uid, resourceType: 'EC2_INSTANCE', accountId: accounts.member, region }];
  const signals = [
    { uid: 's1', type: 'FINDING', name: 'Keys used from Tor', count: 1, createdAt: Date.now() - 3_600_000 },
  ];
  const found = findingAbout(deployment, instance, {
    type: 'AttackSequence:EC2/CompromisedInstanceGroup',
    severity: 9,
  });
  const arn = `arn:aws:guardduty:${region}:${accounts.member}:detector/${DetectorId}/finding/${found.id}`;
  const detection = { sequence: { uid: 'q1', actors, resources, signals } };
  const detail = {
    ...found,
    arn,
    resource: { resourceType: 'AttackSequence' },
    service: { ...found.service, detection },
  };
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', detail));

  const incident = await until('the incident', async () => (await incidentsAbout(deployment, alice.name))[0]);
  const offered = await approveAll(incident);
  expect(offered.toSorted()).toEqual([`quarantine: ${instance}`, `revoke: ${alice.name}`]);
  const runs = await allEnd(deployment, { incident, words: [alice.name, instance], least: 3, decide: () => 'decline' });
  expect(runs.flatMap(({ output }) => output.trouble)).toEqual([]);
  expect(await tries()).toEqual(['denied', 'denied']);
  expect(await stateOf(deployment, incident)).toBe('contained');
  const items = await itemsOf(deployment, `INC#${incident}`);
  const kept = items.find(({ sk, step }) => sk.startsWith('RECEIPT#') && step === 'respond-for-sequence')?.result;
  expect(kept).toMatchObject({ outcome: 'expanded', unknown: [], evidence: [{ kind: 'attack-sequence' }] });

  expect(await release(deployment, incident)).toMatchObject({ state: 'released', trouble: [] });
  expect(await tries()).toEqual(['allowed', 'allowed']);
  await guardDuty.send(new DeleteDetectorCommand({ DetectorId }));
  // It waits five times for what may take minutes.
}, 600_000);

test('of a finding that no playbook claims a person starts one, which contains the instance in the same incident', async () => {
  const instance = await launch(deployment, deployment.estate);
  const thief = await stolenSession(deployment, instance);
  const detail = findingAbout(deployment, instance, { type: 'Quantum:Teleporter/Unheard' });
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', detail));
  const incident = await until('the incident', async () => (await incidentsAbout(deployment, instance))[0]);
  const question = async (name: string) => (await asked(incident)).find((one) => one.question === name && one.token);
  const handover = await until('the question', () => question('handover'));
  expect(handover.offers).toContainEqual({ name: 'ec2-instance-compromise', title: 'ec2-instance-compromise' });
  const say = (approval: unknown, levers?: string[]) =>
    decideBySignature(deployment, 'Rosa', { action: 'approve', approval, ...(levers && { levers }) });
  expect(await say(handover.id, ['root-user'])).toMatchObject({ status: 409 });
  await tickIn(handover, 'choose', (options) => options.filter(({ value }) => value === 'ec2-instance-compromise'));
  const contain = await until('the question of the picked playbook', () => question('quarantine'));
  expect(await say(contain.id)).toMatchObject({ status: 200 });
  const runs = await allEnd(deployment, { incident, words: [instance], least: 2, decide: () => 'decline' });
  expect(runs.flatMap(({ output }) => output.trouble)).toEqual([]);
  expect([await tryTheft(deployment, thief), await stateOf(deployment, incident)]).toEqual(['denied', 'contained']);
  expect(await release(deployment, incident)).toMatchObject({ state: 'released', trouble: [] });
  expect(await tryTheft(deployment, thief)).toBe('allowed');
}, 240_000);

test('whoever tries a decoy is contained though it was refused; a scanner of ours starts nothing', async () => {
  const eve = await hire(deployment, `eve-${word}`, { older: 'none' });
  const look = (userName: string, accessKeyId: string) => ({
    eventID: `${userName}-${word}`,
    eventName: 'GetBucketAcl',
    eventSource: 's3.amazonaws.com',
    eventTime: new Date().toISOString(),
    awsRegion: region,
    recipientAccountId: accounts.member,
    errorCode: 'AccessDenied',
    readOnly: true,
    managementEvent: true,
    userIdentity: {
      type: 'IAMUser',
      userName,
      arn: `arn:aws:iam::${accounts.member}:user/${userName}`,
      accountId: accounts.member,
      accessKeyId,
    },
    requestParameters: { bucketName: 'ledger-archive-decoy' },
  });
  const seen = (detail: object) => ({
    account: accounts.member,
    region,
    entry: { Source: 'aws.s3', DetailType: 'AWS API Call via CloudTrail', Detail: detail },
  });
  const post = (detail: object) => deployment.sandbox.post('/_sandbox/aws-event', seen(detail));
  await post(look('scanner', `AKIA${word.toUpperCase()}SCANNER0`));
  await post(look(eve.name, eve.key.accessKeyId));
  const incident = await until('the incident', async () => (await incidentsAbout(deployment, eve.name))[0]);
  const decide = ({ question }: Item) => (question === 'revoke' ? 'approve' : 'decline');
  const runs = await allEnd(deployment, { incident, words: [eve.name], least: 2, decide });
  expect(runs.flatMap(({ output }) => output.trouble)).toEqual([]);
  const [meta] = await itemsOf(deployment, `INC#${incident}`, 'META');
  expect(meta).toMatchObject({
    playbook: 'decoy-tripped',
    type: 'Decoy:s3:GetBucketAcl',
    severity: 'high',
    state: 'contained',
  });
  expect(await tryTheft(deployment, eve.key)).toBe('denied');
  expect(await incidentsAbout(deployment, ':user/scanner')).toEqual([]);
  expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
  expect(await tryTheft(deployment, eve.key)).toBe('allowed');
}, 240_000);
