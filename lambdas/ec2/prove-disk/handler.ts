import { EBSClient } from '@aws-sdk/client-ebs';
import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { blocksOf } from '../../../lib/domain/block-proof.ts';
import { Transient, Unfinished } from '../../../lib/domain/errors.ts';
import { receiptItem } from '../../../lib/items/receipt.ts';
import { config } from '../../runtime/environment.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Instance } from '../instance/target.ts';
import { keepProgress, progressOf } from '../progress.ts';
import {
  begunWords,
  type Copy,
  failed,
  isAwaited,
  isOver,
  Progress,
  resultOf,
  soFarWords,
  Taken,
  tooMany,
  unreadable,
} from './plan.ts';
import { type DiskProof, proveDisk } from './step.ts';
import { atStart, proofOf, walkOn, writtenIn } from './walk.ts';

type Context = StepContext<Instance>;

/** Milliseconds of reading in one call: what is left of its time is for writing down how far it came. */
const atOnce = 240_000;

/** The snapshots that this run has taken, with how EC2 shows them now. */
async function copiesOf({ table, run, target, session }: Context): Promise<Copy[]> {
  const receipt = await receiptItem.find(table, run.incident, run.id, 'snapshot-volumes', 'run');
  const ids = (Taken.safeParse(receipt?.result).data?.snapshots ?? []).map(({ id }) => id);
  if (ids.length === 0) return [];
  // By a filter: asked by their ids, EC2 answers nothing at all where one of them is gone.
  const Filters = [{ Name: 'snapshot-id', Values: ids }];
  const asked = new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters });
  const { Snapshots = [] } = await session.client(EC2Client).send(asked);
  return ids.map((id) => {
    const { State, VolumeSize = 0, StartTime } = Snapshots.find(({ SnapshotId }) => SnapshotId === id) ?? {};
    const uri = `arn:${target.partition}:ec2:${target.region}::snapshot/${id}`;
    return { id, uri, state: State ?? 'gone', blocks: blocksOf(VolumeSize), since: StartTime?.getTime() ?? 0 };
  });
}

const keep = (context: Context, what: string, progress: Progress): Promise<Progress> =>
  keepProgress(context, proveDisk.name, what, progress);

/** Lists every copy once, and writes down what reading them takes before the first block is read. */
async function begin(context: Context, copies: readonly Copy[], gibibytes: number): Promise<Progress> {
  const ebs = context.session.client(EBSClient);
  const counted: Record<string, number> = {};
  const lost = new Map<string, string>();
  for (const copy of copies) {
    const because = unreadable(copy);
    if (because) lost.set(copy.id, because);
    else
      counted[copy.id] = await writtenIn(ebs, copy.id).catch((error: unknown) => {
        if (oneOfThree(error) instanceof Transient) throw error;
        lost.set(copy.id, sentence(error));
        return 0;
      });
  }
  const readable = copies.filter(({ id }) => !lost.has(id));
  const done = [
    ...copies.flatMap((copy) => (lost.has(copy.id) ? [failed(copy, lost.get(copy.id) ?? '')] : [])),
    ...tooMany(readable, counted, gibibytes),
  ];
  const progress = { since: context.now(), counted, done, under: null };
  return keep(context, begunWords(progress), progress);
}

/** Reads on: comes back with what is done by then, or says that it is not. */
async function goOn(context: Context, copies: readonly Copy[], begun: Progress): Promise<Progress> {
  const ebs = context.session.client(EBSClient);
  const until = performance.now() + atOnce;
  const { under } = begun;
  let { done } = begun;
  for (const copy of copies) {
    if (done.some(({ uri }) => uri === copy.uri)) continue;
    const written = begun.counted[copy.id] ?? 0;
    const from = under?.id === copy.id ? under : atStart(copy.id);
    const came = await walkOn(ebs, from, () => performance.now() < until).catch((error: unknown) => ({ error }));
    if ('error' in came) done = [...done, failed(copy, sentence(came.error), { written, hashed: from.hashed })];
    else if (came.end === 'reached') done = [...done, proofOf(copy, came.walk, written)];
    else if (isOver(begun, context.now()))
      done = [...done, failed(copy, 'two hours were over', { written, hashed: came.walk.hashed })];
    else {
      const progress = { ...begun, done, under: came.walk };
      if (came.walk.next > from.next) await keep(context, soFarWords(progress), progress);
      throw new Unfinished(soFarWords(progress));
    }
  }
  return { ...begun, done, under: null };
}

const nothing = (outcome: DiskProof['outcome'], because: string): DiskProof => ({
  outcome,
  proofs: [],
  facts: [],
  because,
});

async function prove(context: Context): Promise<DiskProof> {
  const { diskProof } = config();
  if (diskProof === 0) return nothing('not-wanted', 'diskProof is 0');
  if (context.run.mode === 'observe') return nothing('would-prove', 'would read the snapshots that would be taken');
  const copies = await copiesOf(context);
  if (copies.length === 0) return nothing('not-proved', 'this run has taken no snapshot');
  const known = await progressOf(context, Progress);
  const waiting = known ? [] : copies.filter((copy) => isAwaited(copy, context.now()));
  if (waiting.length > 0) throw new Unfinished(`${waiting.length} of ${copies.length} copies are not completed yet.`);
  const { done } = await goOn(context, copies, known ?? (await begin(context, copies, diskProof)));
  // In the order of the copies, whenever each was done.
  return resultOf(copies.flatMap(({ uri }) => done.find((one) => one.uri === uri) ?? []));
}

export const handler = serveStep(proveDisk, prove);
