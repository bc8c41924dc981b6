import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { arn, type Place } from '../../lib/domain/resource.ts';
import { AnyTarget } from '../../lib/domain/target.ts';

/** As RDS takes identifiers, of instances and clusters (RDS API reference, CreateDBInstance). */
export const DatabaseId = z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{0,62}$/);

/** What is known of an instance and of a cluster alike: most of what can be set belongs to the cluster where there is one. */
export const AnyDatabase = AnyTarget.extend({
  id: DatabaseId,
  engine: z.string().nullable(),
  vpc: z.string().nullable(),
  /** Id of the cluster that it is, or belongs to; null: an instance by itself. */
  cluster: z.string().nullable(),
  /** Ids of its instances: itself, or all of its cluster. */
  instances: z.array(z.string()),
  /** Names of its manual snapshots: only those can be shared (RDS user guide, "Sharing a DB snapshot"). */
  snapshots: z.array(z.string()),
  /** ARN of the secret in which RDS manages the master user's password; null where it does not. Incidents that are open since an earlier version do not know it. */
  secret: z.string().nullable().default(null),
});
export type AnyDatabase = z.infer<typeof AnyDatabase>;

/**
 * In a whole account, by one pattern for all that RDS has there: each action acts on one type anyhow, and templates have little room. A
 * session names the one database.
 */
const anywhere = (place: Place): string[] => [arn(place, 'rds', '*')];
const inSession = (target: AnyDatabase, paths: readonly string[]): string[] =>
  target.id === '*' ? anywhere(target) : paths.map((path) => arn(target, 'rds', path));

export const instanceArns = (target: AnyDatabase): string[] =>
  inSession(
    target,
    target.instances.map((id) => `db:${id}`),
  );
export const clusterArns = (target: AnyDatabase): string[] =>
  inSession(target, target.cluster ? [`cluster:${target.cluster}`] : []);

/** RDS names the secrets that it manages `rds!db-ID` and `rds!cluster-ID` (RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager"). */
export const secretArns = (target: AnyDatabase): string[] =>
  target.id === '*' ? [arn(target, 'secretsmanager', 'secret:rds!*')] : target.secret ? [target.secret] : [];

/** A session policy has room for so many; more of them go by their kind. */
const mostNamed = 10;
/** Snapshots of these names, as IAM names them: those of a cluster are another type. */
export const snapshotsNamed = (target: AnyDatabase, names: readonly string[]): string[] =>
  inSession(
    target,
    names.map((name) => `${target.cluster ? 'cluster-snapshot' : 'snapshot'}:${name}`),
  );
/** Its manual snapshots, of an instance by itself or of a cluster. */
export const snapshotArns = (target: AnyDatabase): string[] =>
  snapshotsNamed(target, target.snapshots.length > mostNamed ? ['*'] : target.snapshots);

export const unread = { engine: null, vpc: null, cluster: null, instances: [], snapshots: [], secret: null };

/** Without its VPC there is no closed group to put it into, and without its facts no right names it: the call would be denied. */
export const refusesUnread = ({ id, vpc }: AnyDatabase) =>
  vpc === null
    ? { levers: ['isolate-database'], because: `the VPC of ${id} could not be read: remove its public access by hand` }
    : null;

/** Any database in any Region of one account. */
export const anyDatabase = (place: Place) => ({
  ...place,
  id: '*',
  seenAt: '',
  tags: {},
  engine: null,
  vpc: '*',
  cluster: '*',
  instances: ['*'],
  snapshots: ['*'],
  secret: '*',
});

/** To read an instance or a cluster, and all that belongs to it. */
export const reads = [
  allow('rds:DescribeDBInstances', anywhere),
  allow('rds:DescribeDBClusters', anywhere),
  allow('rds:DescribeDBSnapshots', anywhere),
  allow('rds:DescribeDBClusterSnapshots', anywhere),
] as const;

/** Its instances have a public flag each; those of a Multi-AZ DB cluster cannot be changed one by one (RDS user guide, "Modifying a Multi-AZ DB cluster"). */
export const hasFlags = ({ cluster, engine }: AnyDatabase): boolean =>
  cluster === null || (engine?.startsWith('aurora') ?? false);
