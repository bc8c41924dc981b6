import type { Event } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import { CloudIdentity, credentialOf } from '../../../lib/domain/finding/identity.ts';
import { camelised, part, text } from '../../../lib/domain/finding/value.ts';
import { kindOf } from './kinds.ts';
import { type MadeCredential, madeBy, type Parameters } from './made.ts';
import type { Call } from './plan.ts';
import { shareBy } from './shared.ts';
import { notebooksBy, startedBy } from './started.ts';

const Block = part(z.record(z.string(), z.unknown()));

/** AWS CloudTrail user guide, "CloudTrail record contents". */
const Record = z.object({
  eventSource: text,
  eventName: text,
  awsRegion: text,
  errorCode: text,
  sourceIPAddress: text,
  userAgent: text,
  readOnly: z.boolean().nullish().catch(null),
  userIdentity: part(CloudIdentity),
  requestParameters: Block,
  responseElements: Block,
});
type Record = z.infer<typeof Record>;

/**
 * Whoever made the calls chose most of these words: nothing but printable ASCII, which no name or id of AWS goes beyond, and no more than
 * a line. It keeps a result of 200 changes within what a state machine carries.
 */
export function plain(words: string, longest: number): string {
  const shown = words.replace(/[^\x20-\x7e]+/g, '?').trim();
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 3)}...`;
}

/** The record within an event; an empty one where it is no JSON, and then what stands around it has to do. */
function recordOf({ CloudTrailEvent = '' }: Event): Record {
  try {
    return Record.parse(camelised(JSON.parse(CloudTrailEvent)));
  } catch {
    return Record.parse({});
  }
}

/** Parameters that name what a call is about, and what to call it. */
const named = Object.entries({
  userName: 'user',
  roleName: 'role',
  groupName: 'group',
  policyArn: 'policy',
  policyName: 'policy',
  accessKeyId: 'access key',
  bucketName: 'bucket',
  functionName: 'function',
  instanceId: 'instance',
  snapshotId: 'snapshot',
  volumeId: 'volume',
  imageId: 'image',
  keyId: 'key',
  keyName: 'key pair',
  dBInstanceIdentifier: 'database',
  dBSnapshotIdentifier: 'database snapshot',
  detectorId: 'detector',
  trailName: 'trail',
  emailIdentity: 'mail identity',
  secretId: 'secret',
  stackName: 'stack',
  notebookInstanceName: 'notebook',
  endpointName: 'endpoint',
  trainingJobName: 'training job',
  processingJobName: 'processing job',
  transformJobName: 'transform job',
  provisionedModelName: 'provisioned model',
  name: '',
});

const [mostResources, longestName] = [4, 100];

/** How EC2 lists the instances of a call. */
const Instances = z.object({ items: z.array(z.object({ instanceId: z.string() })) });

function instancesIn(block: Parameters | null | undefined): string[] {
  const listed = Instances.safeParse(block?.instancesSet);
  return listed.success ? listed.data.items.map(({ instanceId }) => `instance ${instanceId}`) : [];
}

/** What the call was done to: what its parameters name, what came of it, else what CloudTrail lists beside the record. */
function resourcesOf({ requestParameters, responseElements }: Record, { Resources = [] }: Event): string[] {
  const asked = requestParameters ?? {};
  const found = named.flatMap(([parameter, what]) => {
    const value = Object.hasOwn(asked, parameter) ? asked[parameter] : null;
    if (typeof value !== 'string' || value === '') return [];
    const name = parameter === 'policyArn' ? value.slice(value.lastIndexOf('/') + 1) : value;
    return [`${what} ${name}`];
  });
  const all = [...found, ...instancesIn(asked), ...instancesIn(responseElements)];
  const listed = all.length > 0 ? all : Resources.map(({ ResourceName = '' }) => ResourceName);
  const names = listed.map((name) => plain(name, longestName)).filter((name) => name !== '');
  return [...new Set(names)].slice(0, mostResources);
}

/** The caller in words. */
function who(caller: Call['caller'], username: string): string {
  if (caller?.kind === 'root') return 'the root user';
  if (caller?.session) return `role ${caller.name} as session ${caller.session}`;
  if (caller?.name) return `${caller.kind === 'iam-user' ? 'user ' : ''}${caller.name}`;
  return username || 'someone unnamed';
}

const isoOf = (time: Date | undefined): string =>
  time && Number.isFinite(time.getTime()) ? time.toISOString().replace('.000Z', 'Z') : '';

/** Lambda puts the version of its API behind the name: `CreateFunction20150331`, `UpdateFunctionCode20150331v2`. */
const callOf = (source: string, name: string): string =>
  plain(`${source.replace(/\.amazonaws\.com(\.cn)?$/, '')}:${name.replace(/20\d{6}(v\d+)?$/, '')}`, 80);

/** One event of LookupEvents in our words. What it does not say stays empty; nothing is refused, since an attacker would use that. */
export function callFrom(event: Event, region: string): Call {
  const record = recordOf(event);
  const { userIdentity, requestParameters: request, responseElements: response, errorCode } = record;
  const call = callOf(record.eventSource ?? event.EventSource ?? '', record.eventName ?? event.EventName ?? '');
  const [credential] = userIdentity ? credentialOf(userIdentity, { account: null, region }) : [];
  const caller = credential?.principal ?? null;
  const place = { at: isoOf(event.EventTime), region: plain(record.awsRegion ?? region, 32) };
  return {
    ...place,
    id: plain(event.EventId ?? '', 64),
    call,
    // LookupEvents says it as text, the record as a boolean. What neither says may be a change.
    changing: event.ReadOnly ? event.ReadOnly !== 'true' : record.readOnly !== true,
    failed: errorCode !== null,
    kind: kindOf(call),
    resources: resourcesOf(record, event),
    from: plain(record.sourceIPAddress ?? '', 64),
    agent: plain(record.userAgent ?? '', 60),
    caller,
    by: plain(who(caller, event.Username ?? ''), longestName),
    // What a service does for the caller, as a grant for an encrypted disk, is no share.
    share: errorCode || userIdentity?.invokedBy ? null : shareBy(call, place.region, request ?? {}, response ?? {}),
    started: errorCode ? [] : startedBy(call, request, response).map((one) => ({ ...one, ...place })),
    notebooks: errorCode ? [] : notebooksBy(call, request),
    made: errorCode
      ? []
      : madeBy(call, request ?? {}, response ?? {}).map((one) => ({
          ...tidied(one, caller?.name ?? null),
          at: place.at,
        })),
  };
}

/** A session token is the caller's own, and so is a key asked for without a name. */
const tidied = ({ kind, id, of, account }: MadeCredential, caller: string | null): MadeCredential => {
  const owner = kind === 'user' ? null : (of ?? caller);
  return { kind, account, id: plain(id, 128), of: owner && plain(owner, 130) };
};
