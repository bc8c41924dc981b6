import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import * as z from 'zod';
import { Closing } from '../../../lib/domain/closing.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { LedgerEntry } from '../../../lib/domain/ledger.ts';
import { standingLine, standingsOf } from '../../../lib/domain/standing.ts';
import { approvalItem } from '../../../lib/items/approval.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import { incidentItem, partitionOf } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { parsed } from '../../../lib/record/items.ts';
import { threatsIn } from '../../../lib/record/threats.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { settingsHere } from '../settings-here.ts';
import { archive, guardDutyId } from './archive.ts';
import { copiesOf, counted, workflowFor } from './plan.ts';
import { noteOnce, Own, type Place, show, type Wanted } from './show.ts';

/** Entries of ledgers, as Lambda hands them over from the table's stream (Lambda developer guide, "Process DynamoDB records with Lambda"). */
const Records = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ Keys: z.object({ pk: z.object({ S: z.string() }) }) }) })),
});

const Requested = LedgerEntry.pick({ kind: true }).extend({
  kind: z.literal('opened'),
  detail: z.object({ closing: Closing }),
});

/** What people said when they asked for its end, the earliest first. */
const closingsIn = (items: readonly Item[]): Closing[] =>
  parsed(items, entryItem, Requested).map(({ detail }) => detail.closing);

function archiveOf(findings: readonly Finding[]): Map<string, string[]> {
  const known = findings.flatMap((finding) => {
    const id = guardDutyId(finding);
    return id && finding.region ? [{ id, region: finding.region }] : [];
  });
  const regions = Map.groupBy(known, ({ region }) => region);
  return new Map([...regions].map(([region, those]) => [region, [...new Set(those.map(({ id }) => id))]]));
}

/** What Security Hub is to show of an incident, and on which copies; null where it knows of none, or there is no incident. */
async function wantedOf({ table }: Work, incident: string): Promise<Wanted | null> {
  const items = await table.query(partitionOf(incident));
  const [meta] = incidentItem.all(items);
  const findings = findingItem.all(items).map(({ finding }) => finding);
  const copies = findings.flatMap(copiesOf);
  if (!meta || copies.length === 0) return null;
  const closings = closingsIn(items).filter(({ as }) => as !== null);
  const asked = approvalItem.all(items).length;
  const workflow = workflowFor(
    meta.state,
    asked,
    closings.flatMap(({ as }) => as ?? []),
  );
  return {
    archive: workflow === 'SUPPRESSED' && closings.at(-1)?.archive ? archiveOf(findings) : new Map(),
    noted: parsed(items, entryItem, Own),
    shown: { incident, state: meta.state, workflow, stands: standingLine(standingsOf(threatsIn(meta, items))) },
    copies,
    account: meta.resource.split(':')[4] ?? '',
  };
}

async function modeIn(work: Work, account: string): Promise<Place['mode']> {
  const here = await settingsHere(work, account);
  return 'unknown' in here ? 'observe' : here.mode;
}

/** Security Hub is not in use there (API reference, GetFindings, InvalidAccessException). */
const isUnused = (error: unknown): boolean => error instanceof Error && error.name === 'InvalidAccessException';

/** What one place cannot do holds no other back. Throws Transient, and Lambda tries again. */
async function showOrSay(work: Work, place: Place): Promise<void> {
  try {
    await show(work, place);
  } catch (error) {
    const [copy] = place.copies;
    const certain = place.copies.some((one) => one.certain === 'it came from there');
    if (isUnused(error) && !certain) return;
    if (oneOfThree(error) instanceof Transient) throw error;
    logger.error('Security Hub could not be updated', error as Error);
    const what = `Security Hub in ${copy?.region} does not show this incident: ${sentence(error)}`;
    await noteOnce(work, place, 'failure', what, { findings: place.copies });
  }
}

/** A person's word at the end, carried out in one Region. Throws Transient, and Lambda tries again. */
async function archiveOrSay(work: Work, wanted: Wanted, mode: Place['mode'], region: string): Promise<void> {
  const ids = wanted.archive.get(region) ?? [];
  const say = (kind: 'step' | 'failure', what: string, findings: readonly string[]) =>
    findings.length > 0 ? noteOnce(work, wanted, kind, what, { region, findings }) : undefined;
  try {
    const { archived, unseen, open } = await archive(work.client(GuardDutyClient, { region }), ids, mode);
    const did = mode === 'observe' ? 'would archive' : 'archived';
    await say('step', `${did} ${counted(archived.length)} in GuardDuty`, archived);
    await say('failure', `GuardDuty still shows ${counted(open.length)} as open: archive by hand`, open);
    const elsewhere = `GuardDuty of this account does not show ${counted(unseen.length)}: archive in the account that administers GuardDuty`;
    await say('failure', elsewhere, unseen);
  } catch (error) {
    if (oneOfThree(error) instanceof Transient) throw error;
    logger.error('Findings could not be archived', error as Error);
    await say('failure', `Nothing was archived in GuardDuty (${counted(ids.length)}): ${sentence(error)}`, ids);
  }
}

/**
 * Attempts at one call. A batch may be about many incidents, and Security Hub takes three reads a second (API reference, "Welcome"): handed over
 * again whole, it would meet the same limit at the same place.
 */
const patience = 6;

/** What one incident needs, each place for itself. */
async function worksOf(work: Work, incident: string): Promise<(() => Promise<void>)[]> {
  const wanted = await wantedOf(work, incident);
  if (!wanted) return [];
  const mode = await modeIn(work, wanted.account);
  const places = Map.groupBy(wanted.copies, ({ region, format }) => `${region} ${format}`);
  const shows = [...places.values()].map((copies) => async () => {
    const [{ region, format } = { region: '', format: 'asff' as const }] = copies;
    await showOrSay(work, { ...wanted, mode, copies, format, client: work.client(SecurityHubClient, { region }) });
  });
  return [...shows, ...[...wanted.archive.keys()].map((region) => () => archiveOrSay(work, wanted, mode, region))];
}

/** Called by Lambda for the stream of the table, after people were asked or told, and once something has ended. */
export const handler = serveEntrance(async (event, work) => {
  const keys = Records.parse(event).Records.map(({ dynamodb }) => dynamodb.Keys.pk.S);
  const incidents = [...new Set(keys)].map((key) => key.slice(partitionOf('').length));
  const later: unknown[] = [];
  for (const incident of incidents)
    for (const one of await worksOf(work, incident)) await one().catch((error: unknown) => later.push(error));
  // Only now: what has to come again in one Region holds no other back.
  if (later.length > 0) throw later[0];
  return { incidents: incidents.length };
}, patience);
