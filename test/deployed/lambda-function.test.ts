/** A function that a thief uses: asked about with what depends on it, stopped in three ways, and released as it was. */
import { expect, test } from 'vitest';
import { environmentSecret } from '../sandbox/shop-functions.ts';
import { itemsOf } from '../scenario/runs.ts';
import { deployed } from './deployed.ts';
import { playFunctions, playTamperedFunction } from './proof/function-course.ts';

const deployment = deployed();

test('a function that a thief calls and whose credentials they use: not while it is held, before and after as ever', async () => {
  const [busy, reserved] = await playFunctions(deployment);
  for (const { before, during, after, contained, released, incident } of [busy, reserved]) {
    expect(before).toMatchObject({ thiefCalls: 200, thiefReads: 'reads', sisterReads: 'reads', innocentServes: 200 });
    expect(contained).toMatchObject({ state: 'contained', trouble: [], asked: ['stop'] });
    expect(contained.results).toMatchObject({
      'record-function/run': 'recorded',
      'collect-logs/run': 'recorded',
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

test('a function whose code a thief has replaced: its alias runs the last good version while it is held, and goes on', async () => {
  const { untouched, before, contained, during, released, after } = await playTamperedFunction(deployment);
  expect(untouched).toMatchObject({ visitor: 'served', aliases: { live: { version: '1' } } });
  expect(before).toMatchObject({ visitor: 'robbed', aliases: { live: { version: '3', weights: {} } }, innocent: 200 });
  expect(contained.asked).toEqual(expect.arrayContaining(['stop', 'rewind']));
  expect(contained.results).toMatchObject({ 'rewind-aliases/apply': 'applied', 'rewind-aliases/verify': 'verified' });
  expect(contained.told).toMatch(
    /Alias live runs version 3 of .*; it would run version 2 of .*, the newest from before/,
  );
  expect(during).toEqual({ visitor: 'served', aliases: { live: { version: '2', weights: {} } }, innocent: 200 });
  expect(released.state).toBe('released');
  expect(after).toEqual(before);
}, 240_000);
