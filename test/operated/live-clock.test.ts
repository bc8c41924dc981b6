/** The clock in the live system: facts that people set, reminders, filings with their locks, and the daily check, on a deployment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeLockedSnapshotsCommand, EC2Client, UnlockSnapshotCommand } from '@aws-sdk/client-ec2';
import { GetObjectRetentionCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { listItem } from '../../lib/items/incident.ts';
import { typed } from '../console/typed.ts';
import { call, deployed, messagesOf } from '../deployed/deployed.ts';
import { people } from '../sandbox/deployment.ts';
import { invoke } from '../sandbox/invoke.ts';
import { ledgerOf } from '../sandbox/readback.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';
import type { View } from '../sandbox/slack/slack.ts';
import {
  ask,
  fire,
  hoursAgo,
  loseSchedule,
  obligationIn,
  openIncident,
  remindersIn,
  ring,
  setFact,
  setFactInSlack,
  setTo,
} from '../scenario/clocks.ts';
import { itemsOf } from '../scenario/runs.ts';

const deployment = deployed();
const patience = { timeout: 600_000 };
const soon = { timeout: 240_000, interval: 200 };
const later = (iso: unknown, hours: number): string =>
  new Date(Date.parse(String(iso)) + hours * 3_600_000).toISOString();

/** A person at a terminal. */
const rosa = (...words: string[]) => {
  const { endpoint, region } = deployment.sandbox;
  const { accessKeyId, secretAccessKey } = deployment.operators.rosa;
  const aws = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId };
  return typed(words, { ...aws, AWS_SECRET_ACCESS_KEY: secretAccessKey });
};

/** Until when everything of an incident in the vault is locked, the shortest lock first. */
async function locksOf(incident: string): Promise<string[]> {
  const s3 = deployment.client(S3Client, 'hub');
  const Bucket = deployment.outputs.VaultName;
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: `incidents/${incident}/` }));
  const locks = await Promise.all(
    Versions.map(({ Key, VersionId }) => s3.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }))),
  );
  return locks.map(({ Retention }) => Retention?.RetainUntilDate?.toISOString() ?? 'never').toSorted();
}

describe('facts', patience, () => {
  let incident: string;
  beforeAll(async () => {
    incident = await openIncident(deployment);
  }, 60_000);

  test('an incident opens with three of them, and with the clocks of both regimes', async () => {
    const facts = await itemsOf(deployment, `INC#${incident}`, 'FACT#');
    expect(facts.map(({ name, by }) => `${name} ${by}`).toSorted()).toEqual([
      'aware tourniquet',
      'discovered tourniquet',
      'reasonable-belief tourniquet',
    ]);
    const all = await itemsOf(deployment, `INC#${incident}`, 'OBLIGATION#');
    expect(all.map(({ regime, report, state }) => `${regime}/${report} ${state}`)).toEqual([
      'cisa-voluntary/initial running',
      'dfars/images-kept-until watching',
      'dfars/initial running',
    ]);
    const { startedAt } = await obligationIn(deployment, incident);
    expect(await setTo(deployment, incident)).toBe(
      `at(${new Date(Math.ceil(Date.parse(later(startedAt, 36)) / 1000) * 1000).toISOString().slice(0, 19)})`,
    );
  });

  test('an earlier one moves due times earlier; a correction moves them later, and both stay on record', async () => {
    const { dueAt } = await obligationIn(deployment, incident);
    const [early, late] = [hoursAgo(20), hoursAgo(5)];
    const earlier = await setFact(deployment, incident, `discovered=${early}`);
    expect(earlier).toMatchObject({ status: 200, body: { notSet: [] } });
    expect(earlier.body.moved.map(({ obligation }) => obligation).toSorted()).toEqual([
      'cisa-voluntary/initial',
      'dfars/initial',
    ]);
    expect((await obligationIn(deployment, incident)).dueAt).toBe(later(early, 72));
    const typedOut = await rosa('fact', incident, `discovered=${late}`, '--reason', 'it was a test on that day');
    expect(typedOut).toMatchObject({ code: 0, stdout: expect.stringContaining('instead of') });
    expect(await obligationIn(deployment, incident)).toMatchObject({
      dueAt: later(late, 72),
      moved: [
        { from: dueAt, to: later(early, 72), by: 'Rosa', reason: 'the proxy log shows it' },
        { from: later(early, 72), to: later(late, 72), by: 'Rosa', reason: 'it was a test on that day' },
      ],
    });
    const page = (await rosa('incident', incident)).stdout;
    expect(page).toContain(`due ${later(late, 72)} instead of ${later(early, 72)} (Rosa: it was a test on that day)`);
    const ledger = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
    expect(ledger.filter(({ kind, actor }) => kind === 'fact' && actor === 'Rosa')).toHaveLength(2);
    expect(ledgerOf(await itemsOf(deployment, `INC#${incident}`)).intact).toBe(true);
  });

  test('what has not happened, what contradicts and what is no fact is refused in words', async () => {
    const refused = async (fact: string) => {
      const { status, body } = await setFact(deployment, incident, fact);
      return `${status} ${body.error}`;
    };
    expect(await refused('aware=2999-01-01T00:00Z')).toMatch(/^409 .*is in the future/);
    expect(await refused('awar=2026-01-01T00:00Z')).toMatch(/^409 .*did you mean "aware"/);
    expect(await refused('sent:initial=2026-01-01T00:00Z')).toMatch(/^409 .*tourniquet filed/);
    const early = { action: 'filed', incident, regime: 'dfars', reference: 'x', at: '2026-01-01T00:00Z' };
    const { status, body } = await ask(deployment, early);
    expect([status, body.error]).toEqual([409, expect.stringContaining('before what dfars/initial starts with')]);
    expect((await setFact(deployment, 'inc-000000000000', `aware=${hoursAgo(1)}`)).status).toBe(409);
  });

  test('are set from Slack by the same rules', async () => {
    const time = hoursAgo(30).replace(/\.\d+Z$/, '.000Z');
    const told = await setFactInSlack(deployment, incident, 'discovered', time);
    expect(told).toContain(`dfars/initial is due ${later(time, 72)} instead of`);
    const facts = await itemsOf(deployment, `INC#${incident}`, 'FACT#discovered#');
    expect(facts.find(({ via }) => via === 'slack')).toMatchObject({
      time,
      by: 'Rosa',
      reason: 'seen in the mail gateway',
    });
  });
});

