/** An instance is robbed while the company keeps logs; its incident is then told from what is sealed, with the rights of people who read. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PrintedEvent } from '../../lib/timeline/event.ts';
import { typed } from '../console/typed.ts';
import { deployed } from '../deployed/deployed.ts';
import { playLogFiles } from '../deployed/proof/log-course.ts';
import { customers } from '../sandbox/estate.ts';

const { sandbox, operators, outputs } = deployed();
const folder = mkdtempSync(join(tmpdir(), 'timeline-told-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'config.json');
writeFileSync(
  config,
  JSON.stringify({ hub: sandbox.accounts.hub, organization: { id: 'o-tourniquet1' }, approvers: [], regimes: [] }),
);

/** A person at a terminal, whose temporary folder is this test's. */
async function tell(person: 'rosa' | 'ada' | 'olga', ...words: string[]) {
  const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
  const { accessKeyId, secretAccessKey } = operators[person];
  const aws = { AWS_ENDPOINT_URL: sandbox.endpoint, AWS_REGION: sandbox.region, AWS_ACCESS_KEY_ID: accessKeyId };
  const ended = await typed(['timeline', ...words], { ...aws, AWS_SECRET_ACCESS_KEY: secretAccessKey, TMPDIR });
  expect(readdirSync(TMPDIR)).toEqual([]);
  return ended;
}

test('the theft and what it sent are told in order, own acts set apart by run, and the gap is said', async () => {
  const { incident, victim } = await playLogFiles(deployed());
  const { code, stdout, stderr } = await tell('ada', incident, '--config', config, '--explain', '--json');
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
  const own = events.filter(({ normal }) => normal === 'own-act');
  expect(own.length).toBeGreaterThan(0);
  for (const { why = [], labels } of own) {
    expect(why).toEqual([expect.stringMatching(/^own-act: .* named after a run: \S+; source/)]);
    expect(labels).toEqual([]);
  }
}, 300_000);

test('who may not fetch evidence is not told of it', async () => {
  const { incident } = await playLogFiles(deployed());
  expect(await tell('olga', incident)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/is not read\. AWS refused[\s\S]*None of \d+ sealed logs/),
  });
});
