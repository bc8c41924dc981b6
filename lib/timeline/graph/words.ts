import type { Edge, Reach } from './edge.ts';
import type { Place } from './places.ts';

export const placeWords: Readonly<Record<Place, string>> = {
  identity: 'identity',
  session: 'session',
  resource: 'resource',
  data: 'data store',
  account: 'account',
  address: 'address',
};

export const reachWords: Readonly<Record<Reach, string>> = {
  reached: 'reached',
  may: 'may have been reached',
  unknown: 'cannot be known',
  not: 'not reached',
};

/** Why it is said so. */
export const reachBecause: Readonly<Record<Reach, string>> = {
  reached: 'AWS answered a call on it; of a data store, one for its data, or one that changed it',
  may: 'a flow was let through, or AWS answered what a data store is like: that data was asked for is in no log here',
  unknown: 'the record does not say how it ended, or a right allowed it and no record says whether it was done',
  not: 'whatever was tried was refused',
};

export const howWords: Readonly<Record<Edge['how'], string>> = {
  call: 'called on',
  role: 'took on',
  flow: 'sent to',
  could: 'had a right on',
  held: 'had rights on',
};

const longest = 34;

/** The end of a name, which tells it from others. */
export function shortName(id: string): string {
  const name = id.startsWith('arn:') ? id.split(':').slice(5).join(':') || id : id;
  return name.length > longest ? `…${name.slice(1 - longest)}` : name;
}
