import { GetFindingsCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { Transient } from '../../../lib/domain/errors.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { readFindings } from '../../../lib/domain/finding/read.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import type { Session } from '../../runtime/session.ts';

/** The finding as GuardDuty has it, and the very bytes; or why it could not be read. */
export type Native = { readonly finding: Finding; readonly body: Buffer } | { readonly unread: string };

const address = /^arn:[^:]+:guardduty:([^:]+):(\d{12}):detector\/([^/]+)\/finding\/([^/]+)$/;

/**
 * Fetches an attack sequence where it lies. Its copy in Security Hub has ten actors and endpoints at most, and the event is cut where it is
 * larger than a state takes (GuardDuty user guide, "Attack sequence finding details"; GuardDuty API reference, Sequence: up to 400 actors and
 * resources, 100 signals).
 *
 * @throws Transient where it is to be tried again
 */
export async function nativeOf(session: Session, { arn }: Finding, account: string): Promise<Native> {
  const [, region, home, DetectorId, id = ''] = address.exec(arn) ?? [];
  if (!DetectorId) return { unread: 'the finding names no detector of GuardDuty' };
  if (home !== account) return { unread: `it lies in account ${home}, and what it is about in account ${account}` };
  try {
    const { Findings = [] } = await session
      .client(GuardDutyClient, region)
      .send(new GetFindingsCommand({ DetectorId, FindingIds: [id] }));
    const [found] = Findings;
    if (!found) return { unread: `the detector ${DetectorId} has no finding ${id}` };
    const body = Buffer.from(JSON.stringify(found));
    const [reading] = readFindings(JSON.parse(body.toString()));
    if (!reading || 'unreadable' in reading) return { unread: reading?.unreadable ?? 'it is empty' };
    return { finding: reading.finding, body };
  } catch (error) {
    if (oneOfThree(error) instanceof Transient) throw error;
    return { unread: sentence(error) };
  }
}
