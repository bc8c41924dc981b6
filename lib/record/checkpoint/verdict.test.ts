/** What was done to incidents or checkpoints, and what is found of it. */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuthority } from '../../../test/console/export/authority.ts';
import { newPair, resigned } from '../../../test/console/export/record.ts';
import { oftener } from '../../../test/depth.ts';
import {
  archiveOf,
  atHand,
  checkpointsOf,
  type Day,
  duringDay,
  type Entry,
  incidentOf,
  type Ledgers,
  ledgersAfter,
  type Sealed,
  seal,
  timeOf,
} from '../../../test/fixtures/checkpoints.ts';
import { sha256, timeStampName } from '../export/files.ts';
import { checkpointOf, lineOf, names, tipOf } from './checkpoint.ts';
import type { LedgerAtHand } from './ledgers.ts';
import { readSealed } from './read.ts';
import { checkAll } from './verdict.ts';

const ours = newPair();
const foreign = newPair();

interface World {
  readonly ends: readonly Ledgers[];
  readonly sealed: readonly Sealed[];
  readonly now: Ledgers;
}

function worldOf(days: readonly Day[]): World {
  const ends = ledgersAfter(days);
  return { ends, sealed: checkpointsOf(ends, ours), now: ends.at(-1) ?? new Map() };
}

interface Found {
  readonly scope?: 'all' | 'some';
  readonly pinned?: string | null;
  readonly authority?: readonly Uint8Array[];
}

const check = (sealed: readonly Pick<Sealed, 'archive'>[], ledgers: readonly LedgerAtHand[], more: Found = {}) =>
  checkAll({
    archives: sealed.map(({ archive }) => archive),
    pinned: ours.fingerprint,
    authority: null,
    ledgersOf: async () => ledgers,
    scope: 'all',
    now: null,
    ...more,
  });

const kindsIn = ({ faults }: Awaited<ReturnType<typeof check>>): string[] => faults.map(({ kind }) => kind);

/** Some days, of which the last but one saw something. */
const worlds = fc
  .array(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 6 }), { minLength: 2, maxLength: 8 })
  .filter((days) => (days.at(-2)?.length ?? 0) > 0)
  .map(worldOf);

const changed = (now: Ledgers, incident: string, to: (ledger: readonly Entry[]) => readonly Entry[]): LedgerAtHand[] =>
  atHand(new Map([...now].map(([one, ledger]) => [one, one === incident ? to(ledger) : ledger])));

/** One of the incidents. */
const someOf = (now: Ledgers, pick: number): string => [...now.keys()][pick % now.size] ?? '';

const picks = fc.nat({ max: 1000 });

