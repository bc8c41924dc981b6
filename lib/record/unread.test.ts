import { expect, test } from 'vitest';
import { invented } from '../../test/fixtures/incident.ts';
import { audienceItem } from '../items/audience.ts';
import { missedItem } from '../items/missed.ts';
import { incidentFrom } from './incident.ts';
import { page } from './page/page.ts';
import { unreadAmong } from './unread.ts';

const at = '2026-03-04T12:00:00.000Z';
const newer = invented.map((item) => (String(item.sk).startsWith('BEFORE#deny-session') ? { ...item, v: 9 } : item));

test('of an earlier version everything is read', () => {
  expect(unreadAmong(invented)).toEqual([]);
});

test('what is kept of an incident for Slack is known, and no part of its record', () => {
  const here = [audienceItem.item({ kind: 'private', members: ['U1'] }, 'x'), missedItem.item({ messages: [] }, 'x')];
  expect(unreadAmong(here)).toEqual([]);
});

test('what a newer version wrote is named in the record and on its page, rather than left out', () => {
  const strange = { pk: 'INC#x', sk: 'ORACLE#1', v: 1 };
  const incident = incidentFrom([...newer, strange]);
  expect(incident?.unread).toEqual([
    { item: expect.stringMatching(/^BEFORE#deny-session/), because: expect.stringContaining('has format 9') },
    { item: 'ORACLE#1', because: 'This version of Tourniquet knows no such kind of item.' },
  ]);
  expect(incident && page(incident, at)).toContain('ORACLE#1');
});

test('an incident that itself cannot be read is not taken for one that is not there', () => {
  const items = invented.map((item) => (item.sk === 'META' ? { ...item, v: 9 } : item));
  expect(() => incidentFrom(items)).toThrow('a newer version wrote it');
});
