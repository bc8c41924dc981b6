import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { Attached } from '../deployed/deployed.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { launch } from '../sandbox/estate.ts';
import { findingAbout, send } from '../sandbox/finding.ts';
import { invoke } from '../sandbox/invoke.ts';
import { forgetSettings } from '../sandbox/settings.ts';
import type { Ended } from './terminal.ts';
import { typed } from './typed.ts';

const patience = { timeout: 600_000 };
const soon = { timeout: 240_000, interval: 500 };

interface Found {
  readonly incident: string;
  readonly state: string;
  readonly approvals: readonly {
    id: string;
    question: string;
    state: string;
    asks: string | null;
    decisions: object[];
  }[];
  readonly steps: readonly { step: string; operation: string; outcome: string }[];
  readonly evidence: readonly {
    id: string;
    kind: string;
    sha256: string | null;
    version: string | null;
    verifications: readonly { found: string }[];
    transfers: readonly object[];
  }[];
  readonly obligations: readonly { regime: string; dueAt: string | null }[];
  readonly timeline: readonly { readonly kind: string; readonly actor: string }[];
  readonly ledger: { readonly entries: number; readonly intact: boolean };
}

const Export = z.object({ path: z.string(), entries: z.int(), head: z.string(), key: z.string() });

/** A person at a terminal, with the keys of an IAM user and nothing else of this machine. */
function terminal({ sandbox: { endpoint, region } }: Attached, { accessKeyId, secretAccessKey }: Credentials) {
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  return (...words: string[]): Promise<Ended> => typed(words, env);
}
type Terminal = ReturnType<typeof terminal>;

async function look(rosa: Terminal, incident: string): Promise<Found> {
  const { code, stdout, stderr } = await rosa('incident', incident, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Found;
}

/** A new incident about a fresh instance, once its question is asked. */
async function incidentWithQuestion(deployment: Attached, rosa: Terminal): Promise<Found> {
  const instance = await launch(deployment, deployment.estate, { scaling: 'on its own' });
  await send(deployment, findingAbout(deployment, instance));
  let incident = '';
  await vi.waitFor(async () => {
    const { stdout } = await rosa('incidents', '--json', '--limit', '500');
    const line = stdout.split('\n').find((one) => one.includes(instance)) ?? '{}';
    ({ incident } = z.object({ incident: z.string() }).parse(JSON.parse(line)));
    // Posted a moment after it is asked.
    expect((await look(rosa, incident)).approvals[0]?.asks).toBeTypeOf('string');
  }, soon);
  return look(rosa, incident);
}

const idOf = ({ approvals }: Found, question: string): string =>
  approvals.find((one) => one.question === question)?.id ?? '';

interface People {
  readonly deployment: Attached;
  readonly rosa: Terminal;
  readonly leo: Terminal;
  /** Runs the deployment. */
  readonly olga: Terminal;
  /** Reads and verifies. */
  readonly ada: Terminal;
  /** May call the API, and is on no list of approvers. */
  readonly stranger: Terminal;
}

function peopleOf(deployment: Attached): People {
  const { operators, sandbox } = deployment;
  return {
    deployment,
    rosa: terminal(deployment, operators.rosa),
    leo: terminal(deployment, operators.leo),
    olga: terminal(deployment, operators.olga),
    ada: terminal(deployment, operators.ada),
    stranger: terminal(deployment, { accessKeyId: sandbox.accounts.hub, secretAccessKey: 'test' }),
  };
}

/** A deployment that holds levers is not destroyed. */
async function stay(olga: Terminal, incident: string): Promise<void> {
  const { code, stdout, stderr } = await olga('destroy', '--to', '/nonexistent', '--json');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Nothing was changed') });
  const { outcome, holding, owed } = JSON.parse(stdout);
  expect(outcome).toBe('stopped');
  const lever = 'Quarantine every network interface';
  expect(holding).toContainEqual(
    expect.objectContaining({ kind: 'lever', incident, what: expect.stringContaining(lever) }),
  );
  expect(owed).toContainEqual(expect.objectContaining({ incident, report: 'dfars/initial' }));
}

async function contain({ deployment, rosa, leo, olga, stranger }: People): Promise<string> {
  const asked = await incidentWithQuestion(deployment, rosa);
  const { incident } = asked;
  const quarantine = idOf(asked, 'quarantine');
  expect(asked.approvals[0]?.asks).toContain('Quarantine every network interface');
  expect((await rosa('incident', incident)).stdout).toMatch(new RegExp(`Next: .* approve ${quarantine}\n$`));

  const refused = await stranger('approve', quarantine, '--json');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('not on the list of approvers') });
  expect(JSON.parse(refused.stdout)).toEqual({ error: expect.stringContaining('not on the list of approvers') });

  const approved = await rosa('approve', quarantine, '--reason', 'seen in the proxy log', '--json');
  expect(JSON.parse(approved.stdout)).toMatchObject({ approval: quarantine, state: 'APPROVED', by: 'Rosa' });
  expect(await leo('approve', quarantine)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('already approved by Rosa'),
  });
  await expect.poll(async () => (await look(rosa, incident)).state, soon).toBe('contained');
  await stay(olga, incident);
  return incident;
}

