/**
 * Items as released versions wrote them, in DynamoDB's own JSON; what is named in them is invented. A file that stands here is never
 * changed: what can no longer be read needs a new format and an upcaster, and a folder of its own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { InterfaceStates } from '../../../lambdas/ec2/quarantine-interfaces/step.ts';
import { playbooks } from '../../../playbooks/index.ts';
import { stepsOf } from '../../asl/wiring.ts';
import { compareThreeWay, differences } from '../../domain/before-state.ts';
import { adviceItem } from '../advice.ts';
import { approvalItem, pointerItem } from '../approval.ts';
import { audienceItem } from '../audience.ts';
import { beforeStateItem } from '../before-state.ts';
import { breakerItem } from '../breaker.ts';
import { coverItem, grownItem, tipItem } from '../checkpoint.ts';
import { claimItem } from '../claim.ts';
import { changesItem, factItem, obligationItem } from '../clocks.ts';
import { departureItem, proposalItem } from '../departure.ts';
import { fieldItem } from '../field.ts';
import { findingItem } from '../finding.ts';
import { incidentItem, listItem } from '../incident.ts';
import type { Item } from '../item.ts';
import { entryItem, headItem } from '../ledger.ts';
import { missedItem } from '../missed.ts';
import { modeItem } from '../mode.ts';
import { receiptItem } from '../receipt.ts';
import { removalItem } from '../removal.ts';
import { runItem } from '../run.ts';
import { changeItem, nowItem, versionItem } from '../settings.ts';

/** Every kind of item, by the name of its files. */
const kinds = {
  advice: adviceItem,
  approval: approvalItem,
  audience: audienceItem,
  'before-state': beforeStateItem,
  breaker: breakerItem,
  changes: changesItem,
  claim: claimItem,
  cover: coverItem,
  departure: departureItem,
  'departure-proposal': proposalItem,
  fact: factItem,
  field: fieldItem,
  finding: findingItem,
  grown: grownItem,
  incident: incidentItem,
  'ledger-entry': entryItem,
  'ledger-head': headItem,
  list: listItem,
  missed: missedItem,
  mode: modeItem,
  obligation: obligationItem,
  pointer: pointerItem,
  receipt: receiptItem,
  removal: removalItem,
  run: runItem,
  settings: nowItem,
  'settings-change': changeItem,
  'settings-version': versionItem,
  tip: tipItem,
} as const;
type Name = keyof typeof kinds;
const names = Object.keys(kinds) as Name[];

const formats = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

function itemsIn(format: string, name: Name): Item[] {
  const text = readFileSync(join(import.meta.dirname, format, `${name}.json`), 'utf8');
  return (JSON.parse(text) as Parameters<typeof unmarshall>[0][]).map((one) => unmarshall(one));
}

const golden = formats.flatMap((format) => names.map((name) => [format, name] as const));

describe('golden items', () => {
  test.each(golden)('%s: every %s is read', (format, name) => {
    const items = itemsIn(format, name);
    expect(items.length).toBeGreaterThan(0);
    expect(kinds[name].all(items)).toHaveLength(items.length);
  });

  test.each(names)('a %s of every format says the same', (name) => {
    const [oldest = '', ...later] = formats;
    for (const format of later) expect(told(format, name)).toEqual(told(oldest, name));
  });

  test.each(names)('nothing of a %s in its present format is lost by reading it', (name) => {
    const { v, all } = kinds[name];
    // An obligation is read apart from what is kept beside it.
    if (name === 'obligation') return;
    const items = itemsIn(`v${v}`, name);
    expect(all(items)).toEqual(items.map(({ pk: _, sk: __, v: ___, ...item }) => item));
  });

  test.each(formats)('%s: before-states are still such that their levers can put them back', (format) => {
    const items = beforeStateItem.all(itemsIn(format, 'before-state'));
    expect(new Set(items.map(({ step }) => step))).toEqual(new Set(beforeStates.keys()));
    for (const { step, before, ours } of items) {
      const schema = beforeStates.get(step);
      const lost = [before, ours].flatMap((state) => differences(state, schema?.parse(state)));
      // What an earlier version did not look at may be added; nothing that it wrote may be dropped.
      expect(
        lost.filter(({ expected }) => expected !== undefined),
        step,
      ).toEqual([]);
    }
  });
});

test.each(formats)('%s: a quarantine that stands as it was made shows no change by anybody else', (format) => {
  const items = beforeStateItem.all(itemsIn(format, 'before-state'));
  const { before, ours } = items.find(({ step }) => step === 'quarantine-interfaces') ?? {};
  const now = InterfaceStates.parse(ours);
  expect(Object.values(now.addresses)).toEqual([null]);
  expect(compareThreeWay(InterfaceStates.parse(before), now, now).changedMeanwhile).toEqual([]);
});

/** What each lever of a playbook takes for its before-state. */
const beforeStates = new Map(
  playbooks.flatMap(stepsOf).flatMap((step) => {
    const schema = 'beforeState' in step ? step.beforeState : null;
    return schema instanceof z.ZodType ? [[step.name, schema] as const] : [];
  }),
);

/** What is read, but for what earlier formats did not know. */
const told = (format: string, name: Name): unknown[] =>
  kinds[name].all(itemsIn(format, name)).map((value: Item) => {
    const { sealed: _, hash: __, act: ___, detail: ____, ...known } = value;
    // The lever that quarantines interfaces did not look at addresses by themselves; nobody noted what a run asked and when it ended.
    const later = ['addresses', 'asks', 'ended'];
    return JSON.parse(JSON.stringify(known, (key, inner: unknown) => (later.includes(key) ? undefined : inner)));
  });