describe('checkpoints', () => {
  it('hold over what was not touched, and over what was added since', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ sealed, now, ends }) => {
        const later = duringDay(ends.length, 1);
        const grown = new Map([...now, ['inc-new', [{ at: later, hash: sha256(later) }]]]);
        const verdict = await check(sealed, atHand(grown));
        expect(verdict).toMatchObject({ ok: true, faults: [], checkpoints: sealed.length, incidents: now.size });
        expect(verdict.notes).toEqual(['inc-new is in no checkpoint yet: the next one covers it.']);
      }),
      { numRuns: oftener(25) },
    );
  });

  it('find an incident that was removed', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, picks, async ({ sealed, now }, pick) => {
        const incident = someOf(now, pick);
        const { faults } = await check(sealed, atHand(new Map([...now].filter(([one]) => one !== incident))));
        expect(faults).toMatchObject([{ kind: 'removed', incident }]);
      }),
      { numRuns: oftener(25) },
    );
  });

  it('find a ledger that was shortened, by however much', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, picks, picks, async ({ sealed, now }, pick, cut) => {
        const incident = someOf(now, pick);
        const length = now.get(incident)?.length ?? 0;
        fc.pre(length > 1);
        const { faults } = await check(
          sealed,
          changed(now, incident, (ledger) => ledger.slice(0, 1 + (cut % (length - 1)))),
        );
        expect(faults).toMatchObject([{ kind: 'shortened', incident }]);
      }),
      { numRuns: oftener(25) },
    );
  });

  it('find an entry that was changed, or two in another order', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, picks, picks, async ({ sealed, now }, pick, at) => {
        const incident = someOf(now, pick);
        // A change goes on to the end: each hash covers the one before.
        const rewritten = (ledger: readonly Entry[]) =>
          ledger.map((entry, index) => (index < at % ledger.length ? entry : { ...entry, hash: sha256(entry.hash) }));
        const { faults } = await check(sealed, changed(now, incident, rewritten));
        expect(faults).toMatchObject([{ kind: 'rewritten', incident }]);
      }),
      { numRuns: oftener(25) },
    );
  });

  it('find an incident that claims to be older than a checkpoint without it, in the table and in the next checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ sealed, now, ends }) => {
        const entries = [{ at: duringDay(ends.length - 1, 7), hash: sha256('backdated') }];
        const backdated = { incident: 'inc-backdated', entries, flaw: null, from: 'table' as const };
        const { faults } = await check(sealed, [...atHand(now), backdated]);
        expect(faults).toMatchObject([{ kind: 'backdated', incident: 'inc-backdated', checkpoint: sealed.length }]);
        const [{ at = '', hash = '' } = {}] = entries;
        const head = { incident: 'inc-backdated', entries: 1, hash, opened: at };
        const tip = sealed.at(-1)?.tip ?? null;
        const next = seal({ tip, at: timeOf(ends.length), heads: [head], fresh: 1, apart: 0, removals: [] }, ours);
        const alone = await check([...sealed, next], [], { scope: 'some' });
        expect(alone.faults).toMatchObject([{ kind: 'backdated', incident: 'inc-backdated' }]);
      }),
      { numRuns: oftener(25) },
    );
  });

  it('find an entry that was added later with an earlier time', async () => {
    const { sealed, now } = worldOf([[1], [1], []]);
    // The second day's checkpoint is the first that should have it.
    const added = { at: duringDay(1, 30), hash: sha256('added') };
    const { faults } = await check(
      sealed,
      changed(now, incidentOf(1), (ledger) => [...ledger, added]),
    );
    expect(faults).toMatchObject([{ kind: 'backdated', incident: incidentOf(1), checkpoint: 2 }]);
    // Its time is noted before it is written: within a function's longest run it may be in the next one.
    const late = { at: new Date(Date.parse(timeOf(2)) - 60_000).toISOString(), hash: sha256('late') };
    expect(
      await check(
        sealed,
        changed(now, incidentOf(1), (ledger) => [...ledger, late]),
      ),
    ).toMatchObject({ ok: true });
  });

  it('find what the table had lost when the next one was made, without the table', async () => {
    const { sealed, now } = worldOf([[1, 2], [1], []]);
    const [first] = now.get(incidentOf(1)) ?? [];
    const tip = sealed.at(-1)?.tip ?? null;
    const opened = first?.at ?? null;
    const shorter = { incident: incidentOf(1), entries: 1, hash: first?.hash ?? '', opened };
    const next = (head: object) =>
      seal({ tip, at: timeOf(3), heads: [{ ...shorter, ...head }], fresh: 0, apart: 0, removals: [] }, ours);
    const kinds = async (head: object) => kindsIn(await check([...sealed, next(head)], [], { scope: 'some' }));
    expect(await kinds({})).toEqual(['shortened']);
    expect(await kinds({ entries: 2 })).toEqual(['rewritten']);
    expect(await kinds({ entries: 3, opened: duringDay(0, 59) })).toEqual(['rewritten']);
    expect(await kinds({ entries: 3 })).toEqual([]);
  });

  it('tell an export that is older, or was cut, from one that is whole', async () => {
    const { sealed, now, ends } = worldOf([[1], [1], [2]]);
    const some = { scope: 'some' } as const;
    const whole = atHand(now, 'export').slice(0, 1);
    expect(await check(sealed, whole, some)).toMatchObject({ ok: true, ledgers: 1 });
    const older = atHand(ends[0] ?? new Map(), 'export');
    const { faults } = await check(sealed, older, some);
    expect(faults).toMatchObject([{ kind: 'shortened', checkpoint: 2 }]);
    expect(faults[0]?.what).toContain('The export is older than that, or entries were removed.');
  });
});

