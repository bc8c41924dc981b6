import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { record } from '../timeline/logs.ts';

const root = join(import.meta.dirname, '../..');

/** What the timeline of a file of CloudTrail took, and what jq took to print its records again. */
export interface Timed {
  readonly records: number;
  readonly megabytes: number;
  readonly seconds: number;
  /** The most memory that was resident, in MB; null where the machine does not say. */
  readonly memory: number | null;
  /** Null where there is no jq. */
  readonly jq: number | null;
}

const calls = [
  'iam:ListUsers',
  's3:GetObject',
  'kms:Decrypt',
  'ec2:DescribeInstances',
  'sts:AssumeRole',
  'ssm:GetParameter',
];

/** As CloudTrail delivers them: all in one line, not in the order of their times. */
async function* delivered(records: number): AsyncGenerator<string> {
  yield '{"Records":[';
  for (let number = 0; number < records; number++) {
    const [service, eventName] = (calls[number % calls.length] ?? '').split(':');
    const eventTime = `${new Date(1.77e12 + ((number * 7919) % records) * 250).toISOString().slice(0, 19)}Z`;
    const change = {
      eventTime,
      eventName,
      eventSource: `${service}.amazonaws.com`,
      sourceIPAddress: `198.51.100.${number % 250}`,
    };
    yield `${number === 0 ? '' : ','}${JSON.stringify(record(number, change))}`;
  }
  yield ']}';
}

async function generated(file: string, records: number): Promise<number> {
  let length = 0;
  const counted = async function* () {
    for await (const part of delivered(records)) {
      length += part.length;
      yield part;
    }
  };
  await pipeline(counted, createGzip({ level: 1 }), createWriteStream(file));
  return length;
}

function residentIn(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

async function timed(command: string, words: readonly string[]) {
  const started = performance.now();
  const child = spawn(command, words, { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] });
  let memory = 0;
  const looks = setInterval(() => {
    memory = Math.max(memory, residentIn(child.pid ?? 0));
  }, 100);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(looks);
  if (code !== 0) throw new Error(`${command} ended with ${code}.`);
  return { seconds: (performance.now() - started) / 1000, memory: memory === 0 ? null : Math.round(memory) };
}

/** Makes so many records, and measures on the same file. */
export async function timedTimeline(records: number): Promise<Timed> {
  const folder = mkdtempSync(join(tmpdir(), 'timeline-bench-'));
  const file = join(folder, 'trail.json.gz');
  try {
    const length = await generated(file, records);
    const ours = await timed(process.execPath, ['bin/tourniquet.ts', 'timeline', file, '--json']);
    const hasJq = spawnSync('jq', ['--version']).status === 0;
    const jq = hasJq ? await timed('sh', ['-c', `gzip -dc ${file} | jq -c '.Records[]'`]) : null;
    return { records, megabytes: Math.round(length / 1e6), ...ours, jq: jq?.seconds ?? null };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
