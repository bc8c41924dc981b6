import * as z from 'zod';
import { alongside } from './alongside.ts';
import { readAsff } from './asff.ts';
import { readBackupScan } from './backup.ts';
import { isHandover, readChained } from './chained.ts';
import { readCloudTrail } from './cloudtrail.ts';
import { Finding } from './finding.ts';
import { readGuardDuty } from './guardduty.ts';
import { readHealth } from './health.ts';
import { readInsight } from './insight.ts';
import { readInspector } from './inspector.ts';
import { readMacie } from './macie.ts';
import { readMalwareScan } from './malware-scan.ts';
import { whyNotRead, whyNotReadBare } from './not-read.ts';
import { readOcsf } from './ocsf.ts';
import { Envelope, type Fields, type Reader, type Reading } from './reader.ts';
import { camelised, Unreadable } from './value.ts';
import { emptyList, opened, packed, unwrapped } from './wrapped.ts';

interface Shape {
  /** Whether a bare finding, without an envelope, is of this shape. */
  readonly fits: (finding: Fields) => boolean;
  /** Whether an event is of this shape. */
  readonly arrives: (envelope: Envelope) => boolean;
  readonly read: Reader;
}

const from =
  (source: string, detailType: RegExp) =>
  (envelope: Envelope): boolean =>
    envelope.source === source && detailType.test(envelope['detail-type']);
const has =
  (...keys: readonly string[]) =>
  (finding: Fields): boolean =>
    keys.every((key) => finding[key] !== undefined && finding[key] !== null);

/** In the order they are tried: the more telling first. */
const shapes: readonly Shape[] = [
  { fits: has('classUid'), arrives: from('aws.securityhub', /^Findings Imported V2$/), read: readOcsf },
  {
    fits: has('awsAccountId', 'productArn'),
    arrives: from('aws.securityhub', /^Security Hub Findings - /),
    read: readAsff,
  },
  { fits: has('insightArn'), arrives: from('aws.securityhub', /^Security Hub Insight Results$/), read: readInsight },
  {
    fits: has('scanStatus', 's3ObjectDetails'),
    arrives: from('aws.guardduty', /Object Scan Result$/),
    read: readMalwareScan,
  },
  { fits: has('resourcesAffected'), arrives: from('aws.macie', /./), read: readMacie },
  {
    fits: has('findingArn', 'awsAccountId'),
    arrives: from('aws.inspector2', /^Inspector2 Finding$/),
    read: readInspector,
  },
  { fits: has('eventTypeCode'), arrives: from('aws.health', /./), read: readHealth },
  {
    fits: has('eventName', 'eventSource'),
    arrives: ({ 'detail-type': type }) => / via CloudTrail$/.test(type),
    read: readCloudTrail,
  },
  { fits: has('scanJobId'), arrives: from('aws.backup', /^Scan Job State Change$/), read: readBackupScan },
  { fits: has('incident', 'session', 'depth'), arrives: isHandover, read: readChained },
  // Last: any object with a type and a severity might be one, and says best what it lacks.
  {
    fits: ({ type, severity, service, resource }) =>
      type !== undefined && (service ?? resource ?? severity) !== undefined,
    arrives: from('aws.guardduty', /^GuardDuty Finding$/),
    read: readGuardDuty,
  },
];

/** A topic into a queue, and a topic in between, or a list around both. */
const mostWrappings = 3;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A reason goes into a log and before a person; what somebody sent may be far longer. */
const longestReason = 500;

const unreadable = (reason: string): Reading => ({
  unreadable: reason.length > longestReason ? `${reason.slice(0, longestReason - 1)}…` : reason,
});

function attempt(read: Reader, finding: unknown, envelope: Envelope | null): Reading {
  try {
    if (!isObject(finding)) throw new Unreadable(`A finding is a JSON object; this is ${kindOf(finding)}.`);
    return { finding: read(camelised(finding) as Fields, envelope) };
  } catch (error) {
    if (error instanceof Unreadable) return unreadable(error.message);
    throw error;
  }
}

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;

/** A bare finding, by the fields it has. */
function readBare(value: unknown): Reading {
  return attempt(
    (fields) => {
      const shape = shapes.find(({ fits }) => fits(fields));
      if (shape) return shape.read(fields, null);
      const why = whyNotReadBare(fields);
      if (why) throw new Unreadable(why);
      const keys = Object.keys(fields).slice(0, 5).join(', ') || 'nothing';
      throw new Unreadable(`It is not a finding of a known shape: it has ${keys}.`);
    },
    value,
    null,
  );
}

/** An event: Security Hub puts a list of findings into one, everybody else a single finding. */
function readEvent(envelope: Envelope): Reading[] {
  const { 'detail-type': detailType, detail } = envelope;
  const shape = shapes.find(({ arrives }) => arrives(envelope));
  if (!shape) return [unreadable(whyNotRead(envelope))];
  const listed = detail.findings ?? detail.Findings;
  if (!Array.isArray(listed)) return [attempt(shape.read, detail, envelope)];
  if (listed.length === 0) return [unreadable(`The event "${detailType}" has an empty list of findings.`)];
  return listed.map((one) => attempt(shape.read, one, envelope));
}

/**
 * Reads whatever AWS may send or an API may return: a finding of any shape, with or without EventBridge's envelope, or a list of them
 * (an array, or `{"Findings": […]}` as the APIs answer), however it was wrapped. Never throws; what cannot be read says why, and the rest is read all the same.
 */
export function readFindings(value: unknown, wrappings = 0): Reading[] {
  const isDeep = wrappings >= mostWrappings;
  if (Array.isArray(value))
    return value.flatMap((one) =>
      isDeep ? [readBare(one)] : readFindings(one, wrappings + Number(Array.isArray(one))),
    );
  if (!isObject(value)) {
    const text = isDeep ? value : opened(value);
    return text === value ? [readBare(value)] : readFindings(text, wrappings + 1);
  }
  const inner = isDeep ? null : unwrapped(value);
  if (inner) return inner.flatMap((one) => readFindings(one, wrappings + 1));
  const envelope = Envelope.safeParse(value);
  if (envelope.success) return readEvent(envelope.data);
  const closed = packed(value);
  if (closed) return [unreadable(closed)];
  const empty = emptyList(value);
  if (empty) return [unreadable(`The list "${empty}" is empty: it holds no finding.`)];
  const listed = value.Findings ?? value.findings;
  if (isObject(listed)) return [readBare(listed)];
  return Array.isArray(listed) ? listed.flat(mostWrappings).map(readBare) : [readBare(value)];
}

/** What the desk hands over when an event is larger than a state machine takes: the finding as it was read, its raw form sealed. */
const Handed = z.object({ source: z.literal('tourniquet'), detail: z.object({ finding: Finding }) });

/** The one finding of an event as a playbook receives it. */
export function findingIn(event: unknown): Reading {
  const one = alongside(event);
  if (one) return one;
  const handed = Handed.safeParse(event);
  if (handed.success) return handed.data.detail;
  const [first, second] = readFindings(event);
  if (!first || second) return unreadable('A run takes exactly one finding.');
  return first;
}