describe('the chain', () => {
  it('finds a checkpoint that is missing, anywhere but at the end', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, picks, async ({ sealed, now }, pick) => {
        const gone = pick % (sealed.length - 1);
        const rest = sealed.filter((_, index) => index !== gone);
        const verdict = await check(rest, atHand(now));
        expect(kindsIn(verdict)).toContain('removed');
        expect(verdict.faults[0]?.what).toMatch(new RegExp(`^Checkpoint ${gone + 1} .* is missing`));
      }),
      { numRuns: oftener(25) },
    );
  });

  it('finds days that were exchanged, replaced or made anew', async () => {
    const { sealed, now, ends } = worldOf([[1, 2], [1], [3], [2]]);
    const [one, two, three, four] = sealed as [Sealed, Sealed, Sealed, Sealed];
    const named = (number: number, { files }: Sealed) => ({ archive: archiveOf(number, files) });
    expect(kindsIn(await check([one, named(3, two), named(2, three), four], atHand(now)))).toContain('damaged');
    // Whoever has the key seals the second day anew, without what happened: the third names another one before it.
    const forged = seal({ tip: one.tip, at: timeOf(1), heads: [], fresh: 0, apart: 0, removals: [] }, ours);
    expect(kindsIn(await check([one, forged, three, four], atHand(now)))).toContain('unchained');
    // The same heads with another time: the tree is right, and still it is another checkpoint.
    const heads = [...(now.get(incidentOf(1)) ?? [])].slice(0, 2);
    const again = { incident: incidentOf(1), entries: 2, hash: heads[1]?.hash ?? '', opened: heads[0]?.at ?? null };
    const retimed = seal(
      { tip: one.tip, at: duringDay(1, 40), heads: [again], fresh: 0, apart: 0, removals: [] },
      ours,
    );
    expect((await check([one, retimed, three, four], atHand(now))).faults).toMatchObject([
      {
        kind: 'unchained',
        checkpoint: 3,
        what: 'Checkpoint 3 names another one before it: one of the two was replaced.',
      },
    ]);
    expect(kindsIn(await check([one, two, forged, three, four], atHand(now)))).toContain('forked');
    const theirs = checkpointsOf(ends, foreign);
    expect(kindsIn(await check(theirs, atHand(now)))).toEqual(expect.arrayContaining(['damaged']));
    const unpinned = await check([one, two, three, theirs[3] ?? four], atHand(now), { pinned: null });
    expect(kindsIn(unpinned)).toContain('foreign');
    expect(kindsIn(await check([], atHand(now)))).toContain('removed');
  });

  it('finds heads that were left out, added or reordered under a right signature', async () => {
    const { sealed } = worldOf([
      [1, 2, 3],
      [4, 5],
    ]);
    const [one, two] = sealed as [Sealed, Sealed];
    const text = Buffer.from(two.files.get(names.heads) ?? []).toString();
    const [a, b] = text.split('\n');
    for (const heads of [`${b}\n${a}\n`, `${a}\n`, `${a}\n${b}\n${b}\n`, `${a}\n${b}`, '']) {
      const files = new Map([...two.files, [names.heads, Buffer.from(heads)]]);
      const verdict = await check([one, { archive: archiveOf(2, files) }], [], { scope: 'some' });
      expect(kindsIn(verdict)).toEqual(['damaged']);
    }
    // With the key: signed, and still not the tree that the numbers describe.
    const tip = { ...one.tip, peaks: [sha256('another'), ...one.tip.peaks.slice(1)] };
    const forged = seal({ tip, at: timeOf(1), heads: [], fresh: 0, apart: 0, removals: [] }, ours);
    expect(kindsIn(await check([one, forged], [], { scope: 'some' }))).toEqual(['unchained']);
    const counted = seal({ tip: one.tip, at: timeOf(1), heads: [], fresh: 7, apart: 0, removals: [] }, ours);
    expect(kindsIn(await check([one, counted], [], { scope: 'some' }))).toEqual(['unchained']);
  });

  it('finds any byte of a checkpoint that was changed', async () => {
    const { sealed } = worldOf([[1, 2], [1]]);
    const [one, two] = sealed as [Sealed, Sealed];
    // Of an empty file there is no byte.
    const written = new Map([...two.files].filter(([, bytes]) => bytes.length > 0));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...written.keys()), picks, async (name, at) => {
        const bytes = Buffer.from(two.files.get(name) ?? []);
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
        const files = new Map([...two.files, [name, bytes]]);
        const verdict = await check([one, { archive: archiveOf(2, files) }], [], { scope: 'some' });
        expect(verdict.ok).toBe(false);
      }),
      { numRuns: oftener(25) },
    );
  });

  it('says where none was made for days, and that the newest is old', async () => {
    const { sealed } = worldOf([[1], [2]]);
    const tip = sealed.at(-1)?.tip ?? null;
    const next = seal({ tip, at: timeOf(5), heads: [], fresh: 0, apart: 0, removals: [] }, ours);
    const verdict = await checkAll({
      archives: [...sealed, next].map(({ archive }) => archive),
      pinned: null,
      authority: null,
      ledgersOf: async () => [],
      scope: 'some',
      now: timeOf(9),
    });
    expect(verdict.ok).toBe(true);
    expect(verdict.notes).toEqual([
      expect.stringMatching(/^No checkpoint was made in the 96 hours before checkpoint 3 /),
      expect.stringMatching(/^The newest checkpoint is 96 hours old/),
    ]);
  });
});