async function letGo({ rosa, leo }: People, incident: string): Promise<void> {
  expect(await rosa('release', incident, '--reason', 'rebuilt')).toMatchObject({ code: 0 });
  await expect.poll(async () => (await look(rosa, incident)).approvals.length, soon).toBe(2);
  const release = idOf(await look(rosa, incident), 'release');
  expect(await rosa('approve', release)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('You requested this yourself'),
  });
  expect(await leo('approve', release)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Approved as Leo'),
  });
  await expect.poll(async () => (await look(rosa, incident)).state, soon).toBe('released');
}

async function readRecord({ rosa }: People, incident: string): Promise<void> {
  const whole = await look(rosa, incident);
  expect(whole.ledger).toMatchObject({ intact: true, entries: expect.any(Number) });
  expect(whole.steps.map(({ step, operation }) => `${step}/${operation}`)).toEqual(
    expect.arrayContaining(['quarantine-interfaces/verify', 'quarantine-interfaces/release']),
  );
  expect(whole.evidence).toContainEqual(
    expect.objectContaining({ kind: 'finding', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }),
  );
  expect(whole.obligations.map(({ regime }) => regime)).toEqual(['cisa-voluntary', 'dfars', 'dfars']);
}

/** Sealing has read every artefact in the vault and hashed it anew; that somebody was given copies is on record by name. */
async function watchCustody(rosa: Terminal, incident: string): Promise<void> {
  const { evidence } = await look(rosa, incident);
  const inVault = evidence.filter(({ sha256 }) => sha256 !== null);
  expect(inVault.length).toBeGreaterThan(3);
  const seen = inVault.map(({ kind, version, verifications }) => ({
    kind,
    version,
    found: verifications.at(-1)?.found,
  }));
  expect(seen).toEqual(inVault.map(({ kind }) => ({ kind, version: expect.any(String), found: 'as recorded' })));
  const whom = ['--to', 'K. Meier, police', '--reason', 'warrant 4 Gs 17/26'];
  const given = await rosa('transfer', incident, '--artefact', inVault[0]?.id ?? '', ...whom);
  expect(given).toMatchObject({ code: 0, stdout: expect.stringContaining('Tourniquet sent nothing to anybody') });
  expect((await look(rosa, incident)).evidence.map(({ transfers }) => transfers.length)).toEqual(
    evidence.map(({ id }) => (id === inVault[0]?.id ? 1 : 0)),
  );
}

/** Sealed by the run that closed; anew on demand, for an approver only; fetched with the operator's own rights, checked without AWS. */
async function takeRecord({ rosa, ada, stranger }: People, incident: string): Promise<void> {
  const to = mkdtempSync(join(tmpdir(), 'tourniquet-record-'));
  try {
    // The run says how it ended before it seals that.
    await expect.poll(async () => (await look(rosa, incident)).timeline.at(-1)?.kind, soon).toBe('sealed');
    const fetch = async () => {
      const { stdout } = await rosa('export', incident, '--to', mkdtempSync(join(to, 'one-')), '--json');
      return Export.parse(JSON.parse(stdout));
    };
    const { entries } = (await look(rosa, incident)).ledger;
    await expect.poll(async () => (await fetch()).entries, soon).toBe(entries);
    const one = await fetch();
    expect(await typed(['verify', one.path, '--key', one.key])).toMatchObject({ code: 0, stderr: '' });
    expect(await ada('export', incident, '--checkpoints', '--to', join(to, 'audit'))).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await rosa('export', incident, '--to', dirname(one.path))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already exists'),
    });
    expect(await stranger('export', incident, '--to', join(to, 'no'), '--seal')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not on the list of approvers'),
    });
    await watchCustody(rosa, incident);
    const again = await rosa('export', incident, '--to', join(to, 'two'), '--seal', '--json');
    // The transfer, and that it is sealed anew.
    expect(Export.parse(JSON.parse(again.stdout))).toMatchObject({ entries: one.entries + 2 });
    const third = await rosa('export', incident, '--to', join(to, 'three'), '--seal', '--json');
    // Nothing has happened since: it is the same one.
    expect(Export.parse(JSON.parse(third.stdout))).toMatchObject({ entries: one.entries + 2 });
  } finally {
    rmSync(to, { recursive: true });
  }
}

