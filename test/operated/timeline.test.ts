/** An instance is robbed while the company keeps logs; its incident is then told from what is sealed, with the rights of people who read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sessionsOf } from '../../bin/console/timeline/incident.ts';
import type { PrintedEvent } from '../../lib/timeline/event.ts';
import type { RadiusData } from '../../lib/timeline/graph/data.ts';
import type { VectorData } from '../../lib/timeline/vector/vector.ts';
import { typed } from '../console/typed.ts';
import { deployed } from '../deployed/deployed.ts';
import { playLogFiles } from '../deployed/proof/log-course.ts';
import { customers } from '../sandbox/estate.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';

const { sandbox, operators, outputs } = deployed();
const folder = mkdtempSync(join(tmpdir(), 'timeline-told-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'config.json');
writeFileSync(
  config,
  JSON.stringify({ hub: sandbox.accounts.hub, organization: { id: 'o-tourniquet1' }, approvers: [], regimes: [] }),
);

/** A person at a terminal, whose temporary folder is this test's. */
async function type(person: 'ada' | 'olga', ...words: string[]) {
  const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
  const { accessKeyId, secretAccessKey } = operators[person];
  const aws = { AWS_ENDPOINT_URL: sandbox.endpoint, AWS_REGION: sandbox.region, AWS_ACCESS_KEY_ID: accessKeyId };
  const ended = await typed(words, { ...aws, AWS_SECRET_ACCESS_KEY: secretAccessKey, TMPDIR });
  expect(readdirSync(TMPDIR)).toEqual([]);
  return ended;
}

test('the theft and what it sent are told in order, and the gap is said', async () => {
  const { incident, victim } = await playLogFiles(deployed());
  const { code, stdout, stderr } = await type('ada', 'timeline', incident, '--config', config, '--explain', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('network: gap ') });
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PrintedEvent);
  expect(events.map(({ time }) => Date.parse(time))).toEqual(
    events.map(({ time }) => Date.parse(time)).toSorted((a, b) => a - b),
  );
  expect(
    events.filter(({ source }) => !source.file.startsWith(`s3://${outputs.VaultName}/incidents/${incident}/`)),
  ).toEqual([]);
  const about = (what: (event: PrintedEvent) => boolean): number => events.findIndex(what);
  const stolen = about(
    ({ action, actor, raw }) =>
      action === 's3:GetObject' && (actor?.id.includes(victim) ?? false) && JSON.stringify(raw).includes(customers.arn),
  );
  expect(events[stolen]).toMatchObject({ kind: 'storage', outcome: 'success', normal: null });
  expect(about(({ kind, action }) => kind === 'network' && action === 'ACCEPT')).toBeGreaterThanOrEqual(0);
}, 300_000);

test('own acts are set apart by the runs that did them, and what others did is not', async () => {
  const { incident, victim } = await playLogFiles(deployed());
  const told = await type('ada', 'timeline', incident, '--config', config, '--explain', '--json');
  const events = told.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PrintedEvent & { readonly why?: unknown });
  const record = JSON.parse((await type('ada', 'incident', incident, '--json')).stdout);
  const sessions = sessionsOf(record);
  const isOurs = ({ actor }: PrintedEvent): boolean =>
    /:assumed-role\/tourniquet-[a-z-]+\//.test(actor?.id ?? '') && sessions.has(actor?.id.split('/').at(-1) ?? '');
  const own = events.filter(({ normal }) => normal === 'own-act');
  expect(own.map(({ action }) => action)).toEqual(expect.arrayContaining(['ec2:ModifyInstanceAttribute']));
  expect(own.filter((one) => !isOurs(one))).toEqual([]);
  expect(events.filter((one) => isOurs(one) && one.normal !== 'own-act')).toEqual([]);
  // Each says which run it was.
  for (const { why } of own) expect([...sessions].some((one) => JSON.stringify(why).includes(one))).toBe(true);
  expect(events.filter(({ actor, normal }) => actor?.id.includes(victim) && normal === 'own-act')).toEqual([]);
}, 300_000);

test('what was reached, and how they came in, is said by the sealed logs and the finding', async () => {
  const { incident, victim } = await playLogFiles(deployed());
  const { stdout } = await type('ada', 'timeline', incident, '--config', config, '--format', 'vector', '--json');
  const vector = JSON.parse(stdout) as VectorData;
  expect(vector.suspects.map(({ thread }) => thread).join()).toContain(victim);
  expect(vector.hypotheses.find(({ id }) => id === 'application')?.signs.at(-1)?.state).toBe('found');
  // The incident's own findings are taken, without a file.
  const findings = vector.checks.find(({ id }) => id === 'intelligence')?.asked.at(-1);
  expect(findings).toMatchObject({ asks: 'Do findings say that somebody attacks?', state: 'found' });
  const radius = await type('ada', 'timeline', incident, '--config', config, '--format', 'radius', '--json');
  const { places } = JSON.parse(radius.stdout) as RadiusData;
  expect(places.find(({ id }) => id === customers.arn)).toMatchObject({ place: 'data', reach: 'reached' });
}, 300_000);

test('own acts are known by the sessions in which the account saw its runs act', async () => {
  const { incident, victim } = await playLogFiles(deployed());
  const { stdout } = await type('ada', 'incident', incident, '--json');
  const sessions = sessionsOf(JSON.parse(stdout));
  const ours = /:assumed-role\/tourniquet-[a-z-]+\/(.+)$/;
  const seen = (await sandbox.get<RecordedCall[]>('/_sandbox/calls'))
    .filter((call) => call.account === sandbox.accounts.member && JSON.stringify(call).includes(victim))
    .flatMap(({ principal }) => ours.exec(principal)?.[1] ?? []);
  // The run that contained, and the one that released; whoever looks at the instance by the way is no run of it.
  expect(sessions.size).toBe(2);
  expect([...sessions].filter((one) => !seen.includes(one))).toEqual([]);
});

test('the page of the incident tells of its logs to those who may read them, and of all else to others', async () => {
  const { incident, victim } = await playLogFiles(deployed());
  const told = join(folder, 'told.html');
  expect(await type('ada', 'incident', incident, '--page', told)).toMatchObject({ code: 0 });
  const html = readFileSync(told, 'utf8');
  for (const id of ['lanes', 'vector', 'checks', 'radius', 'connections', 'labelled'])
    expect(html).toContain(`<section id="${id}"`);
  expect(html).toContain(customers.arn);
  expect(html).toContain(victim);
  const refused = join(folder, 'refused.html');
  expect(await type('olga', 'incident', incident, '--page', refused)).toMatchObject({ code: 0 });
  expect(readFileSync(refused, 'utf8')).toMatch(
    /<section id="lanes".*is not read\. AWS refused.*<section id="ledger"/s,
  );
}, 300_000);

test('who may not fetch evidence is not told of it', async () => {
  const { incident } = await playLogFiles(deployed());
  expect(await type('olga', 'timeline', incident)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/is not read\. AWS refused[\s\S]*None of \d+ sealed logs/),
  });
});