describe('time-stamps', () => {
  const authority = openAuthority();
  const other = openAuthority('Foreign');
  afterAll(() => {
    authority.close();
    other.close();
  });
  const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
  const rootOf = ({ pem }: typeof authority) => [new X509Certificate(pem('root')).raw];
  const one = seal({ tip: null, at: hoursAgo(30), heads: [], fresh: 0, apart: 0, removals: [] }, ours);
  const two = seal({ tip: one.tip, at: hoursAgo(6), heads: [], fresh: 0, apart: 0, removals: [] }, ours);
  const stamped = ({ files, tip }: Sealed, over: Uint8Array = files.get(names.signature) ?? Buffer.of()) => ({
    archive: archiveOf(tip.number, new Map([...files, [timeStampName, authority.stamp(over)]])),
  });
  const some = { scope: 'some' } as const;

  it('say up to which checkpoint all existed when, and that of a foreign authority is named', async () => {
    const both = [one, stamped(two)];
    const verdict = await check(both, [], { ...some, authority: rootOf(authority) });
    expect(verdict).toMatchObject({ ok: true, stamped: { checkpoint: 2, at: expect.any(String) } });
    expect(await check([stamped(one), two], [], some)).toMatchObject({ ok: true, stamped: { checkpoint: 1 } });
    const { faults } = await check(both, [], { ...some, authority: rootOf(other) });
    expect(faults).toMatchObject([
      { kind: 'damaged', checkpoint: 2, what: expect.stringContaining('foreign authority') },
    ]);
  });

  it('that are over another checkpoint, or are none at all, are a fault', async () => {
    const moved = [one, stamped(two, one.files.get(names.signature))];
    expect((await check(moved, [], some)).faults).toMatchObject([{ kind: 'damaged', checkpoint: 2 }]);
    const none = await check([one, two], [], { ...some, authority: rootOf(authority) });
    expect(none.faults.map(({ what }) => what)).toEqual(['No checkpoint has a time-stamp.']);
  });
});