/** What is not closed is not sealed yet; an approver may have it sealed, by name. */
async function sealOnDemand(
  { deployment, rosa }: Pick<People, 'deployment' | 'rosa'>,
  incident: string,
): Promise<void> {
  const to = mkdtempSync(join(tmpdir(), 'tourniquet-record-'));
  try {
    const before = await rosa('export', incident, '--to', to);
    expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining('is not sealed yet') });
    const sealed = await rosa('export', incident, '--to', to, '--seal');
    expect(sealed).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('No checkpoint covers it yet'),
    });
    // What goes on beside the question may write more: a checkpoint that covers that too covers what was sealed.
    const covered = async (): Promise<boolean> => {
      const { checkpoint } = await invoke<{ checkpoint: number }>(deployment, 'seal-checkpoint');
      const again = mkdtempSync(join(to, 'again-'));
      const { stdout } = await rosa('export', incident, '--checkpoints', '--to', again, '--json');
      const { covers, entries } = JSON.parse(stdout) as {
        covers: { checkpoint: number; entries: number }[];
        entries: number;
      };
      return covers.some((one) => one.checkpoint === checkpoint && one.entries >= entries);
    };
    await expect.poll(covered, { timeout: 240_000 }).toBe(true);
    const { timeline } = await look(rosa, incident);
    expect(timeline).toContainEqual(expect.objectContaining({ kind: 'sealed', actor: 'Rosa' }));
  } finally {
    rmSync(to, { recursive: true });
  }
}

/** What one more finding would come to in an incident: asked of the deployment, and of a file without it. */
async function askAhead({ deployment, rosa }: Pick<People, 'deployment' | 'rosa'>, incident: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tourniquet-given-'));
  const [finding, known] = ['finding.json', 'incident.json'].map((name) => join(folder, name)) as [string, string];
  const { stdout } = await rosa('incident', incident, '--json');
  writeFileSync(known, stdout);
  const instance = z.object({ resource: z.string() }).parse(JSON.parse(stdout)).resource.split('/').at(-1) ?? '';
  const givenIs = async (type: string, given: string) => {
    writeFileSync(finding, JSON.stringify(findingAbout(deployment, instance, { type })));
    const { code, stdout: explained } = await rosa('explain', finding, '--incident', given, '--json');
    return { code, ...JSON.parse(explained).given };
  };
  try {
    for (const given of [incident, known]) {
      const again = { code: 0, incident, outcome: 'joins', because: 'declined by Rosa' };
      expect(await givenIs('CryptoCurrency:EC2/BitcoinTool.B', given)).toMatchObject(again);
      const other = { code: 0, outcome: 'asks', questions: expect.arrayContaining(['quarantine']) };
      expect(await givenIs('Execution:Runtime/ReverseShell', given)).toMatchObject(other);
    }
    const none = await rosa('explain', finding, '--incident', finding);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('is no incident as') });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ends what was a false alarm; the protection it holds is released by a second person. */
async function end({ rosa, leo }: Pick<People, 'rosa' | 'leo'>, incident: string): Promise<void> {
  expect(await rosa('close', incident, '--reason', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--as'),
  });
  const closing = ['close', incident, '--as', 'false-alarm', '--reason', 'a planned load test'];
  expect(await rosa(...closing)).toMatchObject({ code: 0 });
  await expect.poll(async () => idOf(await look(rosa, incident), 'release'), soon).not.toBe('');
  expect(await leo('approve', idOf(await look(rosa, incident), 'release'))).toMatchObject({ code: 0 });
  await expect.poll(async () => (await look(rosa, incident)).state, soon).toBe('closed');
}

async function decline({ deployment, rosa, leo }: People): Promise<void> {
  const asked = await incidentWithQuestion(deployment, rosa);
  const quarantine = idOf(asked, 'quarantine');
  await sealOnDemand({ deployment, rosa }, asked.incident);
  expect(await rosa('decline', quarantine)).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason') });
  expect((await look(rosa, asked.incident)).approvals[0]?.state).toBe('PENDING');
  expect(await rosa('decline', quarantine, '--reason', 'a planned load test')).toMatchObject({ code: 0 });
  await expect.poll(async () => (await look(rosa, asked.incident)).state, soon).toBe('held');
  const page = (await rosa('incident', asked.incident)).stdout;
  expect(page).toMatch(/DECLINED .* declined by Rosa at .* \(command-line\): a planned load test/);
  expect(page).not.toContain('\u001b');
  expect(page).toContain('network still open, declined by Rosa');
  await askAhead({ deployment, rosa }, asked.incident);
  await end({ rosa, leo }, asked.incident);
}

