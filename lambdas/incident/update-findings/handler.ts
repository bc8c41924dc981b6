import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import * as z from 'zod';
import { type ClosedAs, Closing } from '../../../lib/domain/closing.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import type { HubCopy } from '../../../lib/domain/finding/finding.ts';
import { LedgerEntry } from '../../../lib/domain/ledger.ts';
import { standingLine, standingsOf } from '../../../lib/domain/standing.ts';
import { approvalItem } from '../../../lib/items/approval.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import { incidentItem, partitionOf } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { parsed } from '../../../lib/record/items.ts';
import { threatsIn } from '../../../lib/record/threats.ts';
import { environment } from '../../runtime/environment.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { settingsHere } from '../settings-here.ts';
import { updateFindings } from './entrance.ts';
import { batched, type Change, type Copy, changeOf, copiesOf, inPages, type Shown, said, workflowFor } from './plan.ts';
import { formats, mostRead, type Refusal } from './security-hub.ts';

/** Entries of ledgers, as Lambda hands them over from the table's stream (Lambda developer guide, "Process DynamoDB records with Lambda"). */
const Records = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ Keys: z.object({ pk: z.object({ S: z.string() }) }) }) })),
});

interface Wanted {
  readonly shown: Shown;
  readonly copies: readonly Copy[];
  /** Where the incident is. */
  readonly account: string;
}

const Requested = LedgerEntry.pick({ kind: true }).extend({
  kind: z.literal('opened'),
  detail: z.object({ closing: Closing }),
});

/** What people said it turned out to be when they asked for its end, the earliest first. */
const closingsIn = (items: readonly Item[]): ClosedAs[] =>
  parsed(items, entryItem, Requested).flatMap(({ detail }) => detail.closing.as ?? []);

/** What Security Hub is to show of an incident, and on which copies; null where it knows of none, or there is no incident. */
async function wantedOf({ table }: Work, incident: string): Promise<Wanted | null> {
  const items = await table.query(partitionOf(incident));
  const [meta] = incidentItem.all(items);
  const copies = findingItem.all(items).flatMap(({ finding }) => copiesOf(finding));
  if (!meta || copies.length === 0) return null;
  const workflow = workflowFor(meta.state, approvalItem.all(items).length, closingsIn(items));
  return {
    shown: { incident, state: meta.state, workflow, stands: standingLine(standingsOf(threatsIn(meta, items))) },
    copies,
    account: meta.resource.split(':')[4] ?? '',
  };
}

/** One incident in one Region and format. */
interface Place {
  /** `observe` says what would be written. So does a mode that nobody can read. */
  readonly mode: 'respond' | 'observe';
  readonly shown: Shown;
  readonly copies: readonly Copy[];
  readonly format: HubCopy['format'];
  readonly client: SecurityHubClient;
}

/** What has to be written; nothing between it and the writing keeps an analyst from changing the same finding, since no call has a condition. */
async function changesOf({
  client,
  copies,
  format,
  shown,
}: Place): Promise<{ due: [Copy, Change][]; lost: Refusal[] }> {
  const due: [Copy, Change][] = [];
  const lost: Refusal[] = [];
  for (const page of inPages(copies, mostRead)) {
    const present = await formats[format].read(client, page);
    for (const copy of page) {
      const found = present.get(copy.id);
      const change = found && changeOf(found, shown, format, environment('NAME'));
      if (change) due.push([copy, change]);
      if (!found && copy.certain === 'it came from there') lost.push({ copy, because: 'it is not in Security Hub' });
    }
  }
  return { due, lost };
}

async function show(work: Work, place: Place): Promise<void> {
  const { shown, client, format, mode } = place;
  const { due, lost } = await changesOf(place);
  const note = (kind: 'step' | 'failure', what: string, detail: object) =>
    append(work.table, shown.incident, { kind, actor: updateFindings.name, what, detail });
  for (const { change, copies } of batched(due)) {
    const refused = mode === 'observe' ? [] : await formats[format].write(client, copies, change);
    lost.push(...refused);
    const written = copies.filter((copy) => !refused.some((one) => one.copy === copy));
    if (written.length > 0) await note('step', said(change, written, mode), { findings: written, change });
  }
  if (lost.length > 0)
    await note('failure', `Security Hub does not show this incident on ${lost.length} findings`, { lost });
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
    await append(work.table, place.shown.incident, {
      kind: 'failure',
      actor: updateFindings.name,
      what: `Security Hub in ${copy?.region} does not show this incident: ${sentence(error)}`,
      detail: { findings: place.copies },
    });
  }
}

/** Called by Lambda for the stream of the table, after people were asked or told, and once something has ended. */
export const handler = serveEntrance(async (event, work) => {
  const keys = Records.parse(event).Records.map(({ dynamodb }) => dynamodb.Keys.pk.S);
  const incidents = [...new Set(keys)].map((key) => key.slice(partitionOf('').length));
  for (const incident of incidents) {
    const wanted = await wantedOf(work, incident);
    const mode = wanted && (await modeIn(work, wanted.account));
    const places = Map.groupBy(wanted?.copies ?? [], ({ region, format }) => `${region} ${format}`);
    for (const copies of places.values()) {
      const [{ region, format } = { region: '', format: 'asff' as const }] = copies;
      const client = work.client(SecurityHubClient, { region });
      if (wanted && mode) await showOrSay(work, { shown: wanted.shown, mode, copies, format, client });
    }
  }
  return { incidents: incidents.length };
});
