import { describe, expect, test } from 'vitest';
import type { Plan } from '../../lib/domain/incident.ts';
import type { AnyStep } from '../../lib/domain/step.ts';
import { playbooks } from '../../playbooks/index.ts';
import { someOf } from '../depth.ts';
import { plunder } from './others.ts';
import {
  approveRemoval,
  changes,
  crashAndRetry,
  crashesIn,
  eventFor,
  invoke,
  nextRun,
  planOf,
  type Result,
  receiptsOf,
  recordFlaws,
  type Scene,
} from './scene.ts';
import { contracts, pause, sceneOf, served, stage, standsForAll, tried } from './suite.ts';
import { itemsOf, tracesOf, worldOf } from './world.ts';
import { shapesFor } from './worlds.ts';

test('the stage knows a target for every step there is', () => {
  const strange = contracts.filter(({ target }) => shapesFor(target).length === 0).map(({ name }) => name);
  expect(strange, 'no kind it takes has a world.ts beside its target.ts').toEqual([]);
});

describe.each(tried('step'))('step %s on %s', (_name, _shape, contract, shape) => {
  const run = (scene: Scene) => invoke(scene, eventFor(scene, 'run'));
  const parses = (result: Result): boolean => 'result' in contract && contract.result.safeParse(result).success;

  test('answers as it declares, and replayed gives the same receipt and touches nothing', async () => {
    const scene = await sceneOf(contract, shape);
    const before = await worldOf(stage, scene.subject.target);
    const first = await run(scene);
    expect(parses(first.result)).toBe(true);
    expect(await worldOf(stage, scene.subject.target)).toEqual(before);
    const table = await itemsOf(stage, scene.incident);
    const traces = await tracesOf(stage, scene.incident, scene.subject.target);
    const second = await run(scene);
    expect(second.result).toEqual(first.result);
    expect(changes(second.calls)).toEqual([]);
    expect(await itemsOf(stage, scene.incident)).toEqual(table);
    expect(await tracesOf(stage, scene.incident, scene.subject.target)).toEqual(traces);
    expect(await recordFlaws(scene)).toEqual([]);
  });

  test.runIf(standsForAll(contract, shape))(
    'in observe mode it leaves nothing but its entry on the ledger',
    async () => {
      const scene = await sceneOf(contract, shape, 'observe');
      const { result, calls } = await run(scene);
      expect(parses(result)).toBe(true);
      expect(changes(calls)).toEqual([]);
      const nothing = { snapshots: [], schedules: [], sealed: [], items: [] };
      expect(await tracesOf(stage, scene.incident, scene.subject.target)).toEqual(nothing);
      expect(await recordFlaws(scene)).toEqual([]);
    },
  );

  test.runIf(standsForAll(contract, shape))(
    'killed after any change, it finishes when it is called again',
    async () => {
      pause.atMost = 50;
      const pattern = await sceneOf(contract, shape);
      const { calls, result: whole } = await run(pattern);
      const traces = await tracesOf(stage, pattern.incident, pattern.subject.target);
      for (const crash of someOf(crashesIn(calls), contract.name)) {
        const scene = await sceneOf(contract, shape);
        const what = `${crash.when} ${crash.call} (${crash.at})`;
        const result = await crashAndRetry(scene, eventFor(scene, 'run'), crash);
        expect(parses(result), what).toBe(true);
        expect(result.outcome, what).toBe(whole.outcome);
        expect(await tracesOf(stage, scene.incident, scene.subject.target), what).toEqual(traces);
        expect(await recordFlaws(scene), what).toEqual([]);
        expect(receiptsOf(await itemsOf(stage, scene.incident)), what).toHaveLength(1);
      }
    },
  );
});

/** The first playbook that asks whether this may be removed, with its question. */
function askedBy({ name }: AnyStep) {
  const asked = playbooks.flatMap((book) => book.asks.map((ask) => ({ book, ask })));
  const found = asked.find(({ ask: { kind, acts } }) => kind === 'eradicate' && acts.some((act) => act.name === name));
  if (!found) throw new Error(`No playbook asks whether ${name} may remove something.`);
  return found;
}

/** What a playbook looks at before it asks whether this may be removed. */
function lookBefore(contract: AnyStep): AnyStep {
  const { measure } = askedBy(contract).ask;
  if (!measure) throw new Error(`Nothing looks before ${contract.name} is asked about.`);
  return measure;
}

/** What they are about was there before. */
const unchanged = new Set(['delete-login-profile', 'terminate-instance']);

/** What goes with an instance has to be kept. */
const needsCopies = new Set(['terminate-instance']);

/** What it reads back, or needs to be kept, is kept first, by what its playbook preserves. */
async function keep(scene: Scene): Promise<void> {
  const { contract } = scene.served;
  if (!contract.hub.includes('read-back') && !needsCopies.has(contract.name)) return;
  for (const step of askedBy(contract).book.preservation.filter(({ kind }) => kind === 'step')) {
    const preserving = { ...scene, served: await served(step) };
    await invoke(preserving, eventFor(preserving, 'run'));
  }
}