/** What narrows takes one person, what widens two. About an account that nobody has, since others look at incidents meanwhile. */
async function changeSettings({ deployment, rosa, leo }: People): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tourniquet-settings-'));
  const file = (inAccounts: object): string => {
    const path = join(folder, `${Object.keys(inAccounts).length}.json`);
    writeFileSync(path, JSON.stringify({ inAccounts }));
    return path;
  };
  const forget = await forgetSettings(deployment);
  try {
    const quiet = await rosa(
      'settings',
      'set',
      file({ '000000000000': { mode: 'observe' } }),
      '--reason',
      'quiet',
      '--json',
    );
    expect(JSON.parse(quiet.stdout)).toMatchObject({ outcome: 'changed', version: 1, by: 'Rosa' });
    const asked = await rosa('settings', 'set', file({}), '--reason', 'loud again', '--json');
    const { change, widens } = JSON.parse(asked.stdout) as { change: string; widens: string[] };
    expect(widens).toEqual(['in 000000000000 the mode becomes respond']);
    expect((await leo('settings')).stdout).toContain(`change ${change} waits for a second person`);
    expect(await leo('settings', 'approve', change)).toMatchObject({ code: 0 });
    const shown = JSON.parse((await leo('mode', '--json')).stdout) as object;
    expect(shown).toEqual({ mode: 'respond', by: 'Rosa', at: expect.any(String), version: 2, outdated: [] });
  } finally {
    await forget();
    rmSync(folder, { recursive: true });
  }
}

/** What people say is on record by name, changes nothing of what is contained, and is no work of an auditor or operator. */
async function claimed({ rosa, olga, ada }: Pick<People, 'rosa' | 'olga' | 'ada'>, incident: string): Promise<void> {
  const standing = async () => {
    const { state, stands, held, approvals, levers } = JSON.parse((await rosa('incident', incident, '--json')).stdout);
    return { state, stands, held, approvals, levers };
  };
  const before = await standing();
  const words = ['claim', incident, 'that was our scanner', '--by', 'Mia, network team', '--address', '203.0.113.0/24'];
  for (let again = 0; again < 2; again++)
    expect(await rosa(...words, '--never')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Recorded as Rosa: Mia, network team says “that was our scanner”'),
    });
  const { said, timeline } = JSON.parse((await rosa('incident', incident, '--json')).stdout);
  expect(said).toMatchObject([{ by: 'Rosa', claim: { who: 'Mia, network team', holds: 'never' } }]);
  expect(timeline).toContainEqual(expect.objectContaining({ kind: 'claim', actor: 'Rosa' }));
  expect(await standing()).toEqual(before);
  for (const person of [olga, ada]) expect(await person(...words)).toMatchObject({ code: 1 });
}

/** Each does the work of the own office, and is refused that of another. */
async function partWork({ deployment, rosa, olga, ada }: People): Promise<void> {
  const { incident } = await incidentWithQuestion(deployment, rosa);
  const discovered = new Date().toISOString();
  expect(await rosa('fact', incident, `discovered=${discovered}`, '--reason', 'seen by us')).toMatchObject({ code: 0 });
  await claimed({ rosa, olga, ada }, incident);
  for (const person of [rosa, olga, ada]) {
    expect(await person('mode')).toMatchObject({ code: 0, stderr: '' });
    expect(await person('settings', 'history')).toMatchObject({ code: 0, stderr: '' });
    expect(await person('incident', incident, '--json')).toMatchObject({ code: 0, stderr: '' });
  }
  const removed = await rosa('retention', 'remove', incident, '--reason', 'kept long enough');
  expect(removed).toMatchObject({ code: 1, stderr: expect.stringContaining(`${incident} stays: it is`) });
  // Functions too, which she may ask for a check and for nothing else.
  const examined = await olga('doctor', '--only', 'people,functions-assume', '--json');
  expect(examined.stdout).toContain('"level":"ok"');
  expect(examined.stdout).not.toContain('could not be asked');
  expect(examined.stdout).toMatch(/"check":"functions-assume".*roles assumed/);
  expect(await ada('report', incident)).toMatchObject({ code: 0, stderr: '' });
  const refused = { code: 1, stderr: expect.stringMatching(/AWS refused|refused these credentials/) };
  const attempts = [
    olga('mode', 'observe'),
    ada('mode', 'observe'),
    ada('approve', '0'.repeat(32)),
    olga('release', incident, '--reason', 'rebuilt'),
  ];
  expect(await Promise.all(attempts)).toEqual(attempts.map(() => expect.objectContaining(refused)));
}

