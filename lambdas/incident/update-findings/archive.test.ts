import type { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { describe, expect, it } from 'vitest';
import { finding } from '../../../test/fixtures/incident.ts';
import { archive, guardDutyId } from './archive.ts';

/** A detector with findings by id, archived or not. `deaf` takes the call and does nothing. */
function detector(findings: Record<string, boolean>, does: 'archives' | 'deaf' = 'archives', ids = ['d1']) {
  const asked: number[] = [];
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
    const { FindingIds = [] } = input as { FindingIds?: string[] };
    if (name === 'ListDetectorsCommand') return { DetectorIds: ids };
    if (name === 'ArchiveFindingsCommand') {
      asked.push(FindingIds.length);
      if (does === 'archives') for (const id of FindingIds) findings[id] = true;
      return {};
    }
    const found = FindingIds.filter((id) => id in findings);
    return { Findings: found.map((Id) => ({ Id, Service: { Archived: findings[Id] } })) };
  };
  return { client: { send } as unknown as GuardDutyClient, findings, asked };
}

describe('archiving in GuardDuty', () => {
  it('archives what is open, reads it back, and names what this account does not see', async () => {
    const { client, findings } = detector({ a: false, b: true });
    expect(await archive(client, ['a', 'b', 'c'], 'respond')).toEqual({ archived: ['a'], unseen: ['c'], open: [] });
    expect(findings).toEqual({ a: true, b: true });
    expect(await archive(client, ['a', 'b'], 'respond')).toEqual({ archived: [], unseen: [], open: [] });
  });

  it('does not say archived of what still shows as open', async () => {
    const { client } = detector({ a: false }, 'deaf');
    expect(await archive(client, ['a'], 'respond')).toEqual({ archived: [], unseen: [], open: ['a'] });
  });

  it('only says what it would do in observe mode', async () => {
    const { client, asked } = detector({ a: false });
    expect(await archive(client, ['a'], 'observe')).toEqual({ archived: ['a'], unseen: [], open: [] });
    expect(asked).toEqual([]);
  });

  it('takes fifty at once', async () => {
    const ids = Array.from({ length: 120 }, (_, at) => `f${at}`);
    const { client, asked } = detector(Object.fromEntries(ids.map((id) => [id, false])));
    expect((await archive(client, ids, 'respond')).archived).toEqual(ids);
    expect(asked).toEqual([50, 50, 20]);
  });

  it('sees nothing where there is no detector', async () => {
    const { client } = detector({ a: false }, 'archives', []);
    expect(await archive(client, ['a'], 'respond')).toEqual({ archived: [], unseen: ['a'], open: [] });
  });
});

it('knows the id of what GuardDuty found, however it arrived, and of nothing else', () => {
  const arn = `arn:aws:guardduty:eu-central-1:444455556666:detector/${'d'.repeat(32)}/finding/${'a1'.repeat(16)}`;
  expect(guardDutyId({ ...finding, key: 'guardduty:x', arn })).toBe('a1'.repeat(16));
  expect(guardDutyId({ ...finding, key: 'securityhub:x', arn })).toBeNull();
  expect(guardDutyId({ ...finding, key: 'guardduty:x', arn: '' })).toBeNull();
});
