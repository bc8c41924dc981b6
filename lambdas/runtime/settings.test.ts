import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../lib/domain/config.ts';
import { Broken, Refused, Transient } from '../../lib/domain/errors.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { settingsOf } from '../../lib/domain/settings.ts';
import type { Item } from '../../lib/items/item.ts';
import { modeItem } from '../../lib/items/mode.ts';
import { nowItem } from '../../lib/items/settings.ts';
import type { Work } from './pipeline.ts';

const deployed = vi.hoisted(() => ({ config: {} as object }));
vi.mock('./environment.ts', async (original) => ({
  ...(await original<object>()),
  config: (): Config => parseConfig(deployed.config, { file: 'test' }),
}));
const { readSettings, resetOf, settingsForPeople, approversFor } = await import('./settings.ts');
const { settingsHere } = await import('../incident/settings-here.ts');

const [account, unit] = ['444455556666', 'ou-ab12-cdefgh34'];
const rosa = { name: 'Rosa', slack: 'U0ROSA' };
const leo = { name: 'Leo', slack: 'U0LEO' };

/** What is in the two tables, or how reading them fails. */
function tables(settings: Item | Error | null, incidents: Item | null = null): Work {
  const get = async () => {
    if (settings instanceof Error) throw settings;
    return settings;
  };
  return { settings: { get }, table: { get: async () => incidents } } as unknown as Work;
}

const standing = (said: object, more: object = {}): Item =>
  nowItem.item({
    version: 3,
    settings: settingsOf(parseConfig(said, { file: 'test' })),
    by: 'Rosa',
    second: null,
    reason: 'a test',
    at: '2026-11-29T03:00:00.000Z',
    reset: null,
    units: null,
    ...more,
  });
const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });

beforeEach(() => {
  deployed.config = { mode: 'respond', approvers: [rosa] };
});

describe('the settings that count', () => {
  it('are those of the configuration until a version is in the table', async () => {
    const { version, settings } = await readSettings(tables(null));
    expect({ version, mode: settings.mode, approvers: settings.approvers }).toEqual({
      version: 0,
      mode: 'respond',
      approvers: [rosa],
    });
  });

  it('are those of the table from then on, whatever the configuration says', async () => {
    const { version, settings } = await readSettings(tables(standing({ approvers: [leo] })));
    expect({ version, mode: settings.mode, approvers: settings.approvers }).toEqual({
      version: 3,
      mode: 'observe',
      approvers: [leo],
    });
  });

  it('are those of the configuration again after a reset that the table does not know of, even where it cannot be parsed', async () => {
    deployed.config = { ...deployed.config, settingsReset: { reason: 'everybody left' } };
    for (const item of [standing({ approvers: [leo] }), { v: 1, settings: 'nonsense' }])
      expect(await readSettings(tables(item))).toMatchObject({ reset: 'pending', settings: { approvers: [rosa] } });
    const known = standing({ approvers: [leo] }, { reset: resetOf() });
    expect(await readSettings(tables(known))).toMatchObject({ reset: 'none', settings: { approvers: [leo] } });
  });

  it('are unknown where they cannot be parsed or read, and worth another try where AWS is busy', async () => {
    await expect(readSettings(tables({ v: 1, settings: {} }))).rejects.toBeInstanceOf(Broken);
    await expect(readSettings(tables(denied))).rejects.toBeInstanceOf(Broken);
    await expect(readSettings(tables(throttled))).rejects.toBeInstanceOf(Transient);
  });
});

describe('in one account', () => {
  it.each<[string, Item | Error | null, Item | null, object]>([
    ['as deployed', null, null, { mode: 'respond' }],
    [
      'the mode an earlier version switched',
      null,
      modeItem.item({ mode: 'observe', by: 'x', at: 'y' }),
      { mode: 'observe' },
    ],
    [
      'not that mode any more',
      standing({ mode: 'respond' }),
      modeItem.item({ mode: 'observe', by: 'x', at: 'y' }),
      { mode: 'respond' },
    ],
    [
      'its unit',
      standing({ inUnits: { [unit]: { mode: 'respond' } } }, { units: { [account]: [unit] } }),
      null,
      { mode: 'respond' },
    ],
    [
      'no unit',
      standing({ inUnits: { [unit]: { mode: 'respond' } } }, { units: { [account]: [] } }),
      null,
      { mode: 'observe' },
    ],
    [
      'unknown units',
      standing({ inUnits: { [unit]: {} } }, { units: {} }),
      null,
      { unknown: expect.stringContaining('units of account') },
    ],
    [
      'unreadable settings',
      denied,
      null,
      { unknown: expect.stringContaining('so people are asked (AccessDeniedException: no)') },
    ],
    ['unparsable settings', { v: 9 }, null, { unknown: expect.stringContaining('could not be read') }],
  ])('%s', async (_, settings, incidents, expected) => {
    expect(await settingsHere(tables(settings, incidents), account)).toMatchObject(expected);
  });

  it('what may pass is tried again by the state', async () => {
    await expect(settingsHere(tables(throttled), account)).rejects.toBeInstanceOf(Transient);
  });

  it('reads both tables at once: nothing waits for the other', async () => {
    const asked: string[] = [];
    const never = (name: string) => () => {
      asked.push(name);
      return new Promise(() => {});
    };
    const work = { settings: { get: never('settings') }, table: { get: never('mode') } } as unknown as Work;
    void settingsHere(work, account);
    expect(asked).toEqual(['settings', 'mode']);
  });
});

describe('people', () => {
  it('are refused in words where nobody can tell who they are', async () => {
    await expect(settingsForPeople(tables(denied))).rejects.toThrow(Refused);
    await expect(settingsForPeople(tables(denied))).rejects.toThrow('settingsReset');
  });

  it('decide about the accounts they are named for', async () => {
    const work = tables(standing({ approvers: [rosa, leo], inAccounts: { [account]: { approvers: [leo] } } }));
    await expect(approversFor(work, rosa, account)).rejects.toThrow(`no approver for account ${account}. It has: Leo`);
    expect(await approversFor(work, leo, account)).toEqual(['Leo']);
    expect(await approversFor(work, rosa, '000000000000')).toEqual(['Rosa', 'Leo']);
    expect(await approversFor(work, rosa, undefined)).toEqual(['Rosa', 'Leo']);
  });
});
