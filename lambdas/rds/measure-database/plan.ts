import type { AnyDatabase } from '../database.ts';

const plural = (count: number, word: string): string =>
  `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** Connections that are open go on; new ones are what is stopped. */
export function connectionsSentence(most: number): string {
  if (most === 0) return 'It had no connection in the last day';
  return `It had up to ${plural(most, 'connection')} at once in the last day; those that are open stay open`;
}

interface Reached {
  readonly DBInstanceIdentifier?: string | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
  readonly DBInstanceStatus?: string | undefined;
  readonly ReadReplicaDBInstanceIdentifiers?: readonly string[] | undefined;
}

/** How an instance is reached and what hangs on it. */
export function instanceSentences({
  DBInstanceIdentifier: id = '',
  PubliclyAccessible,
  DBInstanceStatus: status = 'available',
  ReadReplicaDBInstanceIdentifiers: replicas = [],
}: Reached): string[] {
  return [
    `${id} is ${PubliclyAccessible ? 'public' : 'not public'}`,
    ...(status === 'available' ? [] : [`${id} is ${status}: a change may have to wait`]),
    ...(replicas.length > 0 ? [`Its read replicas stay reachable: ${replicas.join(', ')}`] : []),
  ];
}

export const clusterSentence = (cluster: string, instances: number): string =>
  `The security groups belong to the cluster ${cluster}: all of its ${plural(instances, 'instance')} are isolated`;

/** What cannot be changed of it is said before anybody is asked. */
export const flagsSentence =
  'It is a Multi-AZ DB cluster, whose public flag cannot be changed; its security groups can';

/** Said rather than asked: whoever lists proxies has to be allowed all of them. */
export const proxySentence = 'An RDS proxy that uses it cannot connect any more either';

export const undoSentence = 'Undo takes about a minute';

interface Audited {
  readonly ActivityStreamStatus?: string | undefined;
  readonly ActivityStreamKinesisStreamName?: string | undefined;
}

/** From where it is known what was queried. */
export function streamSentence(audited: readonly (Audited | null)[]): string {
  const names = audited.flatMap((one) =>
    one?.ActivityStreamStatus === 'started' ? (one.ActivityStreamKinesisStreamName ?? []) : [],
  );
  return names.length > 0
    ? `What was queried is in its activity stream, Kinesis stream ${names.join(', ')}: read it before its records expire, 24 hours after they came unless somebody has set more`
    : 'It has no activity stream: what was queried is on record only as far as its logs say';
}

interface Kept {
  readonly LastAccessedDate?: Date | undefined;
  readonly LastRotatedDate?: Date | undefined;
}

const day = (at: Date): string => at.toISOString().slice(0, 10);

/** Who knows the password of the master user, and what can be done about it. */
export function passwordSentences({ id, cluster }: Pick<AnyDatabase, 'id' | 'cluster'>, kept: Kept | null): string[] {
  const [kind, name] = cluster ? ['cluster', cluster] : ['instance', id];
  const survive = 'Sessions that are open survive a new password, as they do the isolation';
  if (!kept)
    return [
      `RDS does not manage the password of its master user. Set another one by hand: aws rds modify-db-${kind} --db-${kind}-identifier ${name} --master-user-password NEW, and give it to all who use it. ${survive}`,
    ];
  const { LastAccessedDate: read, LastRotatedDate: rotated } = kept;
  return [
    `RDS manages the password of its master user in Secrets Manager: ${read ? `read last on ${day(read)}` : 'read by nobody yet'}, ${rotated ? `changed last on ${day(rotated)}` : 'never changed yet'}`,
    `Two people may have it changed, once this is contained: those who keep a copy of it cannot log in then, those who read the secret at each login go on. ${survive}`,
  ];
}