describe('reminders', patience, () => {
  test('come once each, climb when overdue, repeat, and end with a withdrawal', async () => {
    const incident = await openIncident(deployment);
    await setFact(deployment, incident, `discovered=${hoursAgo(40)}`);
    await ring(deployment, incident, 'at-50');
    await fire(deployment, incident);
    await setFact(deployment, incident, `discovered=${hoursAgo(73)}`);
    await ring(deployment, incident, 'due');
    await setFact(deployment, incident, `discovered=${hoursAgo(77)}`);
    await ring(deployment, incident, 'overdue-4h');
    await fire(deployment, incident);
    const told = await remindersIn(deployment, incident);
    // The channels of one reminder are written to side by side, so only within a channel is there an order.
    const toldIn = (channel: string) =>
      told.filter((line) => line.startsWith(channel)).map((line) => /^\w+ (\S+ \w+)/.exec(line)?.[1]);
    expect(toldIn('C0INCIDENTS')).toEqual(['🕒 Reminder', '🔴 OVERDUE', '🔴 OVERDUE']);
    expect(toldIn('C0ONCALL')).toEqual(['🔴 OVERDUE', '🔴 OVERDUE']);
    expect(told).toHaveLength(5);
    const withdrawn = await rosa('withdraw', incident, '--regime', 'dfars', '--reason', 'no covered data', '--json');
    expect(JSON.parse(withdrawn.stdout)).toMatchObject({ obligations: [{ regime: 'dfars', state: 'withdrawn' }] });
    await setFact(deployment, incident, `aware=${hoursAgo(1)}`);
    expect(await obligationIn(deployment, incident)).toMatchObject({
      state: 'withdrawn',
      withdrawn: { by: 'Rosa', reason: 'no covered data' },
    });
    const answer = await invoke<object>(deployment, 'clock-tick', { incident, regime: 'dfars', report: 'initial' });
    expect(answer).toEqual({ outcome: 'silent', because: 'the obligation is withdrawn' });
  });
});

