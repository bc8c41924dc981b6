/** An artefact of any size passes through a function of 512 MB: what is made as it is read is sealed, and the memory that takes stays flat. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { deep, isTurnOf } from '../depth.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
/** Memory of a function, as lib/infra gives it to those that seal. */
const memory = 512 * MiB;
/** What a run may take more than another one without holding what it carries. */
const noise = 96 * MiB;

const block = randomBytes(MiB);
function* content(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= block.length) yield left < block.length ? block.subarray(0, left) : block;
}
function digestOf(size: number): string {
  const hash = createHash('sha256');
  for (const part of content(size)) hash.update(part);
  return hash.digest('base64');
}

let size = 0;
/** Bytes that have arrived in the vault. */
let arrived = 0;

/** The store of code writes what is asked for; the vault hashes what comes and forgets it. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') return pipeline(Readable.from(content(size)), response).catch(() => {});
  const hash = createHash('sha256');
  arrived = 0;
  for await (const part of request) {
    hash.update(part);
    arrived += part.length;
  }
  const kept = hash.digest('base64');
  const status = kept === request.headers['x-amz-checksum-sha256'] ? 200 : 400;
  response.writeHead(status, { 'x-amz-version-id': 'v1', 'x-amz-checksum-sha256': kept }).end();
}

let server: Server;
const folder = mkdtempSync(join(tmpdir(), 'carried-'));
beforeAll(async () => {
  writeFileSync(join(folder, 'build.json'), JSON.stringify({ version: '0.0.0', sha256: '0' }));
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const Carried = z.object({ outcome: z.string(), because: z.string().optional(), peak: z.number() });

async function carried(bytes: number) {
  size = bytes;
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = {
    NAME: 'tourniquet',
    VAULT: 'vault',
    VAULT_KEY: 'arn:aws:kms:eu-central-1:111122223333:key/1',
    VAULT_OWNER: '111122223333',
    RETENTION_DAYS: '90',
    LOCK: 'governance',
  };
  const env = {
    ...process.env,
    LAMBDA_TASK_ROOT: folder,
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [`TOURNIQUET_${name}`, value])),
  };
  const words = [join(import.meta.dirname, 'carry.ts'), origin, `${bytes}`, digestOf(bytes)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env });
  return Carried.parse(JSON.parse(stdout));
}

const turn = isTurnOf('a large artefact', ['lambdas/runtime', 'lambdas/lambda/record-function']);

test.runIf(turn)(
  'a package of 256 MiB takes no more memory than one of 64',
  async () => {
    const [small, large] = [await carried(64 * MiB), await carried(256 * MiB)];
    expect(arrived).toBe(256 * MiB);
    for (const one of [small, large]) expect(one).toMatchObject({ outcome: 'recorded' });
    expect(large.peak).toBeLessThan(memory);
    expect(large.peak - small.peak).toBeLessThan(noise);
  },
  60_000,
);

test.runIf(deep)(
  'one of 4 GiB fits through 512 MB',
  async () => {
    const whole = await carried(4 * GiB);
    expect(arrived).toBe(4 * GiB);
    expect(whole).toMatchObject({ outcome: 'recorded' });
    expect(whole.peak).toBeLessThan(memory);
  },
  600_000,
);
