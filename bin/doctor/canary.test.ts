import { describe, expect, it } from 'vitest';
import { type Canary, checkOf, mayGo, nameOfRun, sweepAll } from './canary.ts';
import { type At, ok } from './check.ts';

const at = {} as At;
const now = Date.parse('2026-11-29T22:00:00Z');
const hour = 3_600_000;

/** A canary whose things are names, and which fails where it is told to. */
function canary(there: Set<string>, use: Canary['use'] = async () => ok('used')): Canary {
  return {
    id: 'canary-test',
    title: 'A test',
    asks: ['ec2:CreateVolume'],
    concerns: { role: 'contain', action: 'ec2:CreateVolume' },
    use,
    sweep: async (_, goes) => {
      for (const one of there) if (goes(one)) there.delete(one);
    },
  };
}

describe('what a canary made', () => {
  it('is removed by the run that made it, and by any other after an hour', () => {
    const own = nameOfRun(now);
    expect(mayGo(own, own, now)).toBe(true);
    expect([mayGo(nameOfRun(now - hour), own, now), mayGo(nameOfRun(now - hour - 1), own, now)]).toEqual([false, true]);
  });

  it('is told from what somebody named much like it', () => {
    const own = nameOfRun(now);
    for (const other of ['', 'tourniquet-canary-', 'tourniquet-canary-0-x', `my-${nameOfRun(0)}`, `${nameOfRun(0)}-x`])
      expect(mayGo(other, own, now), other).toBe(false);
  });

  it('goes when it was used, and what an earlier run left goes before', async () => {
    const left = nameOfRun(0);
    const [running, foreign] = [nameOfRun(Date.now() - 1000), 'web'];
    const there = new Set([left, running, foreign]);
    const seen: string[][] = [];
    const use: Canary['use'] = async (_, name) => {
      there.add(name);
      seen.push([...there]);
      return ok('used');
    };
    const name = nameOfRun(Date.now());
    expect(await checkOf(canary(there, use), name).run(at)).toEqual(ok('used'));
    expect(seen).toEqual([[running, foreign, name]]);
    expect([...there]).toEqual([running, foreign]);
  });

  it('goes where using it fails, and when the run is interrupted', async () => {
    const there = new Set<string>();
    const name = nameOfRun(Date.now());
    const failing = canary(there, async () => {
      there.add(name);
      throw new Error('refused');
    });
    await expect(checkOf(failing, name).run(at)).rejects.toThrow('refused');
    expect(there.size).toBe(0);
    there.add(name);
    const broken = canary(new Set(), undefined);
    await sweepAll([{ ...broken, sweep: () => Promise.reject(new Error('no')) }, canary(there)], at, name);
    expect(there.size).toBe(0);
  });
});