describe('a filing', patience, () => {
  const folder = mkdtempSync(join(tmpdir(), 'filed-'));
  test('is recorded with the hash, extends every lock and shortens none, and starts what counts from it', async () => {
    const incident = await openIncident(deployment);
    const before = await locksOf(incident);
    const file = join(folder, 'report.pdf');
    writeFileSync(file, 'filed');
    const words = ['filed', incident, '--regime', 'cisa-voluntary', '--reference', 'INC-77', '--file', file];
    const filed = await rosa(...words, '--json');
    rmSync(folder, { recursive: true });
    const recorded = JSON.parse(filed.stdout);
    expect(recorded.locks).toMatchObject({ failed: [] });
    // A record that is sealed while the filing is kept is locked that long from the beginning.
    expect(recorded.locks.longEnough.filter((one: string) => !/\/export-\d+\.tar /.test(one))).toEqual([]);
    expect(recorded.locks.extended.length).toBeGreaterThan(before.length);
    expect(await obligationIn(deployment, incident, { regime: 'cisa-voluntary', report: 'initial' })).toMatchObject({
      state: 'sent',
      filed: {
        by: 'Rosa',
        reference: 'INC-77',
        file: 'report.pdf',
        sha256: 'd0481a767ebfdcc5e273659794e78feaa2c9b0282e1a11aa46bc466d3c4d0b09',
      },
    });
    const after = await locksOf(incident);
    expect(after[0]).toBe(recorded.locks.until);
    expect((after[0] ?? '') > (before.at(-1) ?? 'none')).toBe(true);

    // 90 days from submission end before what the evidence is locked for by now.
    const dfars = await ask(deployment, { action: 'filed', incident, regime: 'dfars', reference: 'ICF-1' });
    expect(dfars.body.locks).toMatchObject({ extended: [], failed: [] });
    // A record that is sealed meanwhile is locked no shorter, and comes behind them.
    expect((await locksOf(incident)).slice(0, after.length)).toEqual(after);
    const { filed: sent } = await obligationIn(deployment, incident);
    const kept = { regime: 'dfars', report: 'images-kept-until' };
    const { at } = sent as { at: string };
    expect(await obligationIn(deployment, incident, kept)).toMatchObject({
      state: 'running',
      dueAt: later(at, 90 * 24),
    });
    expect(await setTo(deployment, incident, kept)).toContain(later(at, 90 * 24).slice(0, 10));
    const again = await ask(deployment, { action: 'filed', incident, regime: 'dfars', reference: 'another' }, 'Leo');
    expect([again.status, again.body.error]).toEqual([409, expect.stringContaining('was filed by Rosa')]);
  });

  test('holds the snapshots in the account of the victim too', async () => {
    const { Snapshots = [] } = await deployment
      .client(EC2Client, 'member')
      .send(new DescribeLockedSnapshotsCommand({}));
    const extended = Snapshots.filter(({ LockDuration }) => !LockDuration);
    expect(extended.length).toBeGreaterThan(0);
  });
});

interface Delivered {
  readonly status: number;
  readonly body: string;
}

/** Somebody presses a button of an incident's latest message that has it and says `words`. */
async function press(incident: string, button: string, words: string, user: string = people.rosa): Promise<Delivered> {
  const messages = await messagesOf(deployment);
  const ts = messages.findLast(
    ({ text, blocks }) =>
      text.includes(incident) && text.includes(words) && JSON.stringify(blocks).includes(`"action_id":"${button}"`),
  )?.ts;
  return call(`${deployment.slack.url}/click`, 'POST', { ts, action_id: button, user });
}

/** The form open before Rosa, if there is one. */
const formNow = async (): Promise<View | undefined> =>
  (await call<View[]>(`${deployment.slack.url}/views`, 'GET')).find(({ user }) => user === people.rosa);

/** She sends it off; with `replay`, the very bytes of the last time. */
const enter = (form: View | undefined, order: { values: object } | { replay: true }): Promise<Delivered> =>
  call(`${deployment.slack.url}/submit`, 'POST', { view_id: form?.id, user: people.rosa, ...order });

/** What only she was told last. */
const toldRosa = async (): Promise<string> =>
  (await messagesOf(deployment)).findLast(({ ephemeral }) => ephemeral === people.rosa)?.text ?? '';

