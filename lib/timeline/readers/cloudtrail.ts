import type { Actor, Kind, Outcome } from '../event.ts';
import type { Reading } from '../input/draft.ts';
import { membersNamed } from '../json/members.ts';
import { placeOf, table } from '../json/names.ts';
import { scan } from '../json/scan.ts';
import { stringAt, textAt } from '../json/value.ts';
import { moment } from '../moment.ts';
import { resourcesIn } from './cloudtrail-resources.ts';

/** Whose records are of another kind than audit, by event source. */
const keySources = new Set(['kms.amazonaws.com', 'secretsmanager.amazonaws.com']);
const storageSources = new Set(['s3.amazonaws.com', 's3express.amazonaws.com', 's3-outposts.amazonaws.com']);
/** EBS direct APIs have an event source of their own; all of them read or write blocks of snapshots. */
const blockSource = 'ebs.amazonaws.com';
/** Data events on objects; `eventCategory` is missing before version 1.08 of the record. */
const onObjects =
  /^(Get|Put|Head|Copy|Delete|Restore|Select|Create|Upload|Complete|Abort|List)(Object|Objects|ObjectContent|MultipartUpload|Part|PartCopy|Parts|ObjectVersions)(V2|Acl|Tagging|Torrent|Retention|LegalHold|Attributes)?$/;

function kindOf(source: string, name: string, category: string | null): Kind {
  if (keySources.has(source)) return 'key';
  if (source === blockSource) return 'storage';
  return storageSources.has(source) && (category === 'Data' || onObjects.test(name)) ? 'storage' : 'audit';
}

const identity = membersNamed(['type', 'arn', 'accountId', 'principalId', 'userName', 'invokedBy', 'accessKeyId']);
const [type, arn, accountId, principalId, userName, invokedBy, accessKeyId] = [0, 1, 2, 3, 4, 5, 6];
const userIdentity = placeOf('userIdentity');

function actorIn(bytes: Buffer): Actor | null {
  const [from, to] = [table.starts[userIdentity] ?? 0, table.ends[userIdentity] ?? 0];
  if (to === 0 || bytes[from] !== 123 || scan(bytes, from, to, identity) < 0) return null;
  const said = (place: number): string | null => stringAt(bytes, identity, place);
  const id =
    said(arn) ?? said(userName) ?? said(invokedBy) ?? said(principalId) ?? said(accessKeyId) ?? said(accountId);
  return id === null ? null : { kind: said(type) ?? 'unknown', id, account: said(accountId) };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const suffix = '.amazonaws.com';

function outcomeOf(bytes: Buffer, name: string, response: string): Outcome {
  const failed = stringAt(bytes, table, placeOf('errorCode')) ?? stringAt(bytes, table, placeOf('errorMessage'));
  if (failed !== null) return 'failure';
  // A log-in that failed is no error: the answer says it (CloudTrail user guide, sign-in events).
  return name === 'ConsoleLogin' && /"ConsoleLogin"\s*:\s*"Failure"/.test(response) ? 'failure' : 'success';
}

/** A record of CloudTrail that was just scanned into the table; null where it is none, words where its time is none. */
export function readCloudTrail(bytes: Buffer): Reading | string | null {
  const said = (place: number): string | null => stringAt(bytes, table, place);
  const source = said(eventSource);
  const name = said(eventName);
  const time = said(eventTime);
  if (source === null || (time === null && name === null)) return null;
  if (time === null) return 'It has no eventTime.';
  const at = moment(time);
  if (!at) return `Its eventTime is no time: ${time.slice(0, 40)}`;
  const service = source.endsWith(suffix) ? source.slice(0, -suffix.length) : source;
  const response = textAt(bytes, table, responseElements);
  const id = said(eventID);
  return {
    format: 'cloudtrail',
    kind: kindOf(source, name ?? '', said(eventCategory)),
    at,
    actor: actorIn(bytes),
    action: `${service}:${name ?? 'unknown'}`,
    resources: resourcesIn(textAt(bytes, table, resources), textAt(bytes, table, requestParameters), response),
    address: said(sourceIPAddress),
    agent: said(userAgent),
    outcome: outcomeOf(bytes, name ?? '', response),
    // CloudTrail's own ids are unique; what somebody wrote by hand is not, and there only equal records are one.
    ...(id !== null && uuid.test(id) && { identity: `${id} ${source} ${name}` }),
  };
}

const [eventTime, eventSource, eventName, eventID] = (
  ['eventTime', 'eventSource', 'eventName', 'eventID'] as const
).map(placeOf) as [number, number, number, number];
const [sourceIPAddress, userAgent, requestParameters, responseElements, resources, eventCategory] = (
  ['sourceIPAddress', 'userAgent', 'requestParameters', 'responseElements', 'resources', 'eventCategory'] as const
).map(placeOf) as [number, number, number, number, number, number];
