/** A function that a thief uses: asked about with what depends on it, stopped in three ways, and released as it was. */
import { expect, test } from 'vitest';
import { environmentSecret } from '../sandbox/shop-functions.ts';
import { itemsOf } from '../scenario/runs.ts';
import { deployed } from './deployed.ts';
import { playFunctions } from './proof/function-course.ts';

const deployment = deployed();

test('a function that a thief calls and whose credentials they use: not while it is held, before and after as ever', async () => {
  const [busy, reserved] = await playFunctions(deployment);
  for (const { before, during, after, contained, released, incident } of [busy, reserved]) {
    expect(before).toMatchObject({ thiefCalls: 200, thiefReads: 'reads', sisterReads: 'reads', innocentServes: 200 });
    expect(contained).toMatchObject({ state: 'contained', trouble: [] });
    expect(contained.results).toMatchObject({
      'record-function/run': 'recorded',
      'deny-session/verify': 'verified',
      'disable-triggers/verify': 'verified',
      'stop-function/verify': 'verified',
    });
    expect(during).toEqual({
      concurrency: { reserved: 0, provisioned: {} },
      thiefCalls: 403,
      thiefReads: 'AccessDenied',
      sisterReads: 'reads',
      innocentServes: 200,
    });
    expect(contained.told).toMatch(/without authentication/);
    expect(released.state).toBe('released');
    expect(after).toEqual(before);
    expect(JSON.stringify(await itemsOf(deployment, `INC#${incident}`))).not.toContain(environmentSecret);
    expect(contained.told).not.toContain(environmentSecret);
  }
  expect(busy.before.concurrency).toEqual({ reserved: null, provisioned: { live: 2 } });
  expect(reserved.before.concurrency).toEqual({ reserved: 2, provisioned: { 1: 2 } });
}, 240_000);
