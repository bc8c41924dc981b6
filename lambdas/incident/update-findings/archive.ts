import {
  ArchiveFindingsCommand,
  GetFindingsCommand,
  type GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { inPages } from './plan.ts';

/** Ids that one call takes (GuardDuty API reference, GetFindings and ArchiveFindings). */
const mostAtOnce = 50;

/** GuardDuty's own id of a finding, which its copies in Security Hub carry too; null for findings of others. */
export const guardDutyId = ({ key, arn }: Pick<Finding, 'key' | 'arn'>): string | null =>
  key.startsWith('guardduty:') ? (/\/finding\/([0-9a-zA-Z]+)$/.exec(arn)?.[1] ?? null) : null;

/** What became of the findings of one Region, by id. */
export interface Archived {
  readonly archived: readonly string[];
  /** Not in sight of this account's detector: only the account that administers GuardDuty may archive (API reference, ArchiveFindings). */
  readonly unseen: readonly string[];
  /** Asked for, and read back as open. */
  readonly open: readonly string[];
}

async function openAmong(client: GuardDutyClient, DetectorId: string, ids: readonly string[]) {
  const { Findings = [] } = await client.send(new GetFindingsCommand({ DetectorId, FindingIds: [...ids] }));
  return new Map(Findings.map(({ Id = '', Service }) => [Id, Service?.Archived !== true] as const));
}

/**
 * Archives findings that are not archived yet, and reads them back. In `observe` mode it says which it would. What was archived before is in
 * none of the lists.
 */
export async function archive(
  client: GuardDutyClient,
  ids: readonly string[],
  mode: 'respond' | 'observe',
): Promise<Archived> {
  const [DetectorId] = (await client.send(new ListDetectorsCommand())).DetectorIds ?? [];
  if (!DetectorId) return { archived: [], unseen: ids, open: [] };
  const archived: string[] = [];
  const unseen: string[] = [];
  const open: string[] = [];
  for (const page of inPages(ids, mostAtOnce)) {
    const before = await openAmong(client, DetectorId, page);
    unseen.push(...page.filter((id) => !before.has(id)));
    const due = page.filter((id) => before.get(id));
    if (due.length === 0) continue;
    if (mode === 'respond') await client.send(new ArchiveFindingsCommand({ DetectorId, FindingIds: due }));
    const after = mode === 'respond' ? await openAmong(client, DetectorId, due) : new Map<string, boolean>();
    open.push(...due.filter((id) => after.get(id)));
    archived.push(...due.filter((id) => !after.get(id)));
  }
  return { archived, unseen, open };
}
