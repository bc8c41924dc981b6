/**
 * Starts the local AWS (gateway.py) and ends it again. Makes the Python environment it needs on first use.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const home = join(root, '.sandbox');
/** The hub's first; us-east-1 is where global services are recorded. */
const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-2'] as const;
const [region] = regions;
const members = ['444455556666', '555566667777', '888899990000'] as const;
const accounts = { hub: '111122223333', member: members[0] };
const startWithinMs = 60_000;
const endWithinMs = 3_000;

export type Sandbox = {
  endpoint: string;
  region: string;
  accounts: { hub: string; member: string };
  /** All member accounts, the one above first. */
  members: readonly string[];
  /** All Regions that are played, the one above first. */
  regions: readonly string[];
  /** Everything temporary of this run lies below it, `gateway.log` too. */
  work: string;
  /** What a program needs to talk to this AWS as the root of an account, and to no other. */
  env: (account: string) => NodeJS.ProcessEnv;
  post: <T = unknown>(path: string, body: unknown) => Promise<T>;
  get: <T = unknown>(path: string) => Promise<T>;
  stop: () => Promise<void>;
};

export type SandboxOptions = {
  log?: (line: string) => void;
  keepWork?: boolean;
  /** Share of a Wait state's time that is waited, 1 by itself. What AWS takes to let a deny hold everywhere, nothing takes here. */
  waits?: number;
};

/** One entry of `GET /_sandbox/calls`. */
export type RecordedCall = {
  time: string;
  durationMs: number;
  principal: string;
  accessKeyId: string;
  account: string;
  region: string;
  action: string;
  resources: string[];
  /** Everything AWS checks for the call, PassRole, tags on create and the encryption key included. */
  checks: { action: string; resource: string; context: Record<string, string> }[];
  refused: { action: string; resource: string } | null;
  request: Record<string, unknown>;
  allowed: boolean;
  error: string | null;
  requestId: string;
  userAgent: string;
  /** Key id of the session that an AssumeRole handed out. */
  issued: string | null;
};

/** One rule for `POST /_sandbox/faults`. */
export type FaultRule = {
  action: string;
  contains?: string;
  principal?: string;
  account?: string;
  skip?: number;
  times?: number;
  effect: 'deny' | 'throttle' | 'delay' | 'cut' | 'kill-before' | 'kill-after' | 'error';
  seconds?: number;
  code?: string;
  /** Of `error`: the HTTP status that goes with `code`; 500 when left out. */
  status?: number;
};

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
  const python = await pythonEnvironment(log);
  const work = mkdtempSync(join(home, 'run-'));
  const gateway = spawnGateway(python, work, options.waits ?? 1);
  const release = endWithProcess(gateway, work, options.keepWork ?? false);
  try {
    const endpoint = await announced(gateway, work);
    await healthy(endpoint, work);
    log(`sandbox: ${endpoint}, log ${join(work, 'gateway.log')}`);
    return {
      endpoint,
      region,
      accounts,
      members,
      regions,
      work,
      env: (account) => environment(endpoint, account),
      ...client(endpoint),
      stop: () => end(gateway, release),
    };
  } catch (error) {
    kill(gateway);
    throw error;
  }
}

function spawnGateway(python: string, work: string, waits: number): ChildProcess {
  const logFile = openSync(join(work, 'gateway.log'), 'a');
  // A group of its own, so that it can be ended together with the functions it runs. It also ends by itself when the
  // pipe to its standard input closes, whatever became of us.
  return spawn(
    python,
    [
      join(here, 'gateway.py'),
      '--work',
      work,
      ...regions.flatMap((one) => ['--region', one]),
      ...[accounts.hub, ...members].flatMap((one) => ['--account', one]),
      '--waits',
      String(waits),
      ...(process.env.TOURNIQUET_KUBERNETES ? ['--kubernetes', process.env.TOURNIQUET_KUBERNETES] : []),
      '--until-stdin-closes',
    ],
    { env: { PATH: pathWithNode(), LANG: 'C.UTF-8' }, stdio: ['pipe', 'pipe', logFile], detached: true },
  );
}

/** Functions run the `node` of the repository, whatever the machine has. */
function pathWithNode(): string {
  return [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
}

async function announced(gateway: ChildProcess, work: string): Promise<string> {
  const { stdout } = gateway;
  if (stdout === null) throw new Error('the gateway has no standard output');
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve)),
    new Promise<string>((resolve) => gateway.once('exit', () => resolve(''))),
    new Promise<string>((resolve) => gateway.once('error', () => resolve(''))),
    sleep(startWithinMs, '', { ref: false }),
  ]);
  const announcement: unknown = line === '' ? undefined : JSON.parse(line);
  if (
    typeof announcement === 'object' &&
    announcement !== null &&
    'endpoint' in announcement &&
    typeof announcement.endpoint === 'string'
  )
    return announcement.endpoint;
  throw failed('The sandbox did not start.', work);
}

