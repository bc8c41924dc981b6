import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openingFacts } from '../../../lib/domain/clock/incident-fact.ts';
import { clocksAt } from '../../../lib/domain/clock/live-clock.ts';
import { Config } from '../../../lib/domain/config.ts';
import { anyInstance } from '../../ec2/instance/target.ts';
import type { Message } from '../../runtime/blocks.ts';
import type { StepContext } from '../../runtime/serve-step.ts';

let regimes: ('dfars' | 'cisa-voluntary')[];
const sealed = new Map<string, string>();
const told: Message[] = [];
vi.mock('../../runtime/environment.ts', () => ({ config: () => Config.parse({ regimes }) }));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('../../runtime/channels.ts', () => ({
  tell: async (_: unknown, message: Message, { rest }: { rest: Message }) => told.push(message, rest),
}));
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, { name, body }: { name: string; body: Uint8Array }) => {
    sealed.set(name, Buffer.from(body).toString());
    return { uri: `s3://vault/incidents/inc-1/${name}` };
  },
}));
const { file } = await import('./handler.ts');

const openedAt = '2026-11-21T10:00:00.000Z';
const target = { ...anyInstance({ partition: 'aws', account: '111122223333' }), region: 'eu-central-1', id: 'i-1' };
const finding = {
  source: 'guardduty',
  id: 'f1',
  arn: 'arn:f1',
  type: 'Backdoor:EC2/Spambot',
  severity: 'high',
  score: 8,
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  sample: false,
  archived: false,
  title: '[click](http://evil.example) <!channel>',
  role: 'ACTOR',
  count: 1,
  instance: null,
  remotes: [],
  firstSeen: openedAt,
  lastSeen: openedAt,
};
const items = [
  { sk: 'META', state: 'open' },
  { sk: 'FINDING#f1', finding, receivedAt: openedAt },
  { sk: 'FINDING#f2', finding: 'of a newer version' },
  {
    sk: 'LEDGER#000002',
    sequence: 2,
    previous: 'a',
    at: openedAt,
    kind: 'step',
    actor: 's',
    what: 'second',
    detail: {},
    hash: 'b',
  },
  {
    sk: 'LEDGER#000001',
    sequence: 1,
    previous: '0',
    at: openedAt,
    kind: 'opened',
    actor: 'o',
    what: 'first',
    detail: {},
    hash: 'a',
  },
  { sk: 'LEDGER-HEAD', sequence: 2, hash: 'b' },
  ...clocksAt({ facts: openingFacts(openedAt), obligations: [] }, ['dfars'], openedAt).map((one) => ({
    sk: `OBLIGATION#dfars#${one.report}`,
    ...one,
    'reminded#at-50': { state: 'told' },
  })),
];

function context(mode: 'observe' | 'respond' = 'respond') {
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt };
  const table = { query: async (_: string, kind: string) => items.filter(({ sk }) => sk.startsWith(kind)) };
  return { target, run, table, now: () => '2026-11-21T10:00:30.000Z' } as unknown as StepContext<typeof target>;
}

describe('file-report-task', () => {
  beforeEach(() => {
    regimes = ['dfars'];
    sealed.clear();
    told.length = 0;
  });

  it('seals the draft for people and for programs, and posts the task', async () => {
    const result = await file(context());
    expect(result).toMatchObject({ outcome: 'filed', dueAt: '2026-11-24T10:00:00.000Z' });
    expect(result.draft?.uri).toBe('s3://vault/incidents/inc-1/report-draft.md');
    expect([...sealed.keys()].toSorted()).toEqual(['report-draft.json', 'report-draft.md']);
    const [message, rest] = told;
    expect(message?.text).toContain('due in 71 h 59 min');
    expect(JSON.stringify(rest?.blocks)).toContain('Impact on covered defence information');
    expect(JSON.stringify(rest?.blocks)).toContain('sends nothing to any authority');
  });

  it('takes one line of the channel, with the time it is due, and no buttons: a question may stand above it', async () => {
    await file(context());
    const [message] = told;
    expect(message?.blocks).toHaveLength(1);
    expect(JSON.stringify(message?.blocks)).not.toContain('\\n');
    expect(JSON.stringify(message?.blocks)).toContain('due in 71 h 59 min');
    expect(JSON.stringify(message?.blocks)).not.toContain('action_id');
  });

  it('marks in the page what a machine wrote, and lets no outside text become a link', async () => {
    await file(context());
    const page = sealed.get('report-draft.md') ?? '';
    expect(page).toContain('MACHINE DRAFT, a person must confirm it');
    expect(page).toContain('UNKNOWN, a person fills it in');
    expect(page).not.toContain('[click](');
    expect(page.match(/^## \d\. /gm)).toHaveLength(8);
    expect(page.indexOf('first')).toBeLessThan(page.indexOf('second'));
  });

  it('counts a configured clock that could not be written down', async () => {
    regimes = ['dfars', 'cisa-voluntary'];
    await file(context());
    expect(JSON.parse(sealed.get('report-draft.json') ?? '').obligations).toHaveLength(3);
  });

  it('writes and posts nothing in observe mode', async () => {
    expect(await file(context('observe'))).toMatchObject({ outcome: 'would-file', draft: null });
    expect([sealed.size, told.length]).toEqual([0, 0]);
  });
});
