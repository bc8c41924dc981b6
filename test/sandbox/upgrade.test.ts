/**
 * A version over the one before while an incident is held and a question is open: it reads what the older one wrote, runs under way go on, and
 * what is held is released exactly. Back again, the older one says which incidents it cannot read. In a sandbox of its own, by npm run nightly.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { typed } from '../console/typed.ts';
import type { Attached } from '../deployed/deployed.ts';
import { pictureOf } from '../scenario/picture.ts';
import { incidentsAbout } from '../scenario/runs.ts';
import { type Deployment, deployStack, prepareStacks, startDeployment, type Version } from './deployment.ts';
import { buildEstate, launch } from './estate.ts';
import { findingAbout, send } from './finding.ts';

const root = join(import.meta.dirname, '../..');
const git = (...words: string[]): string =>
  execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** Until there is a release: a commit from before items, forwarders and rules that this version adds. */
const firstKnown = '7cbf805';

/** The commit that this version is deployed over: the last tag before it. Null in a clone that does not have it. */
function formerCommit(): string | null {
  try {
    return git('rev-parse', '--verify', `${git('describe', '--tags', '--abbrev=0', 'HEAD^')}^{commit}`);
  } catch {
    // No tag.
  }
  try {
    return git('rev-parse', '--verify', `${firstKnown}^{commit}`);
  } catch {
    return null;
  }
}

const former = formerCommit();
if (!former)
  process.stdout.write(`Not played: this clone lacks ${firstKnown}. Fetch the whole history: git fetch --unshallow\n`);

const place = mkdtempSync(join(tmpdir(), 'tourniquet-former-'));
const soon = { timeout: 240_000, interval: 500 };
let deployment: Deployment;
let attached: Attached;

async function checkOut(commit: string): Promise<Version> {
  const folder = join(place, 'former');
  git('worktree', 'add', '--detach', '--quiet', folder, commit);
  // Packages of another version would have to be fetched; what they do for a synthesis is the same.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { configuration } = await import(join(folder, 'test/sandbox/deployment.ts'));
  return { root: folder, configuration };
}

/** Somebody at a terminal of the current version. */
const as = (who: 'rosa' | 'leo') => {
  const { sandbox, operators } = deployment;
  const { accessKeyId, secretAccessKey } = operators[who];
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return async (...words: string[]): Promise<unknown> => {
    const aws = { AWS_ENDPOINT_URL: sandbox.endpoint, AWS_REGION: sandbox.region, ...keys };
    const { code, stdout, stderr } = await typed([...words, '--json'], aws);
    expect({ code, stderr }, words.join(' ')).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };
};

const Seen = z.object({
  state: z.string(),
  approvals: z.array(
    z.object({ id: z.string(), question: z.string(), state: z.string(), asks: z.string().nullable() }),
  ),
  ledger: z.object({ intact: z.literal(true) }),
});
const look = async (incident: string) => Seen.parse(await as('rosa')('incident', incident));
const open = async (incident: string, question: string): Promise<string> => {
  const { approvals } = await look(incident);
  return approvals.find((one) => one.question === question && one.state === 'PENDING' && one.asks)?.id ?? '';
};

interface Victim {
  readonly instance: string;
  readonly incident: string;
  readonly before: unknown;
}

/** An instance that a finding is about, up to the question whether to contain it. */
async function attack(): Promise<Victim> {
  const instance = await launch(deployment, attached.estate);
  const before = await pictureOf(attached, instance);
  await send(deployment, findingAbout(deployment, instance));
  await expect.poll(() => incidentsAbout(attached, instance), soon).toHaveLength(1);
  const [incident = ''] = await incidentsAbout(attached, instance);
  await expect.poll(() => open(incident, 'quarantine'), soon).not.toBe('');
  return { instance, incident, before };
}

async function contain({ incident, instance, before }: Victim): Promise<void> {
  await as('rosa')('approve', await open(incident, 'quarantine'));
  await expect.poll(async () => (await look(incident)).state, soon).toBe('contained');
  expect(await pictureOf(attached, instance)).not.toEqual(before);
}

async function release({ incident, instance, before }: Victim): Promise<void> {
  await as('rosa')('release', incident, '--reason', 'rebuilt');
  await expect.poll(() => open(incident, 'release'), soon).not.toBe('');
  await as('leo')('approve', await open(incident, 'release'));
  await expect.poll(async () => (await look(incident)).state, soon).toBe('released');
  expect(await pictureOf(attached, instance)).toEqual(before);
}

async function deploy(version?: Version): Promise<void> {
  await deployment.sandbox.post('/_sandbox/enforce', { on: false });
  await prepareStacks(deployment.sandbox, deployment.slack.url, {}, version);
  // The hub first: members trust tags that its functions carry.
  await deployStack(deployment.sandbox, 'hub', 'Tourniquet');
  await deployStack(deployment.sandbox, 'member', 'TourniquetMember');
  await deployment.sandbox.post('/_sandbox/enforce', { on: true });
}

describe.skipIf(!former)('a version over the one before, and back', () => {
  let version: Version;

  beforeAll(async () => {
    version = await checkOut(former ?? '');
    deployment = await startDeployment(undefined, { waits: 0.2, version });
    attached = { ...deployment, estate: await buildEstate(deployment) };
  }, 300_000);
  afterAll(async () => {
    await deployment?.stop();
    if (existsSync(join(place, 'former'))) git('worktree', 'remove', '--force', join(place, 'former'));
  });

  test('goes on with what is held and what is asked, and releases exactly; the older one over it says what it cannot read', async () => {
    const [held, asked] = await Promise.all([attack(), attack()]);
    await contain(held);
    await deploy();
    await contain(asked);
    await release(held);
    const [later, newer] = await Promise.all([attack(), attack()]);
    await contain(later);
    await deploy(version);
    await as('rosa')('approve', await open(newer.incident, 'quarantine'));
    const ended = async () => {
      const about = { about: [newer.instance] };
      const runs = await deployment.sandbox.post<{ status: string; output: string }[]>('/_sandbox/runs', about);
      return runs.map(({ status, output }) => ({ status, output }));
    };
    // It contains, and cannot close what a newer version opened.
    const said = expect.stringContaining('a newer version wrote it. Nothing is lost');
    await expect.poll(ended, soon).toEqual([{ status: 'FAILED', output: said }]);
  }, 900_000);
});

afterAll(() => rmSync(place, { recursive: true, force: true }));