/** Files of a released version. */
function goldenOf(format: number) {
  const folder = join(import.meta.dirname, 'golden', `v${format}`);
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

describe('format 1', () => {
  it('is read as it was written, and knows no removals', () => {
    const files = goldenOf(1);
    const { checkpoint, heads, removals } = readSealed(files, null);
    const { v, ...said } = JSON.parse(String(files.get(names.checkpoint))) as Record<string, unknown>;
    expect([v, heads.length, removals]).toEqual([1, 2, []]);
    expect(checkpoint).toEqual({ ...said, v: 2, removed: 0, unlisted: 0 });
    expect(heads.map(lineOf).join('\n')).toBe(String(files.get(names.heads)).trimEnd());
  });

  it('is followed by one of format 2', async () => {
    const files = goldenOf(1);
    const { checkpoint, manifest, heads } = readSealed(files, null);
    const [gone] = heads;
    const { incident = '', entries = 0, hash = '' } = gone ?? {};
    const tip = tipOf(checkpoint, manifest, '');
    const removal = { incident, entries, hash, at: timeOf(60), by: 'Rosa', second: 'Leo', reason: 'old' };
    const next = seal({ tip, at: timeOf(61), heads: [], fresh: 0, apart: 0, removals: [removal] }, ours);
    const archive = archiveOf(checkpoint.number, files);
    const verdict = await check([{ archive }, next], [], { pinned: null });
    // Two keys sign here, and the other incident is gone without a word.
    expect(kindsIn(verdict)).toEqual(['foreign', 'removed']);
    expect(verdict.removed).toEqual([{ ...removal, checkpoint: checkpoint.number + 1 }]);
  });
});

describe('format 2', () => {
  it('is read as it was written, and written as it is read', () => {
    const files = goldenOf(2);
    const { checkpoint, heads, removals, key } = readSealed(files, null);
    expect([heads.length, removals.length]).toEqual([2, 1]);
    const publicKey = Buffer.from(
      String(files.get(names.publicKey))
        .split('\n')
        .filter((line) => !line.startsWith('-'))
        .join(''),
      'base64',
    );
    expect(sha256(publicKey)).toBe(key);
    const { keyArn } = JSON.parse(String(files.get(names.key))) as { keyArn: string };
    const signer = { keyArn, publicKey };
    const { at } = checkpoint;
    const material = { tip: null, at, heads: heads.toReversed(), fresh: 2, apart: 1, removals, signer };
    const again = checkpointOf(material);
    for (const [name, bytes] of again.files)
      expect(Buffer.from(bytes).equals(files.get(name) ?? Buffer.of()), name).toBe(true);
    expect(again.checkpoint).toEqual(checkpoint);
  });

  it('is not taken for a later one', () => {
    const { files: written } = seal({ tip: null, at: timeOf(0), heads: [], fresh: 0, apart: 0, removals: [] }, ours);
    const text = String(written.get(names.checkpoint)).replace('"v": 2', '"v": 3');
    const later = resigned(new Map([...written, [names.checkpoint, Buffer.from(text)]]), ours);
    expect(() => readSealed(later, null)).toThrow(
      'checkpoint.json has format 3, and this version of Tourniquet reads up to 2',
    );
  });
});

describe('an incident that left', () => {
  const days: readonly Day[] = [[1, 2], [1], []];
  const ends = ledgersAfter(days);
  const now = ends.at(-1) ?? new Map<string, readonly Entry[]>();
  const last = now.get(incidentOf(1)) ?? [];
  const removal = {
    incident: incidentOf(1),
    entries: last.length,
    hash: last.at(-1)?.hash ?? '',
    at: timeOf(2),
    by: 'Rosa',
    second: 'Leo',
    reason: 'kept long enough',
  };
  const sealedWith = (one: object, day = 2) => checkpointsOf(ends, ours, new Map([[day, [{ ...removal, ...one }]]]));
  const without = atHand(new Map([...now].filter(([incident]) => incident !== incidentOf(1))));

  it('is named as removed by whom and when, and not as missing', async () => {
    const verdict = await check(sealedWith({}), without);
    expect(verdict).toMatchObject({ ok: true, removed: [{ ...removal, checkpoint: 3 }] });
    expect(await check(checkpointsOf(ends, ours), without)).toMatchObject({
      faults: [{ kind: 'removed', incident: incidentOf(1) }],
      removed: [],
    });
  });

  it('may still be in the table, whole or in parts; what was exported of it has to be whole', async () => {
    expect(await check(sealedWith({}), atHand(now))).toMatchObject({ ok: true });
    const parts = (from: LedgerAtHand['from']) =>
      atHand(now, from).map((one) =>
        one.incident === incidentOf(1) ? { ...one, entries: one.entries.slice(1), flaw: 'entry 1 is missing' } : one,
      );
    expect(await check(sealedWith({}), parts('table'))).toMatchObject({ ok: true });
    expect(kindsIn(await check(sealedWith({}), parts('export'), { scope: 'some' }))).toContain('broken');
  });

  it('takes nobody else along, and is what a checkpoint saw', async () => {
    const nobody = await check(sealedWith({}), []);
    expect(nobody.faults).toMatchObject([{ kind: 'removed', incident: incidentOf(2) }]);
    for (const other of [{ entries: 1 }, { hash: 'e'.repeat(64) }, { incident: 'inc-unknown' }]) {
      const { faults, removed } = await check(sealedWith(other), without);
      expect(faults.map(({ kind }) => kind).toSorted()).toEqual(['removed', 'rewritten']);
      expect(removed).toEqual([]);
    }
  });

  it('is counted: a checkpoint that says otherwise is none', async () => {
    const [first, second] = sealedWith({});
    const forged = { tip: second?.tip ?? null, at: timeOf(2), heads: [], fresh: 0, removals: [removal] };
    const counted = (apart: number) => seal({ ...forged, apart }, ours);
    const all = (apart: number) => [first, second, counted(apart)].flatMap((one) => one ?? []);
    expect(kindsIn(await check(all(0), without))).toEqual([]);
    expect(kindsIn(await check(all(1), without))).toEqual(['unchained']);
  });
});
