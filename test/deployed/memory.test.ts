/** The memory of an instance: copied while people are asked, whole in the vault or said to be cut short; by the tool that is named, and no other. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { incidentFrom } from '../../lib/record/incident.ts';
import { page } from '../../lib/record/page/page.ts';
import { copiable } from '../sandbox/agent.ts';
import { memoryTool } from '../sandbox/memory-tool.ts';
import { itemsOf, runsAbout } from '../scenario/runs.ts';
import { deployed, messagesOf } from './deployed.ts';
import { playLive } from './proof/live-course.ts';

const deployment = deployed();
const patience = 240_000;
const s3 = deployment.client(S3Client, 'hub');
const Bucket = deployment.outputs.VaultName;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** What the tool writes, as whoever runs it gets it. */
const whole = execFileSync('/bin/sh', ['-c', '/bin/sh -c "$0" tool /dev/stdout | cat', memoryTool], {
  maxBuffer: 1 << 26,
});

const recordOf = async (incident: string) => {
  const found = incidentFrom((await itemsOf(deployment, `INC#${incident}`)) as never);
  if (!found) throw new Error('There is no incident.');
  return found;
};

/** What lies in the vault of a dump. */
async function dumpOf(incident: string, instance: string) {
  const Prefix = `incidents/${incident}/memory-${instance}.lime`;
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  expect(Versions.length).toBeLessThanOrEqual(1);
  const [version] = Versions;
  if (!version) return null;
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: version.Key, VersionId: version.VersionId }));
  return { bytes: Buffer.from((await got.Body?.transformToByteArray()) ?? []), lock: got.ObjectLockRetainUntilDate };
}

/** Nobody may put anything any more. */
async function uploadsOf(incident: string): Promise<number> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  return Uploads.filter(({ Key = '' }) => Key.includes(incident)).length;
}

test.concurrent(
  'lies whole in the vault, with the hash of what the tool wrote, and its addresses are nowhere',
  async () => {
    const { instance, incident, ended } = await playLive(deployment, { more: copiable }, 'memory');
    expect(ended).toMatchObject({ trouble: [], results: { 'capture-memory/run': 'captured' } });
    const dump = await dumpOf(incident, instance);
    expect(sha256(dump?.bytes ?? Buffer.alloc(0))).toBe(sha256(whole));
    expect(dump?.lock?.getTime()).toBeGreaterThan(Date.now() + 90 * 86_400_000);
    const record = await recordOf(incident);
    const artefact = record.evidence.find(({ kind }) => kind === 'memory');
    expect(artefact).toMatchObject({
      size: whole.length,
      sha256: sha256(whole),
      lockMode: 'governance',
      tool: { name: expect.stringContaining('avml'), sha256: expect.stringContaining(sha256(Buffer.from(memoryTool))) },
    });
    const shown = page(record, new Date().toISOString());
    expect(shown).toMatch(/Memory of .*captured; memory: 18,874,432 bytes in 3 parts; LiME, 2 ranges of memory/);
    const [run] = await runsAbout(deployment, [instance]);
    const history = await deployment
      .client(SFNClient, 'hub')
      .send(new GetExecutionHistoryCommand({ executionArn: run?.arn, maxResults: 1000 }));
    const told = [await itemsOf(deployment, `INC#${incident}`), shown, history.events, await messagesOf(deployment)];
    expect(JSON.stringify(told)).not.toMatch(/X-Amz-Signature|partNumber=/);
    expect(await uploadsOf(incident)).toBe(0);
  },
  patience,
);

test.concurrent(
  'is not copied by a tool with another hash: nothing runs, and the record says which one it is',
  async () => {
    const more = { uname: 'echo aarch64', 'between-ranges': 'touch ran' };
    const { instance, incident, ended } = await playLive(deployment, { more }, 'memory');
    expect(ended.results).toMatchObject({
      'capture-memory/run': 'not-captured',
      'quarantine-interfaces/verify': 'verified',
    });
    expect(ended.trouble.join('\n')).toMatch(
      /another SHA-256 than memory says, and was not run: [0-9a-f]{64}; .* hibernation/,
    );
    expect(await dumpOf(incident, instance)).toBeNull();
    expect(await uploadsOf(incident)).toBe(0);
  },
  patience,
);

test.concurrent(
  'is said to be cut short where the quarantine has ended it, and what has come by then is sealed',
  async () => {
    // The tool waits after its first range, until long after the answer.
    const { instance, incident, ended } = await playLive(
      deployment,
      { more: { ...copiable, 'between-ranges': 'sleep 100' } },
      'a part of the memory',
    );
    expect(ended.results).toMatchObject({
      'capture-memory/run': 'cut-short',
      'quarantine-interfaces/verify': 'verified',
    });
    expect(ended.trouble.join('\n')).toMatch(/the network quarantine of .* has cut the instance off/);
    const dump = await dumpOf(incident, instance);
    const bytes = dump?.bytes ?? Buffer.alloc(0);
    expect(bytes.length).toBeLessThan(whole.length);
    expect(bytes.equals(whole.subarray(0, bytes.length)) && bytes.length > 0).toBe(true);
    const record = await recordOf(incident);
    expect(record.evidence.find(({ kind }) => kind === 'memory')).toMatchObject({
      size: bytes.length,
      sha256: sha256(bytes),
    });
    const step = record.steps.find(({ step }) => step === 'capture-memory');
    expect(step?.details.join('\n')).toMatch(
      /LiME, 1 range of memory, 9,437,184 bytes, of which the last 1,048,608 are missing/,
    );
    expect(await uploadsOf(incident)).toBe(0);
  },
  patience,
);

test.concurrent(
  'is not copied where the configuration names no tool for the system, and the record says so',
  async () => {
    const { ended, incident } = await playLive(deployment, { platform: 'Windows' }, 'memory');
    expect(ended.results).toMatchObject({ 'capture-memory/run': 'not-wanted' });
    const step = (await recordOf(incident)).steps.find(({ step }) => step === 'capture-memory');
    expect(step?.details.join()).toMatch(/memory names no tool for Windows; the other way is hibernation/);
  },
  patience,
);
