import {
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBSnapshotAttributesCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { orGone } from '../../runtime/facts.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { busy } from '../busy.ts';
import type { Database } from '../kinds.ts';
import { type Edit, edits, planUnsharing } from './plan.ts';
import { type SnapshotShares, unshareDatabaseSnapshots } from './step.ts';

/** The attribute that says who may restore or copy it (RDS API reference, ModifyDBSnapshotAttribute). */
const AttributeName = 'restore';

interface Attribute {
  readonly AttributeName?: string | undefined;
  readonly AttributeValues?: readonly string[] | undefined;
}

const sharedWith = (attributes: readonly Attribute[] = []): string[] =>
  attributes.flatMap((one) => (one.AttributeName === AttributeName ? (one.AttributeValues ?? []) : [])).toSorted();

/** Null for one that was deleted. */
async function sharesOf({ cluster }: Database, name: string, session: Session): Promise<string[] | null> {
  const rds = session.client(RDSClient);
  if (cluster) {
    const command = new DescribeDBClusterSnapshotAttributesCommand({ DBClusterSnapshotIdentifier: name });
    const found = await rds.send(command).catch(orGone);
    return found && sharedWith(found.DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes);
  }
  const command = new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier: name });
  const found = await rds.send(command).catch(orGone);
  return found && sharedWith(found.DBSnapshotAttributesResult?.DBSnapshotAttributes);
}

async function look(target: Database, session: Session): Promise<SnapshotShares> {
  const read = target.snapshots.map(async (name) => [name, await sharesOf(target, name, session)] as const);
  const there = (await Promise.all(read)).flatMap(([name, shares]) => (shares ? [[name, shares] as const] : []));
  return { shared: Object.fromEntries(there) };
}

function set({ cluster }: Database, { name, add, remove }: Edit, session: Session): Promise<unknown> {
  const rds = session.client(RDSClient);
  const change = {
    AttributeName,
    ...(add.length > 0 && { ValuesToAdd: add }),
    ...(remove.length > 0 && { ValuesToRemove: remove }),
  };
  if (cluster)
    return rds.send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier: name, ...change }));
  return rds.send(new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier: name, ...change }));
}

/** Apply and release are the same walk. */
async function carryOut({ target, from, to, session }: LeverJob<Database, SnapshotShares>): Promise<Change> {
  const jobs = edits(from, to).map((edit) => {
    const words = [...edit.add.map((one) => `shared with ${one}`), ...edit.remove.map((one) => `not with ${one}`)];
    return [`${edit.name}: ${words.join(', ')}`, () => set(target, edit, session).catch(busy)] as const;
  });
  const { done, failed } = await all(jobs);
  return changeOf(done, failed);
}

export const handler = serveLever(unshareDatabaseSnapshots, {
  look,
  plan: planUnsharing,
  apply: carryOut,
  release: carryOut,
});