describe('a filing in Slack', patience, () => {
  let incident: string;
  beforeAll(async () => {
    incident = await openIncident(deployment);
    await setFact(deployment, incident, `discovered=${hoursAgo(40)}`);
    await ring(deployment, incident, 'at-50');
  }, 60_000);

  test('says what is wrong beside each input, and is recorded once, whoever presses how often', async () => {
    expect((await press(incident, 'filed', 'Reminder', people.stranger)).status).toBe(403);
    expect(await press(incident, 'filed', 'Reminder')).toMatchObject({ status: 200 });
    const form = await formNow();
    expect(JSON.stringify(form?.blocks)).toMatch(/"initial_option":\{[^}]+\},"value":"dfars\/initial"/);
    const values = { reference: 'ICF-<9>', at: 'yesterday', sha256: 'report.pdf' };
    const refused = await enter(form, { values });
    expect(JSON.parse(refused.body)).toEqual({
      response_action: 'errors',
      errors: {
        at: expect.stringContaining('"yesterday" is not a time'),
        sha256: 'This should be a SHA-256 in hex, as sha256sum prints it.',
      },
    });
    const early = await enter(form, { values: { ...values, at: '2026-01-01T00:00Z', sha256: '' } });
    expect(JSON.parse(early.body).errors.at).toContain('before what dfars/initial starts with');
    expect((await obligationIn(deployment, incident)).state).toBe('running');

    const hash = 'd0481a767ebfdcc5e273659794e78feaa2c9b0282e1a11aa46bc466d3c4d0b09';
    const at = hoursAgo(0);
    expect(await enter(form, { values: { ...values, at, sha256: `${hash}  report.pdf` } })).toMatchObject({
      status: 200,
      body: '',
    });
    expect(await toldRosa()).toContain(
      `*dfars/initial* of ${incident} is filed on record, as Rosa, reference ICF-&lt;9&gt;`,
    );
    expect(await enter(form, { replay: true })).toMatchObject({ status: 200, body: '' });
    expect(await toldRosa()).toContain('Already recorded');
    expect(await obligationIn(deployment, incident)).toMatchObject({
      state: 'sent',
      filed: { by: 'Rosa', at, reference: 'ICF-<9>', sha256: hash, file: 'report.pdf' },
    });
    const entries = (await itemsOf(deployment, `INC#${incident}`, 'LEDGER#')).filter(({ what }) =>
      /^filed/.test(String(what)),
    );
    expect(entries).toMatchObject([{ kind: 'obligation', actor: 'Rosa', detail: { fact: { via: 'slack' } } }]);

    await press(incident, 'filed', 'Reminder');
    expect(await formNow()).toBeUndefined();
    expect(await toldRosa()).toContain(`dfars/initial was filed by Rosa at ${at}, reference ICF-&lt;9&gt;`);
  });

  test('has the evidence held when the clock of what was filed rings, once', async () => {
    const voluntary = { regime: 'cisa-voluntary', report: 'initial' };
    const [shortest = ''] = await locksOf(incident);
    await press(incident, 'filed', 'Report task');
    const values = { report: 'cisa-voluntary/initial', reference: 'INC-78' };
    expect(await enter(await formNow(), { values })).toMatchObject({ status: 200, body: '' });
    expect((await locksOf(incident))[0]).toBe(shortest);
    await fire(deployment, incident, voluntary);
    await vi.waitFor(async () => {
      expect((await obligationIn(deployment, incident, voluntary)).held).toBeTypeOf('string');
    }, soon);
    const [held = ''] = await locksOf(incident);
    expect(held > shortest).toBe(true);
    const answer = await invoke<object>(deployment, 'clock-tick', { incident, ...voluntary });
    expect(answer).toEqual({ outcome: 'silent', because: 'the obligation is sent' });
    const locked = (await itemsOf(deployment, `INC#${incident}`, 'LEDGER#')).filter(({ what }) =>
      /^locks of/.test(String(what)),
    );
    expect(locked).toMatchObject([
      { actor: 'clock-tick', what: expect.stringMatching(/^locks of [1-9]\d* .* to [^,]+$/) },
    ]);
  });

  test('is not needed for what is withdrawn there, with its reason', async () => {
    const other = await openIncident(deployment);
    await press(other, 'withdraw', 'Report task');
    const values = { report: 'dfars/initial', reason: 'no covered data <!here>' };
    expect(await enter(await formNow(), { values })).toMatchObject({ status: 200, body: '' });
    expect(await toldRosa()).toBe(`*dfars/initial* of ${other} is withdrawn, recorded as Rosa. Its reminders stop.`);
    expect(await obligationIn(deployment, other)).toMatchObject({
      state: 'withdrawn',
      withdrawn: { by: 'Rosa', reason: 'no covered data <!here>' },
    });
    await press(other, 'filed', 'Report task');
    const form = await formNow();
    expect(JSON.stringify(form?.blocks)).toContain('cisa-voluntary/initial');
    expect(JSON.stringify(form?.blocks)).not.toContain('dfars/initial');
    await call(`${deployment.slack.url}/close`, 'POST', { view_id: form?.id, user: people.rosa });
  });
});

