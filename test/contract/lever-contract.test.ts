import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { policyMeaning } from '../../lib/domain/policy-meaning.ts';
import type { AnyStep } from '../../lib/domain/step.ts';
import { someOf } from '../depth.ts';
import { forget, meddle, undoing } from './others.ts';
import {
  approveRelease,
  changes,
  crashAndRetry,
  crashesIn,
  eventFor,
  invoke,
  nextRun,
  openScene,
  recordFlaws,
  type Scene,
} from './scene.ts';
import { contracts, pause, sceneOf, stage, standsForAll, tried } from './suite.ts';
import { itemsOf, worldOf } from './world.ts';
import { shapesFor, worldFor } from './worlds.ts';

const applyIn = (scene: Scene) => invoke(scene, eventFor(scene, 'apply'));

/** Lets go in a run of its own, with a person's consent to overwrite `agreed`. */
async function releaseIn(scene: Scene, agreed?: unknown) {
  await approveRelease(scene);
  return invoke(scene, eventFor(scene, 'release', { agreed }));
}

const done = ['applied', 'already-applied'];

/** Whether the lever takes a while to hold everywhere, and is looked at again then. */
const confirms = (contract: AnyStep): boolean => contract.kind === 'lever' && contract.operations.confirm !== undefined;
const confirmIn = (scene: Scene) => invoke(scene, eventFor(scene, 'confirm'));

/** As a playbook calls it: done and read back in one. */
const readingBack = (scene: Scene, operation: 'apply' | 'confirm') => ({
  ...eventFor(scene, operation),
  further: 'verify',
});

/** Another lever on the same target, held until it was released. */
async function keepBeside({ incident }: Scene, step: string, releasedAt: string | null): Promise<void> {
  const own = (await itemsOf(stage, incident)).find(({ sk }) => sk.startsWith('BEFORE#'));
  const other = { ...own, sk: `BEFORE#${step}#${own?.of}`, step, releasedAt };
  const table = DynamoDBDocumentClient.from(stage.client(DynamoDBClient, 'hub'));
  await table.send(new PutCommand({ TableName: process.env.TOURNIQUET_TABLE, Item: other }));
}

/** What protects for good: it holds on after the release, since putting back what stood before would be an outage, or a loss. */
const forGood = new Set(['keep-key']);

