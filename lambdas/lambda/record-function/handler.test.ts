import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Recorded } from '../../../lib/domain/recorded.ts';
import { lambdaFunction } from '../lambda-function/target.ts';

interface Artefact {
  readonly kind: string;
  readonly name: string;
  readonly source: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly body: string;
}
const sealed: Artefact[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, artefact: Omit<Artefact, 'body'> & { body: Uint8Array }) => {
    sealed.push({ ...artefact, body: Buffer.from(artefact.body).toString() });
    return { kind: artefact.kind };
  },
  sealStream: async (_: unknown, artefact: Omit<Artefact, 'body'> & { body: NodeJS.ReadableStream }) => {
    sealed.push({ ...artefact, body: await text(artefact.body) });
    return { kind: artefact.kind };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, code: unknown) => code }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));
const fetched: string[] = [];
vi.stubGlobal('fetch', async (url: string) => {
  fetched.push(url);
  return new Response(`bytes of ${url}`, { status: url.includes('broken') ? 500 : 200 });
});
afterAll(() => vi.unstubAllGlobals());
const handler = (await import('./handler.ts')).handler as unknown as (context: object) => Promise<Recorded>;

const digest = createHash('sha256').update('code').digest();
const kept = { CodeSize: 4, CodeSha256: digest.toString('base64') };
const layerArn = 'arn:aws:lambda:eu-central-1:111122223333:layer:tools:3';
const Configuration = { FunctionName: 'pay', ...kept, Environment: { Variables: { PASSWORD: 'hunter2' } } };
const usual: Record<string, () => object> = {
  GetFunction: () => ({ Configuration, Code: { RepositoryType: 'S3', Location: 'https://store/code?signed' } }),
  GetLayerVersionByArn: () => ({ Content: { ...kept, Location: 'https://store/layer?signed' } }),
  GetPolicy: () => ({ Policy: '{"Statement":[]}', RevisionId: 'r1' }),
};

function context(answers: typeof usual, mode: 'observe' | 'respond' = 'respond') {
  const client = new LambdaClient({ region: 'eu-central-1' });
  vi.spyOn(client, 'send').mockImplementation(
    async (command: { constructor: { name: string } }) =>
      answers[command.constructor.name.replace(/Command$/, '')]?.() ?? {},
  );
  const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
  const target = { ...lambdaFunction.any(place), id: 'pay', layers: [layerArn] };
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt: '2026-11-30T02:00:00.000Z' };
  return { target, run, session: { client: () => client } };
}

describe('record-function', () => {
  beforeEach(() => {
    sealed.splice(0);
    fetched.splice(0);
  });

  it('seals the configuration with its secrets, which nobody else is shown, and not the address of the code', async () => {
    const result = await handler(context(usual));
    expect(result).toMatchObject({ outcome: 'recorded', gaps: [] });
    const configuration = sealed.find(({ name }) => name === 'function.json')?.body;
    expect(configuration).toContain('hunter2');
    expect(configuration).not.toContain('signed');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('passes code and layers on as Lambda keeps them, with the size and the hash that it says', async () => {
    await handler(context(usual));
    const said = { size: 4, sha256: digest.toString('hex') };
    expect(sealed.filter(({ size }) => size !== undefined)).toEqual([
      expect.objectContaining({ ...said, name: 'function-code.zip', body: 'bytes of https://store/code?signed' }),
      expect.objectContaining({ ...said, name: 'layer-tools-3.zip', source: layerArn }),
    ]);
  });

  it('says that a container image stays in its registry', async () => {
    const GetFunction = () => ({ Configuration: { ...Configuration, CodeSize: 0 }, Code: { ImageUri: 'ecr/pay:1' } });
    const result = await handler(context({ ...usual, GetFunction }));
    expect(result).toMatchObject({ outcome: 'recorded' });
    expect(result.gaps).toEqual([{ kind: 'function-code', because: expect.stringContaining('container image') }]);
  });

  it('keeps the rest where a layer of another account is denied, or the code cannot be fetched', async () => {
    const GetLayerVersionByArn = () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    };
    const GetFunction = () => ({ Configuration, Code: { Location: 'https://broken/' } });
    const result = await handler(context({ ...usual, GetLayerVersionByArn, GetFunction }));
    expect(result.outcome).toBe('partly-recorded');
    expect(result.because).toMatch(/function-code is missing .*500.*function-layer is missing .*AccessDenied/);
    expect(sealed.map(({ name }) => name)).toEqual(['function.json']);
  });

  it('observing, it fetches no code', async () => {
    expect(await handler(context(usual, 'observe'))).toMatchObject({ outcome: 'would-record', evidence: [] });
    expect([sealed, fetched]).toEqual([[], []]);
  });
});
