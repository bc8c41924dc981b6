import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import * as z from 'zod';
import { Closing } from '../../../lib/domain/closing.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import type { Finding, HubCopy } from '../../../lib/domain/finding/finding.ts';
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
import { archive, guardDutyId } from './archive.ts';
import { updateFindings } from './entrance.ts';
import { isNoted } from './noted.ts';
import {
  batched,
  type Change,
  type Copy,
  changeOf,
  copiesOf,
  counted,
  inPages,
  type Shown,
  said,
  workflowFor,
} from './plan.ts';
import { formats, mostRead, type Refusal } from './security-hub.ts';

/** Entries of ledgers, as Lambda hands them over from the table's stream (Lambda developer guide, "Process DynamoDB records with Lambda"). */
const Records = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ Keys: z.object({ pk: z.object({ S: z.string() }) }) }) })),
});

interface Wanted {
  readonly shown: Shown;
  readonly copies: readonly Copy[];
  /** GuardDuty's findings that a person wants archived, by Region. */
  readonly archive: ReadonlyMap<string, readonly string[]>;
  /** Where the incident is. */
  readonly account: string;
  /** What this function has noted on the incident before: the same is not said again. */
  readonly noted: readonly Own[];
}

const Requested = LedgerEntry.pick({ kind: true }).extend({
  kind: z.literal('opened'),
  detail: z.object({ closing: Closing }),
});

/** What people said when they asked for its end, the earliest first. */
const closingsIn = (items: readonly Item[]): Closing[] =>
  parsed(items, entryItem, Requested).map(({ detail }) => detail.closing);

const Own = LedgerEntry.extend({ actor: z.literal(updateFindings.name), detail: z.looseObject({}) });
type Own = Pick<z.infer<typeof Own>, 'what' | 'detail'>;

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

/** One incident in one Region and format. */
interface Place extends Pick<Wanted, 'noted' | 'shown'> {
  /** `observe` says what would be written. So does a mode that nobody can read. */
  readonly mode: 'respond' | 'observe';
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

/** What would be done, or cannot be, comes again with each turn of the incident and would drown its record. */
async function noteOnce(
  work: Work,
  { shown, noted }: Pick<Wanted, 'shown' | 'noted'>,
  kind: 'step' | 'failure',
  what: string,
  detail: object,
): Promise<void> {
  if (isNoted(noted, what, detail)) return;
  await append(work.table, shown.incident, { kind, actor: updateFindings.name, what, detail });
}

async function show(work: Work, place: Place): Promise<void> {
  const { shown, client, format, mode } = place;
  const { due, lost } = await changesOf(place);
  const note = (kind: 'step' | 'failure', what: string, detail: object) => noteOnce(work, place, kind, what, detail);
  for (const { change, copies } of batched(due)) {
    const refused = mode === 'observe' ? [] : await formats[format].write(client, copies, change);
    lost.push(...refused);
    const written = copies.filter((copy) => !refused.some((one) => one.copy === copy));
    const what = said(change, written, mode);
    const detail = { findings: written, change };
    if (written.length > 0 && mode === 'observe') await note('step', what, detail);
    else if (written.length > 0)
      await append(work.table, shown.incident, { kind: 'step', actor: updateFindings.name, what, detail });
  }
  if (lost.length > 0)
    await note('failure', `Security Hub does not show this incident on ${counted(lost.length)}`, { lost });
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
      if (wanted && mode) await showOrSay(work, { ...wanted, mode, copies, format, client });
    }
    if (wanted && mode) for (const region of wanted.archive.keys()) await archiveOrSay(work, wanted, mode, region);
  }
  return { incidents: incidents.length };
}, patience);