describe.each(tried('lever'))('lever %s on %s', (_name, _shape, contract, shape) => {
  test('what it applies it can verify, and what it releases is as before', async () => {
    const scene = await sceneOf(contract, shape);
    const { target } = scene.subject;
    const trial = worldFor(target).trial;
    const tries = async () => trial?.try(stage, target);
    expect(await tries()).toEqual(trial?.before);
    const before = await worldOf(stage, target);

    const applied = await applyIn(scene);
    expect(done).toContain(applied.result.outcome);
    expect(changes(applied.calls).length).toBeGreaterThan(0);
    const held = await worldOf(stage, target);
    expect(held).not.toEqual(before);
    if (confirms(contract)) {
      const { result: confirmed, calls } = await confirmIn(scene);
      expect(confirmed).toEqual({ outcome: 'confirmed' });
      const still = await worldOf(stage, target);
      expect(normal(still, scene)).toEqual(normal(held, scene));
      if (changes(calls).length === 0) expect(still).toEqual(held);
    }
    const kept = await worldOf(stage, target);
    const again = await invoke(scene, readingBack(scene, confirms(contract) ? 'confirm' : 'apply'));
    expect(again.result).toMatchObject({ outcome: 'verified' });
    expect((await invoke(scene, eventFor(scene, 'verify'))).result).toEqual(again.result);
    expect(changes(again.calls)).toEqual([]);
    expect(await worldOf(stage, target)).toEqual(kept);
    expect(await tries()).toEqual(trial?.held[contract.name] ?? trial?.before);

    const letting = nextRun(scene);
    const { result: comparison } = await invoke(letting, eventFor(letting, 'compare'));
    expect(comparison).toMatchObject({ outcome: 'compared', changedMeanwhile: [] });
    expect((comparison.toPutBack as string[]).length > 0).toBe(!forGood.has(contract.name));
    const { result: released } = await releaseIn(letting, comparison.now);
    expect(released).toMatchObject({ outcome: 'released', diff: [] });
    expect(await worldOf(stage, target)).toEqual(forGood.has(contract.name) ? kept : before);
    expect(await tries()).toEqual(forGood.has(contract.name) ? trial?.held[contract.name] : trial?.before);
    expect(await recordFlaws(scene)).toEqual([]);
  });

  test.runIf(confirms(contract))('what a thief undoes at once is done once more, and said', async () => {
    const scene = await sceneOf(contract, shape);
    const { target } = scene.subject;
    const [before, undo] = [await worldOf(stage, target), await undoing(stage, target)];
    await applyIn(scene);
    const held = await worldOf(stage, target);
    await undo();
    expect(await worldOf(stage, target)).toEqual(before);

    const { result } = await confirmIn(scene);
    expect(result).toEqual({ outcome: 'reapplied', because: expect.stringMatching(/^someone had undone it: ./) });
    const again = await worldOf(stage, target);
    expect(normal(again, scene)).toEqual(normal(held, scene));
    const replayed = await confirmIn(scene);
    expect(replayed.result).toEqual(result);
    expect(changes(replayed.calls)).toEqual([]);
    expect(await worldOf(stage, target)).toEqual(again);

    // The second time it is a person's: reading back says so, and puts nothing back by itself.
    await undo();
    pause.atMost = 10;
    const { result: verdict } = await invoke(scene, eventFor(scene, 'verify'));
    expect(verdict.outcome).toBe('not-verified');
    expect(await worldOf(stage, target)).toEqual(before);
    expect(await recordFlaws(scene)).toEqual([]);
  });

  test.runIf(standsForAll(contract, shape))(
    'replayed, every operation gives the same receipt and touches nothing',
    async () => {
      await forget(stage);
      const scene = await sceneOf(contract, shape);
      const letting = nextRun(scene);
      const confirm = confirms(contract) ? [() => confirmIn(scene)] : [];
      const verify = () => invoke(scene, eventFor(scene, 'verify'));
      for (const operation of [() => applyIn(scene), ...confirm, verify, () => releaseIn(letting)]) {
        const first = await operation();
        const [table, world] = [await itemsOf(stage, scene.incident), await worldOf(stage, scene.subject.target)];
        const second = await operation();
        expect(second.result).toEqual(first.result);
        expect(changes(second.calls)).toEqual([]);
        expect(await itemsOf(stage, scene.incident)).toEqual(table);
        expect(await worldOf(stage, scene.subject.target)).toEqual(world);
      }
      expect(await recordFlaws(scene)).toEqual([]);
    },
  );

  test.runIf(standsForAll(contract, shape))('released twice, in two runs, it does no harm', async () => {
    const scene = await sceneOf(contract, shape);
    const before = await worldOf(stage, scene.subject.target);
    await applyIn(scene);
    const after = forGood.has(contract.name) ? await worldOf(stage, scene.subject.target) : before;
    for (const letting of [nextRun(scene), nextRun(scene)]) {
      const { result } = await releaseIn(letting);
      expect(result).toMatchObject({ outcome: 'released', diff: [] });
      expect(await worldOf(stage, scene.subject.target)).toEqual(after);
    }
    expect(await recordFlaws(scene)).toEqual([]);
  });

  const first = 'releasedAfter' in contract ? String(contract.releasedAfter) : null;
  test.runIf(first)('while what has to go first is held it stays, and says so; then it goes', async () => {
    const scene = await sceneOf(contract, shape);
    await applyIn(scene);
    const held = await worldOf(stage, scene.subject.target);
    await keepBeside(scene, String(first), null);
    const early = nextRun(scene);
    const { result, calls } = await releaseIn(early);
    expect(result).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining(`${first} has to be released`),
    });
    expect(changes(calls)).toEqual([]);
    expect(await worldOf(stage, scene.subject.target)).toEqual(held);
    await keepBeside(scene, String(first), new Date().toISOString());
    expect((await releaseIn(nextRun(scene))).result).toMatchObject({ outcome: 'released', diff: [] });
  });

  test.runIf(standsForAll(contract, shape))('in observe mode it says what it would do, and does nothing', async () => {
    const scene = await sceneOf(contract, shape, 'observe');
    const before = await worldOf(stage, scene.subject.target);
    const foreseen = await invoke(scene, eventFor(scene, 'foresee'));
    expect(foreseen.result.outcome).toBe('possible');
    expect(changes(foreseen.calls)).toEqual([]);
    const { result, calls } = await applyIn(scene);
    expect(result.outcome).toBe('would-apply');
    expect((result.would as string[]).length).toBeGreaterThan(0);
    expect(changes(calls)).toEqual([]);
    const kept = await itemsOf(stage, scene.incident);
    expect(kept.filter(({ sk }) => !/^(LEDGER|RECEIPT)/.test(sk))).toEqual([]);
    for (const operation of confirms(contract) ? (['confirm', 'verify'] as const) : (['verify'] as const)) {
      const later = await invoke(scene, eventFor(scene, operation));
      expect(later.result.outcome, operation).toBe('not-applicable');
      expect(changes(later.calls)).toEqual([]);
    }
    expect(await worldOf(stage, scene.subject.target)).toEqual(before);
    expect(await recordFlaws(scene)).toEqual([]);
  });

  test.runIf(standsForAll(contract, shape))(
    'killed after any change of apply or release, it finishes when it is called again',
    async () => {
      pause.atMost = 50;
      // From scratch, as every turn below: so that there are the most calls to die in.
      await forget(stage);
      const pattern = await sceneOf(contract, shape);
      const { subject } = pattern;
      const before = await worldOf(stage, subject.target);
      const applied = await invoke(pattern, readingBack(pattern, 'apply'));
      const held = await worldOf(stage, subject.target);
      const remembered = await beforeStateIn(pattern);
      const released = await releaseIn(nextRun(pattern));
      const [first, last] = [crashesIn(applied.calls), crashesIn(released.calls)];
      expect(Math.min(first.length, last.length)).toBeGreaterThan(2);

      const applying = someOf(first, `${contract.name} apply`);
      const releasing = someOf(last, `${contract.name} release`);
      for (let turn = 0; turn < Math.max(applying.length, releasing.length); turn++) {
        await forget(stage);
        // What protects for good is no longer in need of it.
        const next = forGood.has(contract.name) ? stage.newSubject(shape.about) : stage.again(subject);
        const scene = { ...openScene(stage, pattern.served, await next) };
        const { target } = scene.subject;
        const dies = applying[turn];
        const event = readingBack(scene, 'apply');
        const what = `apply, ${dies?.when} ${dies?.call} (${dies?.at})`;
        const result = dies ? await crashAndRetry(scene, event, dies) : (await invoke(scene, event)).result;
        expect(result, what).toMatchObject({ outcome: 'verified' });
        expect(normal(await worldOf(stage, target), scene), what).toEqual(normal(held, pattern));
        expect(await beforeStateIn(scene), what).toEqual(remembered);
        expect(await recordFlaws(scene), what).toEqual([]);

        const letting = nextRun(scene);
        const releases = releasing[turn];
        await approveRelease(letting);
        const letGo = eventFor(letting, 'release');
        const how = `release, ${releases?.when} ${releases?.call} (${releases?.at})`;
        const end = releases ? await crashAndRetry(letting, letGo, releases) : (await invoke(letting, letGo)).result;
        expect(end, how).toMatchObject({ outcome: 'released', diff: [] });
        expect(await worldOf(stage, target), how).toEqual(forGood.has(contract.name) ? held : before);
        expect(await recordFlaws(scene), how).toEqual([]);
      }
    },
  );

  test.runIf(confirms(contract) && standsForAll(contract, shape))(
    'killed after any change of confirm, it finishes when it is called again',
    async () => {
      pause.atMost = 50;
      const pattern = await sceneOf(contract, shape);
      const { subject } = pattern;
      const undo = await undoing(stage, subject.target);
      await applyIn(pattern);
      const held = await worldOf(stage, subject.target);
      await undo();
      const deaths = crashesIn((await confirmIn(pattern)).calls);
      expect(deaths.length).toBeGreaterThan(2);
      for (const dies of someOf(deaths, `${contract.name} confirm`)) {
        await undo();
        const scene = openScene(stage, pattern.served, await stage.again(subject));
        await applyIn(scene);
        await undo();
        const what = `${dies.when} ${dies.call} (${dies.at})`;
        const { outcome } = await crashAndRetry(scene, eventFor(scene, 'confirm'), dies);
        // Dead between the write and its record, it finds its own work next time, and cannot tell that anything was undone.
        expect(['confirmed', 'reapplied'], what).toContain(outcome);
        expect(normal(await worldOf(stage, subject.target), scene), what).toEqual(normal(held, pattern));
        expect(await recordFlaws(scene), what).toEqual([]);
      }
    },
  );

  test.runIf(standsForAll(contract, shape))(
    'what somebody changed meanwhile is left alone, until a person agrees to exactly that',
    async () => {
      const scene = await sceneOf(contract, shape);
      const { subject } = scene;
      await applyIn(scene);
      await meddle(stage, subject.target);
      const theirs = await worldOf(stage, subject.target);
      const first = nextRun(scene);
      const { result: comparison } = await invoke(first, eventFor(first, 'compare'));
      const { result: refused, calls } = await releaseIn(first);
      if ((comparison.changedMeanwhile as string[]).length === 0) {
        // Only yes and no: what was changed is as before again, and nothing of theirs is lost.
        expect(refused).toMatchObject({ outcome: 'released', diff: [] });
        return;
      }
      meddled.add(contract.name);
      expect(refused).toMatchObject({ outcome: 'refused', diff: comparison.changedMeanwhile });
      expect(changes(calls)).toEqual([]);
      expect(await worldOf(stage, subject.target)).toEqual(theirs);
      const second = nextRun(scene);
      const { result: agreed } = await releaseIn(second, comparison.now);
      // Whatever could not be put back is said.
      expect(['released', 'not-released']).toContain(agreed.outcome);
      const third = nextRun(scene);
      const { result: left } = await invoke(third, eventFor(third, 'compare'));
      const open = [left.toPutBack, left.changedMeanwhile].flat() as string[];
      expect(open).toEqual(expect.arrayContaining(agreed.diff as string[]));
      // A lever may pass over what somebody took away or added, if the person who agreed was shown it.
      const unsaid = open.filter((line) => !(agreed.diff as string[]).includes(line));
      const shown = (comparison.changedMeanwhile as string[]).filter((line) => /: was absent,|, is absent$/.test(line));
      expect(shown).toEqual(expect.arrayContaining(unsaid));
      expect((agreed.diff as string[]).length > 0).toBe(agreed.outcome === 'not-released');
      expect(await recordFlaws(scene)).toEqual([]);
    },
  );
});

