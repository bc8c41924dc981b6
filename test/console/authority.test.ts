import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { typed } from './typed.ts';

const folder = mkdtempSync(join(tmpdir(), 'authority-'));
afterAll(() => rmSync(folder, { recursive: true }));
const finding = join(import.meta.dirname, '../fixtures/findings/miner.json');

const order = {
  name: 'canaries',
  author: 'Leo',
  date: '2026-01-01',
  because: 'canaries are replaced in a minute',
  until: '2026-12-31',
  question: 'quarantine',
  severity: 'medium',
  when: { tags: { environment: 'canary' } },
};
const configured = (settings: object): string => {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, JSON.stringify(settings));
  return file;
};

const Step = z.looseObject({
  name: z.string(),
  decision: z.string(),
  order: z.string().nullable(),
  ifTagged: z.array(z.string()),
});
const Judged = z.looseObject({ playbook: z.string(), mode: z.string(), steps: z.array(Step) });

async function judged(settings: object, ...words: string[]) {
  const ended = await typed(['authority', '--finding', finding, '--config', configured(settings), ...words, '--json']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const { mode, steps } = Judged.parse(JSON.parse(ended.stdout));
  const of = (name: string) => steps.find((step) => step.name === name);
  return { mode, lever: of('quarantine-interfaces'), snapshot: of('snapshot-volumes') };
}

const respond = { mode: 'respond', standingOrders: [order] };
const canary = ['--tag', 'environment=canary'];

describe('authority, offline', () => {
  test('names the standing order by which a step would be done, and the day on which it is no more', async () => {
    const on = await judged(respond, ...canary, '--at', '2026-12-31T23:59Z');
    expect(on.lever).toMatchObject({ decision: 'standing', order: 'canaries' });
    expect(on.snapshot).toMatchObject({ decision: 'auto', order: null });
    const after = await judged(respond, ...canary, '--at', '2027-01-01T00:00Z');
    expect(after.lever).toMatchObject({ decision: 'ask', because: 'no standing order matches', order: null });
  });

  test('says which order would match with its tags, where the tags are not given', async () => {
    const { lever } = await judged(respond, '--at', '2026-06-01T00:00Z');
    expect(lever).toMatchObject({ decision: 'ask', order: null, ifTagged: ['canaries'] });
  });

  test('observes in observe mode, and asks in one account whose settings differ', async () => {
    expect(await judged({ standingOrders: [order] }, ...canary, '--at', '2026-06-01T00:00Z')).toMatchObject({
      mode: 'observe',
      lever: { decision: 'observe' },
      snapshot: { decision: 'observe' },
    });
    const { account } = z
      .looseObject({ finding: z.looseObject({ account: z.string() }) })
      .parse(JSON.parse((await typed(['explain', finding, '--json'])).stdout)).finding;
    const apart = { ...respond, inAccounts: { [account]: { standingOrders: [] } } };
    const { lever } = await judged(apart, ...canary, '--at', '2026-06-01T00:00Z');
    expect(lever).toMatchObject({ decision: 'ask', because: 'no standing order matches' });
  });

  test('says that no incident can be opened where the account is not known, and lists no step', async () => {
    const { accountId, arn, ...detail } = z
      .looseObject({ detail: z.looseObject({}) })
      .parse(JSON.parse(readFileSync(finding, 'utf8'))).detail;
    const file = join(folder, 'nowhere.json');
    writeFileSync(file, JSON.stringify(detail));
    const { stdout } = await typed(['authority', '--finding', file, '--config', configured(respond)]);
    expect(stdout).toContain('in an unknown account: ec2-instance-compromise');
    expect(stdout).toContain('No incident can be opened without an account');
    expect(stdout).not.toContain('quarantine-interfaces');
  });

  test.each([
    [['--at', 'yesterday'], 'time'],
    [['--tag', 'environment'], 'should read key=value'],
  ])('%j is wrong usage', async (words, says) => {
    const ended = await typed(['authority', '--finding', finding, ...words]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });
});
