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
