import { GetObjectRetentionCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { coverItem } from '../../lib/items/checkpoint.ts';
import { listPartition, partitionOf } from '../../lib/items/incident.ts';
import { folder as copies } from '../../lib/record/copy.ts';
import { type InVault, type Kept, keptInVault, keptOf } from '../../lib/record/retention.ts';
import { aws } from '../doctor/check.ts';
import { limited } from '../doctor/limited.ts';
import { decide } from './decisions.ts';
import type { Deployment } from './deployment.ts';
import { type Vault, type Version, vaultOf, versionsIn } from './vault-versions.ts';

/** Dollars a GB and month in S3 Standard (AWS's price list, us-east-1). */
const price = 0.023;
export const monthly = (bytes: number): number => (bytes / 1e9) * price;

/** When a version's lock ends; null where it has none. */
export async function lockOf(client: S3Client, vault: Vault, { Key, VersionId }: Version): Promise<string | null> {
  const answer = client.send(new GetObjectRetentionCommand({ ...vault, Key, VersionId }));
  const { Retention } = await answer.catch((error: Error) => {
    // S3's answer for a version that nothing locks (API reference, GetObjectRetention).
    if (error.name === 'NoSuchObjectLockConfiguration') return { Retention: undefined };
    throw error;
  });
  return Retention?.RetainUntilDate?.toISOString() ?? null;
}

/** Copies of the record are many, and nobody extends their locks: that of the newest ends last. */
export function worthLooking(versions: readonly Version[]): Version[] {
  const isCopy = ({ Key }: Version): boolean => Key.startsWith(copies);
  const newest = versions.filter(isCopy).toSorted((a, b) => b.since.localeCompare(a.since));
  return [...newest.slice(0, 1), ...versions.filter((one) => !isCopy(one))];
}

const prefixesOf = (incident: string): string[] => [`incidents/${incident}/`, `${copies}${incident}/`];

async function objectsOf(client: S3Client, vault: Vault, versions: readonly Version[]): Promise<InVault[]> {
  const looked = new Set(worthLooking(versions));
  return limited(versions, async (one) => ({
    key: one.Key,
    bytes: one.bytes,
    lockedUntil: looked.has(one) ? await lockOf(client, vault, one) : null,
  }));
}

/** What is kept of every incident that the table lists, the oldest first, then of those that left it, and what else lies in the vault. */
export async function retained(deployment: Deployment, now: string) {
  const { table } = deployment;
  const client = new S3Client();
  const vault = vaultOf(deployment);
  const { versions } = await versionsIn(vault);
  const incidents = (await table.all(listPartition)).map(({ incident }) => String(incident));
  const owner = ({ Key }: Version): string => /^(?:incidents|copies)\/([^/]+)\//.exec(Key)?.[1] ?? '';
  const byOwner = Map.groupBy(versions, owner);
  const kept = await limited(incidents, async (incident) =>
    keptOf({
      incident,
      items: await table.all(partitionOf(incident)),
      covers: await table.all(coverItem.key(incident, 0).pk),
      objects: await objectsOf(client, vault, byOwner.get(incident) ?? []),
      now,
    }),
  );
  const gone = [...byOwner.keys()].filter((one) => one.startsWith('inc-') && !incidents.includes(one));
  const left = await limited(gone, async (incident) =>
    keptInVault({ incident, objects: await objectsOf(client, vault, byOwner.get(incident) ?? []), now }),
  );
  const others = versions.filter((one) => ![...incidents, ...gone].includes(owner(one)));
  return {
    kept: [...kept, ...left],
    others: { objects: others.length, bytes: others.reduce((sum, { bytes }) => sum + bytes, 0) },
  };
}

const Answered = z.object({
  outcome: z.enum(['proposed', 'removed']),
  incident: z.string(),
  removal: z.string(),
  by: z.string(),
  second: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
export type Answered = z.infer<typeof Answered>;

/** Asks that an incident leaves the table; a second person has to agree. */
export const proposeRemoval = (stack: string, incident: string, reason: string): Promise<Answered> =>
  decide(stack, { action: 'remove', incident, reason }, Answered, 'RetentionUrl');

export const approveRemoval = (stack: string, removal: string): Promise<Answered> =>
  decide(stack, { action: 'approve', removal }, Answered, 'RetentionUrl');

/** The commands that remove what is kept of an incident: for a person with rights that nobody of Tourniquet has. */
export function commandsFor({ incident, snapshots }: Kept, bucket: string, region: string): string[] {
  const query = "'{Objects: Versions[].{Key: Key, VersionId: VersionId}}'";
  const remove = (prefix: string): string =>
    aws(
      region,
      `s3api delete-objects --bucket ${bucket} --delete "$(aws --region ${region} s3api list-object-versions --bucket ${bucket} --prefix ${prefix} --max-items 1000 --output json --query ${query})"`,
    );
  return [
    ...prefixesOf(incident).flatMap((prefix) => ['# again until nothing is left', remove(prefix)]),
    ...snapshots.flatMap((one) => [
      `# with credentials of ${one.account}`,
      aws(one.region, `ec2 delete-snapshot --snapshot-id ${one.id}`),
    ]),
  ];
}
