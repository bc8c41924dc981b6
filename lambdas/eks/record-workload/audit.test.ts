import type { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../../lib/domain/errors.ts';
import type { Session } from '../../runtime/session.ts';
import { eksWorkload } from '../eks-workload/target.ts';
import { auditSlice } from './audit.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target = { ...eksWorkload.any(place), cluster: 'shop', namespace: 'web' };
const audited = { logging: { clusterLogging: [{ types: ['api' as const, 'audit' as const], enabled: true }] } };
const since = '2026-11-30T03:00:00.000Z';

/** Logs that answer these pages, and what they were asked. */
function logsWith(...pages: object[]) {
  const asked: FilterLogEventsCommand['input'][] = [];
  const send = async ({ input }: FilterLogEventsCommand) => pages[asked.push(input) - 1];
  return { asked, session: { client: () => ({ send }) } as unknown as Session };
}

describe('the slice of the audit log', () => {
  it('is of the namespace and its service accounts, from an hour before, over empty pages too', async () => {
    const { asked, session } = logsWith(
      { events: [{ message: '{"verb":"get"}\n' }], nextToken: 'a' },
      { events: [], nextToken: 'b' },
      { events: [{ message: '{"verb":"list"}' }] },
    );
    expect(await auditSlice(audited, target, since, session)).toEqual({
      text: '{"verb":"get"}\n{"verb":"list"}\n',
      cut: null,
    });
    expect(asked.map(({ nextToken }) => nextToken)).toEqual([undefined, 'a', 'b']);
    expect(asked[0]).toEqual({
      logGroupName: '/aws/eks/shop/cluster',
      logStreamNamePrefix: 'kube-apiserver-audit-',
      filterPattern: '{ ($.objectRef.namespace = "web") || ($.user.username = "system:serviceaccount:web:*") }',
      startTime: Date.parse('2026-11-30T02:00:00.000Z'),
    });
  });

  it('ends where it is as large as a piece may be, and says so', async () => {
    const { asked, session } = logsWith(
      { events: [{ message: 'x'.repeat(9 * 2 ** 20) }], nextToken: 'a' },
      { events: [{ message: 'never asked for' }] },
    );
    const { cut } = await auditSlice(audited, target, since, session);
    expect(cut).toMatch(/goes on after \d+ bytes: the rest is in \/aws\/eks\/shop\/cluster/);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['none of its logs is on', {}],
    ['it is off', { logging: { clusterLogging: [{ types: ['audit' as const], enabled: false }] } }],
    ['another one is on', { logging: { clusterLogging: [{ types: ['api' as const], enabled: true }] } }],
  ])('is a gap with its reason where %s', async (_, cluster) => {
    const { asked, session } = logsWith();
    await expect(auditSlice(cluster, target, since, session)).rejects.toThrow(Refused);
    expect(asked).toEqual([]);
  });
});
