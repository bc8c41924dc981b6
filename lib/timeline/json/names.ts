import { type Members, membersNamed } from './members.ts';

/** Under these names lists of records lie in what AWS and its tools write. They come first: a scan stops at them. */
const lists = [
  // A file of CloudTrail.
  'Records',
  // `aws cloudtrail lookup-events`.
  'Events',
  // `aws logs filter-log-events`, `get-log-events`.
  'events',
  // What CloudWatch Logs sends to a subscriber.
  'logEvents',
  // A list of audit events of Kubernetes.
  'items',
  // Activity streams of Aurora, decrypted.
  'databaseActivityEventList',
  // `aws logs get-query-results`.
  'results',
  // `aws ssm list-command-invocations`, `list-commands`.
  'CommandInvocations',
  'Commands',
] as const;

const wrappers = [
  'CloudTrailEvent',
  'detail',
  'record',
  'message',
  '@message',
  'timestamp',
  '@timestamp',
  'logStreamName',
  'logStream',
  'logGroup',
  'field',
  'value',
] as const;

const cloudTrail = [
  'eventTime',
  'eventSource',
  'eventName',
  'eventID',
  'userIdentity',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestParameters',
  'responseElements',
  'resources',
  'eventCategory',
  'managementEvent',
] as const;

const names = [...lists, ...wrappers, ...cloudTrail] as const;
export type Name = (typeof names)[number];

/** The names that are looked for in every object, and how many of them hold lists. */
export const table: Members = membersNamed(names);
export const listNames = lists.length;

const places = new Map<string, number>(names.map((name, place) => [name, place]));
export const placeOf = (name: Name): number => places.get(name) ?? -1;
