import { listed } from '../listed.ts';

interface FieldSelector {
  readonly Field?: string | undefined;
  readonly Equals?: readonly string[] | undefined;
  readonly StartsWith?: readonly string[] | undefined;
  readonly EndsWith?: readonly string[] | undefined;
  readonly NotEquals?: readonly string[] | undefined;
  readonly NotStartsWith?: readonly string[] | undefined;
}

interface EventSelector {
  readonly ReadWriteType?: string | undefined;
  readonly DataResources?:
    | readonly { readonly Type?: string | undefined; readonly Values?: readonly string[] | undefined }[]
    | undefined;
}

/** How a trail selects events (CloudTrail API reference, GetEventSelectors). */
export interface Selecting {
  readonly EventSelectors?: readonly EventSelector[] | undefined;
  readonly AdvancedEventSelectors?:
    | readonly { readonly FieldSelectors?: readonly FieldSelector[] | undefined }[]
    | undefined;
}

/** Of whose reads of its objects there is a record; `some` where the trail selects more narrowly than by the bucket. */
export type Reads = 'all' | 'some' | 'none';

/** A bucket, or a beginning of its objects, by the ARN with which a trail names it. */
function covers(prefixes: readonly string[], bucketArn: string): Reads {
  if (prefixes.some((prefix) => `${bucketArn}/`.startsWith(prefix))) return 'all';
  return prefixes.some((prefix) => prefix.startsWith(`${bucketArn}/`)) ? 'some' : 'none';
}

function byResources({ ReadWriteType, DataResources = [] }: EventSelector, bucketArn: string): Reads {
  if (ReadWriteType === 'WriteOnly') return 'none';
  const objects = DataResources.filter(({ Type }) => Type === 'AWS::S3::Object');
  return covers(
    objects.flatMap(({ Values = [] }) => Values),
    bucketArn,
  );
}

/** Every other field narrows it: by the name of the event, by who calls, by the end of the key. */
const plainFields = ['eventCategory', 'resources.type', 'resources.ARN', 'readOnly'];

function byArn(arn: FieldSelector | undefined, bucketArn: string): Reads {
  const { Equals = [], StartsWith = [], EndsWith = [], NotEquals = [], NotStartsWith = [] } = arn ?? {};
  const left = covers(NotStartsWith, bucketArn);
  if (left === 'all') return 'none';
  const narrowed = left === 'some' || EndsWith.length > 0 || covers(NotEquals, bucketArn) === 'some';
  const named = [...StartsWith, ...Equals];
  const here = named.length > 0 ? covers(named, bucketArn) : 'all';
  return here === 'all' && narrowed ? 'some' : here;
}

function byFields(fields: readonly FieldSelector[], bucketArn: string): Reads {
  const field = (name: string) => fields.find(({ Field }) => Field === name);
  if (!field('resources.type')?.Equals?.includes('AWS::S3::Object')) return 'none';
  if (field('readOnly')?.Equals?.every((one) => one === 'false')) return 'none';
  const here = byArn(field('resources.ARN'), bucketArn);
  const narrowed = fields.some(({ Field = '' }) => !plainFields.includes(Field));
  return here === 'all' && narrowed ? 'some' : here;
}

/** Whether a trail records who reads objects of the bucket: management events alone do not (CloudTrail user guide, "Logging data events"). */
export function readsRecorded({ EventSelectors, AdvancedEventSelectors }: Selecting, bucketArn: string): Reads {
  const each = [
    ...(EventSelectors ?? []).map((one) => byResources(one, bucketArn)),
    ...(AdvancedEventSelectors ?? []).map(({ FieldSelectors = [] }) => byFields(FieldSelectors, bucketArn)),
  ];
  return (['all', 'some'] as const).find((one) => each.includes(one)) ?? 'none';
}

/** One that records in the Region of the bucket. */
export interface Trail {
  readonly name: string;
  /** `unasked`: it is another account's, and so are its settings. */
  readonly reads: Reads | 'unasked';
  readonly logging: 'on' | 'off';
  readonly account: string;
  /** Where its files are. */
  readonly files: string;
  readonly group: string | null;
}

const where = ({ name, files, group, logging }: Trail): string =>
  `the trail ${name}${logging === 'off' ? ', which is SWITCHED OFF' : ''} (${listed([files, ...(group ? [`log group ${group}`] : [])])})`;

/** From where it can be listed afterwards which objects were read, and by whom; or that it cannot. */
export function readersSentences(trails: readonly Trail[], accessLogs: string | null): string[] {
  const of = (reads: Trail['reads']) => trails.filter((one) => one.reads === reads);
  const said = [
    ...of('all').map((one) => `Who read which object is on record in ${where(one)}`),
    ...of('some').map((one) => `Who read SOME of its objects is on record in ${where(one)}, which selects among them`),
    // Within hours, and not all of it (S3 user guide, "Logging requests with server access logging", best-effort delivery).
    ...(accessLogs === null
      ? []
      : [`Most of who read which object is in its access logs, hours later (${accessLogs})`]),
  ];
  const none =
    'NOT ON RECORD: nobody can list what was read, since no trail of this account records reads of its objects, and it has no access logs';
  return [
    ...(said.length > 0 ? said : [none]),
    ...of('unasked').map((one) => `Account ${one.account} knows whether reads are on record in ${where(one)}`),
  ];
}