/** A letter of each kind; none of them comes to anything. */
async function lose(deployment: Attached): Promise<string[]> {
  const { client, outputs, sandbox } = deployment;
  const sqs = client(SQSClient, 'hub');
  const QueueName = outputs.DeadLettersArn?.split(':').at(-1);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  // The run itself is no longer there, as after its 90 days.
  const states = `arn:aws:states:${sandbox.region}:${sandbox.accounts.hub}`;
  const stateMachineArn = `${states}:stateMachine:tourniquet-release`;
  const executionArn = `${states}:execution:tourniquet-release:sent-again`;
  const ended = { executionArn, stateMachineArn, name: 'sent-again', status: 'ABORTED' };
  const around = { id: 'sent-again', account: sandbox.accounts.member, region: sandbox.region };
  const detail = findingAbout(deployment, 'i-0123456789abcdef0', { sample: true });
  const at = new Date(Date.now() - 3 * 86_400_000).toISOString();
  const daysAgo = { approximateArrivalOfFirstRecord: at, approximateArrivalOfLastRecord: at };
  const bodies = [
    { incident: 'inc-000000000000', regime: 'dora', report: 'initial' },
    { detail: ended },
    { source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail, ...around },
    { requestContext: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: { batchSize: 1, ...daysAgo } },
  ];
  const sent = bodies.map((body) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) })));
  return (await Promise.all(sent)).map(({ MessageId = '' }) => MessageId);
}

/** What was lost is seen by people who answer, and sent again only by those who run the deployment. */
async function sendAgain({ deployment, rosa, olga, ada }: People): Promise<void> {
  const ids = await lose(deployment);
  for (const person of [rosa, olga]) {
    const { stdout } = await person('dead-letters', '--json');
    expect(ids.filter((id) => !stdout.includes(id))).toEqual([]);
  }
  expect(await ada('dead-letters')).toMatchObject({ code: 1, stderr: expect.stringContaining('AWS refused') });
  const [one = ''] = ids;
  expect(await rosa('dead-letters', 'redrive', one)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('AWS refused'),
    stderr: expect.stringContaining('1 could not be sent again'),
  });
  const sent = await olga('dead-letters', 'redrive', ...ids, '--json');
  expect(sent).toMatchObject({ code: 0, stderr: '' });
  expect(sent.stdout.match(/"outcome":"sent"/g)).toHaveLength(ids.length);
}

async function missing({ rosa, stranger }: People): Promise<void> {
  const told = await Promise.all([
    // The others may ask for this stack alone.
    stranger('incidents', '--stack', 'nowhere', '--json'),
    rosa('incident', 'inc-000000000000', '--json'),
    rosa('approve', '0'.repeat(32), '--json'),
    rosa('release', 'inc-000000000000', '--reason', 'none', '--json'),
  ]);
  expect(told.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
  expect(told.map(({ stdout }) => (JSON.parse(stdout) as { error: string }).error)).toEqual([
    expect.stringContaining('no stack "nowhere"'),
    expect.stringContaining('no incident inc-000000000000'),
    expect.stringContaining('no such question'),
    expect.stringContaining('no incident inc-000000000000'),
  ]);
}

/** The out-of-band path on a real deployment: found by its stack, signed as a person, refused by the rules. */
export function commandLineSuite(deployed: () => Attached): void {
  describe('the command line on a deployment', patience, () => {
    test('shows what is asked; approves, contains, releases by a second person; the ledger is whole', async () => {
      const people = peopleOf(deployed());
      const incident = await contain(people);
      await letGo(people, incident);
      await readRecord(people, incident);
      await takeRecord(people, incident);
    });
    test('declines only with a reason, and says who did and why', () => decline(peopleOf(deployed())));
    // Only to what it stands at already: other suites share the deployment.
    test('changes settings, by one person or by two, and says who did', () => changeSettings(peopleOf(deployed())));
    test('answering, reading and running are three people’s work', () => partWork(peopleOf(deployed())));
    test('what was lost is sent again by an operator', () => sendAgain(peopleOf(deployed())));
    test('what is not there is said to be missing', () => missing(peopleOf(deployed())));
  });
}