/** Levers whose state somebody else could change so that it was neither ours nor as before. */
const meddled = new Set<string>();

test('somebody else did get in the way of those levers that know more than yes and no', () => {
  const played = new Set(tried('lever').map(([name, shape]) => `${name} on ${shape}`));
  const whole = contracts.filter((one) =>
    shapesFor(one.target).every((shape) => !standsForAll(one, shape) || played.has(`${one.name} on ${shape.name}`)),
  );
  const names = new Set<string>(whole.map(({ name }) => name));
  expect([...meddled].toSorted()).toEqual(
    expect.arrayContaining(
      [
        'cordon-node',
        'deactivate-access-keys',
        'deactivate-other-credentials',
        'block-account-public-access',
        'block-public-access',
        'deny-by-organization',
        'deny-deletes',
        'deny-destruction',
        'deny-identity-center-user',
        'deny-object',
        'deny-on-bucket',
        'deny-restore',
        'deny-user',
        'detach-pod-identity',
        'disable-image',
        'disable-triggers',
        'freeze-trust',
        'isolate-database',
        'keep-recovery-points',
        'leave-auto-scaling',
        'leave-load-balancers',
        'pause-workload',
        'protect-from-termination',
        'quarantine-account',
        'quarantine-interfaces',
        'scale-service',
        'stop-bucket-lifecycle',
        'stop-function',
        'quarantine-pod',
        'remove-access-entry',
        'rewind-aliases',
        'swap-instance-profile',
        'switch-logging-on',
        'unshare-database-snapshots',
        'unshare-image',
        'unshare-snapshot',
      ].filter((name) => names.has(name)),
    ),
  );
});

/** A world in the words of no run and no moment: the Sid of a policy names the run that wrote it, a cut-off when that was. */
const normal = (world: unknown, { run }: Scene): unknown =>
  JSON.parse(
    JSON.stringify(world)
      .replaceAll(run.replace(/[^A-Za-z0-9]/g, ''), 'RUN')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'MOMENT'),
  );

async function beforeStateIn({ incident }: Scene): Promise<unknown> {
  const items = await itemsOf(stage, incident);
  return items.filter(({ sk }) => sk.startsWith('BEFORE#')).map(({ before }) => asMeant(before));
}

/** IAM lists principals in an order of its own at each read: of a policy's text, and so of its hash, only the meaning stays. */
const asMeant = (before: unknown): unknown =>
  typeof before === 'object' && before !== null && 'document' in before && typeof before.document === 'string'
    ? policyMeaning(JSON.parse(before.document))
    : before;
