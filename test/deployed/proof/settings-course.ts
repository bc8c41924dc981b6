/** Plays what together needs every right about settings: a change for two people, units of the organisation, the daily call. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { typed } from '../../console/typed.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { invoke } from '../../sandbox/invoke.ts';
import { forgetSettings } from '../../sandbox/settings.ts';
import type { Attached } from '../deployed.ts';

export async function playSettings(deployment: Attached): Promise<void> {
  const { operators, sandbox } = deployment;
  const folder = mkdtempSync(join(tmpdir(), 'settings-course-'));
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify({ inUnits: { 'ou-sand-quarantine': { breaker: { account: 501, all: 500 } } } }));
  const by = ({ accessKeyId, secretAccessKey }: Credentials, ...words: string[]) =>
    typed(['settings', ...words, '--json'], {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_REGION: sandbox.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
  const forget = await forgetSettings(deployment);
  const proposed = await by(operators.rosa, 'set', file, '--reason', 'a drill');
  const { change } = JSON.parse(proposed.stdout) as { change: string };
  const approved = await by(operators.leo, 'approve', change);
  expect(JSON.parse(approved.stdout)).toMatchObject({ outcome: 'changed', version: 1 });
  expect(await invoke(deployment, 'keep-settings', { 'detail-type': 'Scheduled Event' })).toMatchObject({
    reset: false,
  });
  await forget();
  rmSync(folder, { recursive: true });
}