async function healthy(endpoint: string, work: string): Promise<void> {
  const answer = await fetch(`${endpoint}/_sandbox/health`, { signal: AbortSignal.timeout(startWithinMs) }).catch(
    () => undefined,
  );
  if (!answer?.ok) throw failed('The sandbox started but does not answer.', work);
}

function failed(what: string, work: string): Error {
  const file = join(work, 'gateway.log');
  const last = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  return new Error(`${what} The last lines of ${file}:\n${last}`);
}

function client(endpoint: string): Pick<Sandbox, 'post' | 'get'> {
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const answer = await fetch(new URL(path, endpoint), init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${init.method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    get: (path) => call(path, { method: 'GET' }),
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
  };
}

function environment(endpoint: string, account: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_'));
  return {
    ...Object.fromEntries(own),
    PATH: pathWithNode(),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3_CONTROL: byName(endpoint),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'test',
    // No profile, metadata service or proxy of the machine may come in between.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1',
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: region,
    CDK_NOTICES: 'false',
    CDK_VERSION_REPORTING: 'false',
    CDK_DISABLE_VERSION_CHECK: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** For S3 Control, whose clients put the account's id before the host. */
export const byName = (endpoint: string): string => endpoint.replace('127.0.0.1', 'localhost');
createRequire(import.meta.url)('./localhost.cjs');

function kill(gateway: ChildProcess): void {
  if (gateway.pid === undefined) return;
  try {
    process.kill(-gateway.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** Whatever ends this process ends the gateway, and takes its files along unless the run failed. */
function endWithProcess(gateway: ChildProcess, work: string, keepWork: boolean): () => void {
  const clean = () => {
    kill(gateway);
    if (!keepWork && !process.exitCode) rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  };
  const signalled = (signal: NodeJS.Signals) => {
    release();
    process.kill(process.pid, signal);
  };
  const release = () => {
    process.off('exit', clean);
    process.off('SIGINT', signalled);
    process.off('SIGTERM', signalled);
    clean();
  };
  process.once('exit', clean);
  process.once('SIGINT', signalled);
  process.once('SIGTERM', signalled);
  return release;
}

async function end(gateway: ChildProcess, release: () => void): Promise<void> {
  if (gateway.exitCode === null && gateway.signalCode === null) {
    const ended = new Promise((resolve) => gateway.once('exit', resolve));
    gateway.kill('SIGTERM');
    await Promise.race([ended, sleep(endWithinMs, undefined, { ref: false })]);
  }
  release();
}

/** The Python of a virtual environment that holds exactly what requirements.txt pins; made on first use. */
export async function pythonEnvironment(log: (line: string) => void): Promise<string> {
  const requirements = join(here, 'requirements.txt');
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(home, 'venv', key);
  const python = join(folder, 'bin', 'python');
  const lock = `${folder}.lock`;
  mkdirSync(join(home, 'venv'), { recursive: true });
  while (!existsSync(folder)) {
    if (!take(lock)) {
      await sleep(200);
      continue;
    }
    try {
      log('sandbox: installing its Python packages (once)');
      await makeEnvironment(folder, requirements);
      for (const old of readdirSync(join(home, 'venv')))
        if (!old.startsWith(key)) rmSync(join(home, 'venv', old), { recursive: true, force: true });
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return python;
}

/** True for the one process that may build. A lock whose process is gone is nobody's. */
function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isAlive(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

/** Built beside its place and renamed when whole, so a half-made one is never taken for an environment. */
async function makeEnvironment(folder: string, requirements: string): Promise<void> {
  const building = `${folder}.building`;
  rmSync(building, { recursive: true, force: true });
  const run = promisify(execFile);
  await run('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).catch(() => {
    throw new Error(
      'The sandbox needs Python 3.10 or newer as `python3` on the PATH. Install it (Debian: apt-get install python3 python3-venv) and try again.',
    );
  });
  await run('python3', ['-m', 'venv', building]).catch((error: Error) => {
    throw new Error('`python3 -m venv` failed; on Debian and Ubuntu install the package python3-venv.', {
      cause: error,
    });
  });
  await run(join(building, 'bin', 'python'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-compile',
    '--no-deps',
    '--require-hashes',
    '-r',
    requirements,
  ]);
  renameSync(building, folder);
}
