import * as z from 'zod';
import { personOf, signer } from '../../../lib/domain/approval.ts';
import { Refused, Transient } from '../../../lib/domain/errors.ts';
import { incidentItem, partitionOf, type StoredIncident } from '../../../lib/items/incident.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { type CustodyRecord, custodyRecords, type Verification } from '../../../lib/record/custody.ts';
import { answer, Id } from '../../runtime/approver.ts';
import { publish } from '../../runtime/channels.ts';
import { config } from '../../runtime/environment.ts';
import { oneOfThree } from '../../runtime/errors.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { lookAtSnapshots, newsOf } from '../snapshots.ts';
import { sealRecord } from './entrance.ts';
import { alarmsIn } from './judgement.ts';
import { lookAt } from './look.ts';
import { type Exported, exportNow, headOf } from './sealed.ts';
import { noteTransfer, TransferRequest } from './transfer.ts';

type Outcome = Exported & {
  readonly incident: string;
  /** What is wrong with the evidence, a line each, where it was read back just now. */
  readonly evidence?: readonly string[];
};

/** The evidence of an incident as it is now. */
interface Seen {
  readonly records: readonly CustodyRecord[];
  readonly verified: readonly Verification[];
}

/** Who wants it sealed, for the ledger. */
interface Wish {
  readonly actor: string;
  /** Whether it is tried again when it fails for the moment. */
  readonly tries: 'another' | 'last';
  /** Whether what is sealed already has its evidence read back all the same: whoever takes it out of the vault wants to know. */
  readonly looks: 'where it is sealed' | 'always';
  readonly detail: Readonly<Record<string, string>>;
}

/** Whether the evidence still is what was taken: in the vault, and as snapshots where those lie. */
async function evidenceNow(work: Work, incident: string): Promise<Seen> {
  const items = await work.table.query(partitionOf(incident), entryItem.prefix);
  const records = custodyRecords(entryItem.all(items));
  const [inVault, elsewhere] = await Promise.all([
    lookAt(work, incident, records),
    lookAtSnapshots(work, sealRecord.operations.run, records, incident),
  ]);
  return { records, verified: [...inVault, ...elsewhere] };
}

/** Where it is not what was taken, people are told at once. */
async function tellWhatIsWrong(work: Work, incident: string, { records, verified }: Seen): Promise<void> {
  const alarms = alarmsIn(records, verified);
  const text = alarms.join('\n');
  if (alarms.length > 0)
    await publish(work, `Evidence of ${incident} is not what was taken`, text).catch((error: unknown) =>
      logger.error(`The topic did not take this message: ${text}`, error as Error),
    );
}

/**
 * That it is being sealed is on the ledger first, and with it what the evidence looks like now, so the export says so too. Where an
 * earlier attempt said so last, once is enough.
 */
async function announce(work: Work, incident: string, wish: Wish): Promise<Seen | null> {
  const { sequence } = await headOf(work, incident);
  const last = await entryItem.find(work.table, incident, sequence);
  if (last?.kind === 'sealed') return null;
  const seen = await evidenceNow(work, incident);
  await noteSealing(work, incident, wish, seen);
  return seen;
}

async function noteSealing(work: Work, incident: string, { actor, detail }: Wish, seen: Seen): Promise<void> {
  const { table } = work;
  const { verified } = seen;
  await tellWhatIsWrong(work, incident, seen);
  await append(table, incident, (before) => ({
    kind: 'sealed',
    actor,
    detail: { ...detail, verified },
    what: `sealing entries 1 to ${before}`,
  }));
}

async function recordFailure({ table, calls }: Work, incident: string, run: string, error: Error): Promise<void> {
  const detail = { run, error: error.name, because: error.message, calls: [...calls] };
  const act = { step: 'seal-record', operation: 'run', phase: 'record', of: '' } as const;
  await append(table, incident, { kind: 'failure', actor: act.step, what: act.step, act, detail }).catch(
    (unwritten: unknown) => logger.error('The failure could not be recorded', unwritten as Error),
  );
}

/**
 * Seals an incident's record; where nothing has been added since it was last sealed, says where that lies, or tries again for the
 * time-stamp it lacks. A failure that will not be retried, or not again, is on the ledger.
 */
export async function sealIncident(work: Work, incident: string, run: string, wish: Wish): Promise<Outcome> {
  const found = await incidentItem.find(work.table, incident);
  if (!found) throw new Refused(`There is no incident ${incident}.`);
  const { sealed, resource } = found;
  try {
    const { hash } = await headOf(work, incident);
    const standing = sealed?.head === hash ? sealed : null;
    if (standing && (standing.timeStamp || !config().timestampAuthority))
      return await lookAgain(work, found, { ...standing, outcome: 'already-sealed' }, wish);
    const seen = await announce(work, incident, wish);
    return { incident, ...(await exportNow(work, { incident, resource, standing })), ...saying(seen) };
  } catch (thrown) {
    const error = oneOfThree(thrown);
    if (wish.tries === 'last' || !(error instanceof Transient)) await recordFailure(work, incident, run, error);
    throw error;
  }
}

const saying = (seen: Seen | null): Pick<Outcome, 'evidence'> =>
  seen ? { evidence: alarmsIn(seen.records, seen.verified) } : {};

/** What is sealed already is sealed anew only where its evidence is not any more as the record says. */
async function lookAgain(work: Work, found: StoredIncident, standing: Exported, wish: Wish): Promise<Outcome> {
  const { incident, resource } = found;
  const seen = wish.looks === 'always' ? await evidenceNow(work, incident) : null;
  if (!seen || newsOf(seen.records, seen.verified).length === 0) return { incident, ...standing, ...saying(seen) };
  await noteSealing(work, incident, wish, seen);
  return { incident, ...(await exportNow(work, { incident, resource, standing: null })), ...saying(seen) };
}

/** How often the state has tried again, of how many times. A state of an earlier version does not say. */
const Tries = { retried: z.int().default(0), retries: z.int().default(1) };
const FromRun = z.object({ incident: z.string(), run: z.string(), ...Tries });
const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('seal'), incident: Id }),
  TransferRequest,
]);

/** Called by a run that has closed, and by the decisions API for an approver. */
export const handler = serveEntrance(async (event, work) => {
  const closed = FromRun.safeParse(event).data;
  if (closed) {
    const { incident, run, retried, retries } = closed;
    const tries = retried < retries ? 'another' : 'last';
    return sealIncident(work, incident, run, {
      actor: 'seal-record',
      tries,
      looks: 'where it is sealed',
      detail: { run },
    });
  }
  return answer(event, work, (asked, approver) => {
    const name = signer(approver.name, personOf(approver));
    const request = Request.parse(asked);
    if (request.action === 'transfer') return noteTransfer(work, request, name);
    const wish: Wish = { actor: name, tries: 'another', looks: 'always', detail: { via: 'command-line' } };
    return sealIncident(work, request.incident, 'on demand', wish);
  });
});