describe.each(tried('eradication'))('eradication %s on %s', (_name, _shape, contract, shape) => {
  /** A thief has been at work, and people were shown what was found. */
  async function looted(mode: Scene['mode'] = 'respond') {
    const scene = await sceneOf(contract, shape, mode);
    await keep(scene);
    const spoils = await plunder(stage, scene.subject.target);
    const looking = { ...scene, served: await served(lookBefore(contract)) };
    const { result: shown } = await invoke(looking, eventFor(looking, 'run'));
    expect(shown).toMatchObject({ removable: 'some' });
    return { scene, spoils, shown, event: eventFor(scene, 'run', { shown }) };
  }
  const parses = (result: Result): boolean => 'result' in contract && contract.result.safeParse(result).success;

  test('is asked about what is there by then, whatever an earlier question of the run has seen', async () => {
    const scene = await sceneOf(contract, shape);
    await keep(scene);
    const looking = { ...scene, served: await served(lookBefore(contract)) };
    const look = (question: 'quarantine' | 'remove') =>
      invoke(looking, { ...eventFor(looking, 'run'), plan: planOf(looking, question) });
    const { result: earlier } = await look('quarantine');
    await plunder(stage, scene.subject.target);
    const { result: later } = await look('remove');
    if (!unchanged.has(contract.name)) expect(later).not.toEqual(earlier);
    expect(later).toMatchObject({ removable: 'some' });
    expect((await look('remove')).result).toEqual(later);
    expect((await look('quarantine')).result).toEqual(earlier);
    expect(await recordFlaws(scene)).toEqual([]);
  });

  test('removes what two people were shown, once, and it is on the record', async () => {
    const { scene, spoils, shown, event } = await looted();
    const { target } = scene.subject;
    const before = [await spoils(), await worldOf(stage, target)];
    await approveRemoval(scene, shown);
    const { result, calls } = await invoke(scene, event);
    expect(result).toMatchObject({ outcome: 'removed', failed: [] });
    expect(parses(result)).toBe(true);
    expect((result.removed as string[]).length).toBeGreaterThan(0);
    expect(changes(calls).length).toBeGreaterThan(0);
    const after = [await spoils(), await worldOf(stage, target)];
    expect(after).not.toEqual(before);

    const replayed = await invoke(scene, event);
    expect(replayed.result).toEqual(result);
    expect(changes(replayed.calls)).toEqual([]);
    expect([await spoils(), await worldOf(stage, target)]).toEqual(after);
    expect(await recordFlaws(scene)).toEqual([]);
  });

  test('a second time, in another run, it finds nothing, and says what is gone', async () => {
    const { scene, spoils, shown, event } = await looted();
    await approveRemoval(scene, shown);
    await invoke(scene, event);
    const after = await spoils();
    const again = nextRun(scene);
    await approveRemoval(again, shown);
    const { result, calls } = await invoke(again, eventFor(again, 'run', { shown }));
    expect(result).toMatchObject({ outcome: 'nothing-left', removed: [], failed: [] });
    expect((result.left as string[]).length).toBeGreaterThan(0);
    expect(changes(calls)).toEqual([]);
    expect(await spoils()).toEqual(after);
  });

  test('without the yes of two people to exactly this it does nothing', async () => {
    const { scene, spoils, shown, event } = await looted();
    const before = await spoils();
    const refuses = async (what: object, words: RegExp) => {
      await expect(invoke(scene, what)).rejects.toThrow(words);
      expect(await spoils()).toEqual(before);
    };
    await refuses(event, /decision|agreed/);
    await approveRemoval(scene, { ...shown, facts: [] });
    await refuses(event, /differs from what the approvers were shown/);
    await approveRemoval(scene, shown);
    const { plan } = event as { plan: Plan };
    for (const kind of ['ask', 'standing'] as const)
      await refuses({ ...event, plan: { ...plan, authority: { kind, because: '' } } }, /takes two approvals/);
    await refuses({ ...event, plan: { ...plan, hash: 'another' } }, /does not match the hash/);
  });

  test('in observe mode it says what it would remove, and removes nothing', async () => {
    const { scene, spoils, event } = await looted('observe');
    const before = [await spoils(), await worldOf(stage, scene.subject.target)];
    const { result, calls } = await invoke(scene, event);
    expect(result.outcome).toBe('would-remove');
    expect((result.would as string[]).length).toBeGreaterThan(0);
    expect(changes(calls)).toEqual([]);
    expect([await spoils(), await worldOf(stage, scene.subject.target)]).toEqual(before);
    const kept = await itemsOf(stage, scene.incident);
    expect(kept.filter(({ sk }) => !/^(LEDGER|RECEIPT)/.test(sk))).toEqual([]);
    expect(await recordFlaws(scene)).toEqual([]);
  });

  test.runIf(standsForAll(contract, shape))(
    'killed after any change, it finishes when it is called again, and knows its own traces',
    async () => {
      pause.atMost = 50;
      const pattern = await looted();
      await approveRemoval(pattern.scene, pattern.shown);
      const { calls, result: whole } = await invoke(pattern.scene, pattern.event);
      const gone = await pattern.spoils();
      const dying = crashesIn(calls);
      expect(dying.length).toBeGreaterThan(2);
      for (const crash of someOf(dying, contract.name)) {
        const { scene, spoils, shown, event } = await looted();
        await approveRemoval(scene, shown);
        const what = `${crash.when} ${crash.call} (${crash.at})`;
        const result = await crashAndRetry(scene, event, crash);
        expect(result.outcome, what).toBe('removed');
        expect((result.removed as string[]).length, what).toBe((whole.removed as string[]).length);
        expect((result.lastUsed as object[]).length, what).toBe((whole.lastUsed as object[]).length);
        expect(await spoils(), what).toEqual(gone);
        expect(await recordFlaws(scene), what).toEqual([]);
      }
    },
  );
});
