/** What is gone soon: read through Systems Manager while people are asked, whole in the vault and nowhere else. */
import { createHash } from 'node:crypto';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { incidentFrom } from '../../lib/record/incident.ts';
import { page } from '../../lib/record/page/page.ts';
import { secretOnHost } from '../sandbox/agent.ts';
import { decideBySignature } from '../scenario/command-line.ts';
import { itemsOf, runsAbout } from '../scenario/runs.ts';
import { deployed, messagesOf, sealedIn } from './deployed.ts';
import { playLive } from './proof/live-course.ts';

const deployment = deployed();
const patience = 240_000;
const file = (instance: string) => `live-facts-${instance}.txt`;

/** Far more than the 24,000 characters that Systems Manager shows. */
const many = `case "$*" in *args=*) i=0; while [ $i -lt 2000 ]; do printf ' %d 1 www Mon Nov 30 10:00:00 2026 worker --pass ${secretOnHost}\\n' $i; i=$((i+1)); done ;; *) echo ' 1 0 root worker' ;; esac`;

test.concurrent(
  'of a managed instance lie whole in the vault, with counts on the record and no secret anywhere else',
  async () => {
    const { instance, incident, ended } = await playLive(deployment, { more: { ps: many } });
    expect(ended).toMatchObject({ state: 'contained', trouble: [], results: { 'read-live-facts/run': 'read' } });
    const sealed = await sealedIn(deployment, incident, /live-facts/);
    const text = sealed[file(instance)] ?? '';
    expect(text.length).toBeGreaterThan(100_000);
    expect(text).toContain(secretOnHost);
    expect(text).toMatch(/== modules\nena .*\nrootkit /);
    await decideBySignature(deployment, 'Rosa', { action: 'seal', incident }, 'SealUrl');
    const items = await itemsOf(deployment, `INC#${incident}`);
    const found = incidentFrom(items as never);
    if (!found) throw new Error('There is no incident.');
    const artefact = found.evidence.find(({ kind }) => kind === 'live-facts');
    expect(artefact).toMatchObject({
      size: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      lockMode: 'governance',
      verifications: expect.arrayContaining([expect.objectContaining({ found: 'as recorded' })]),
    });
    const step = found.steps.find(({ step }) => step === 'read-live-facts');
    expect(step?.details).toEqual(expect.arrayContaining(['processes: 2000', 'kernel modules: 2', 'sockets: 1']));
    const shown = page(found, new Date().toISOString());
    expect(shown).toContain('processes: 2000');
    const [run] = await runsAbout(deployment, [instance]);
    const history = await deployment
      .client(SFNClient, 'hub')
      .send(new GetExecutionHistoryCommand({ executionArn: run?.arn, maxResults: 1000 }));
    const said = [items, shown, history.events, await messagesOf(deployment)];
    expect(JSON.stringify(said)).not.toContain(secretOnHost);
    expect(JSON.stringify(said)).not.toContain('X-Amz-Signature');
  },
  patience,
);

test.concurrent(
  'of one that cannot reach the vault come back without what may be secret, and the record says what is missing',
  async () => {
    const { instance, incident, ended } = await playLive(deployment, { more: { curl: 'exit 7' } });
    expect(ended.results).toMatchObject({
      'read-live-facts/run': 'partly-read',
      'quarantine-interfaces/verify': 'verified',
    });
    expect(ended.trouble.join('\n')).toContain('arguments of processes and texts of jobs are missing');
    const text = (await sealedIn(deployment, incident, /live-facts/))[file(instance)];
    expect(text).toMatch(/== processes\n.* miner\n/s);
    expect(text).not.toContain(secretOnHost);
  },
  patience,
);