describe('the daily check', patience, () => {
  test('sets a lost clock again, deletes what belongs to nobody, and pages a ledger that was changed', async () => {
    const incident = await openIncident(deployment);
    const since = new Date().toISOString();
    await loseSchedule(deployment, incident);
    const { sandbox, outputs, client } = deployment;
    const { hub } = sandbox.accounts;
    await client(SchedulerClient, 'hub').send(
      new CreateScheduleCommand({
        GroupName: outputs.ScheduleGroup,
        Name: 'inc-of-nobody',
        ScheduleExpression: 'at(2099-01-01T00:00:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: `arn:aws:lambda:${sandbox.region}:${hub}:function:tourniquet-clock-tick`,
          RoleArn: `arn:aws:iam::${hub}:role/tourniquet-schedules`,
        },
      }),
    );
    const mend = await tamper(incident);
    const swept = await invoke<Record<'repaired' | 'orphans' | 'broken' | 'failed', string[]>>(
      deployment,
      'clock-sweep',
    );
    await mend();
    expect(swept.repaired).toContain(`${incident} dfars/initial`);
    // Other suites may have left orphans of their own.
    expect(swept.orphans).toContain('inc-of-nobody');
    expect(swept.broken).toEqual([`${incident} is broken: entry 2 was changed`]);
    expect(swept.failed).toEqual([]);
    expect(await setTo(deployment, incident)).toMatch(/^at\(/);
    await vi.waitFor(async () => {
      const calls = await sandbox.get<RecordedCall[]>(`/_sandbox/calls?since=${since}`);
      const pages = calls
        .filter(({ action }) => action === 'sns:Publish')
        .map(({ request }) => JSON.stringify(request));
      expect(pages.join()).toContain(`The ledger of ${incident} is broken: entry 2 was changed`);
    }, soon);
    const checks = (await itemsOf(deployment, `INC#${incident}`, 'LEDGER#')).filter(({ kind }) => kind === 'check');
    expect(checks.map(({ what }) => what)).toEqual([
      'the clock of dfars/initial was missing, and is set again',
      'the hash chain of this ledger is broken: entry 2 was changed',
    ]);
    const time = await setTo(deployment, incident);
    await misset(incident);
    const again = await invoke<{ orphans: string[] }>(deployment, 'clock-sweep');
    expect(await setTo(deployment, incident)).toBe(time);
    expect(again).toMatchObject({ orphans: [], repaired: [], broken: [] });
  });

  test('tells once of a snapshot that is no longer locked, also where its incident has ended', async () => {
    const ec2 = deployment.client(EC2Client, 'member');
    const incident = await openIncident(deployment);
    const taken = async () =>
      JSON.stringify(await itemsOf(deployment, `INC#${incident}`, 'LEDGER#')).match(/snapshot\/(snap-\w+)/)?.[1];
    const SnapshotId = await vi.waitUntil(taken, soon);
    const isLocked = async () =>
      (await ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: [SnapshotId] }))).Snapshots?.length === 1;
    await vi.waitUntil(isLocked, soon);
    // It is sealed once its run has ended: what that finds is told by then.
    await vi.waitUntil(async () => (await itemsOf(deployment, `INC#${incident}`, 'META'))[0]?.sealed, soon);
    await ec2.send(new UnlockSnapshotCommand({ SnapshotId }));
    const [meta] = await itemsOf(deployment, `INC#${incident}`, 'META');
    await DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub')).send(
      new UpdateCommand({
        TableName: deployment.outputs.TableName,
        Key: listItem.key(String(meta?.openedAt), incident),
        UpdateExpression: 'SET #state = :over',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':over': 'released' },
      }),
    );
    const sweep = async () =>
      (await invoke<{ evidence: string[] }>(deployment, 'clock-sweep')).evidence.filter((one) =>
        one.startsWith(incident),
      );
    expect(await sweep()).toEqual([expect.stringContaining('is changed: it is no longer locked')]);
    expect(await sweep()).toEqual([]);
  });
});

/** A clock was not set anew when its due time moved. */
async function misset(incident: string): Promise<void> {
  const scheduler = deployment.client(SchedulerClient, 'hub');
  const where = { GroupName: deployment.outputs.ScheduleGroup, Name: `${incident}-dfars-initial` };
  const { Target, FlexibleTimeWindow } = await scheduler.send(new GetScheduleCommand(where));
  const wrong = { ScheduleExpression: 'at(2099-01-01T00:00:00)', Target, FlexibleTimeWindow };
  await scheduler.send(new UpdateScheduleCommand({ ...where, ...wrong }));
}

/** Somebody with the table's rights changes an entry; returns how it was. */
async function tamper(incident: string): Promise<() => Promise<void>> {
  const [, entry] = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
  const table = DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub'));
  const write = (what: unknown) =>
    table.send(
      new UpdateCommand({
        TableName: deployment.outputs.TableName,
        Key: { pk: `INC#${incident}`, sk: entry?.sk },
        UpdateExpression: 'SET what = :what',
        ExpressionAttributeValues: { ':what': what },
      }),
    );
  await write('nothing happened');
  return async () => void (await write(entry?.what));
}
