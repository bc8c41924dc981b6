import { beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '../../runtime/blocks.ts';
import type { StepContext } from '../../runtime/serve-step.ts';
import type { Person } from '../person/target.ts';

const told: Message[] = [];
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('../../runtime/channels.ts', () => ({ tell: async (_: unknown, message: Message) => told.push(message) }));
const { file } = await import('./handler.ts');

function context(mode: 'observe' | 'respond', id = 'eve@example.com') {
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt: '2026-11-21T10:00:00.000Z' };
  return { target: { id, account: '444455556666' }, run } as unknown as StepContext<Person>;
}

beforeEach(() => {
  told.length = 0;
});

it('tells what the owner of the identity provider has to do, in order, and what comes last', async () => {
  expect(await file(context('respond'))).toEqual({ outcome: 'filed' });
  const [message] = told;
  const words = JSON.stringify(message?.blocks);
  const order = [
    'Disable the account',
    'End all its sessions',
    'Reset its password',
    'mail rules',
    'Release the deny in AWS last',
  ];
  const found = order.map((part) => words.indexOf(part));
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  expect(Math.min(...found)).toBeGreaterThan(0);
  expect(words).toContain('Do not tell eve@example.com');
  expect(message?.text).toContain('Do not tell eve@example.com');
  expect(words).toContain('inc-1');
});

it('files nothing while it only watches', async () => {
  expect(await file(context('observe'))).toEqual({ outcome: 'would-file' });
  expect(told).toEqual([]);
});

it('lets no name ping a channel or forge a link', async () => {
  await file(context('respond', '<!channel> <https://evil.example|eve>'));
  const [message] = told;
  expect(`${message?.text}${JSON.stringify(message?.blocks)}`).not.toContain('<');
});
