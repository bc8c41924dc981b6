import type { Message } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { Envelope } from '../../lib/domain/finding/reader.ts';
import type { Redriven } from './calls.ts';

/** A finding in a letter: enough to find it in its console, and nothing of what it says. */
interface Found {
  readonly key: string;
  readonly type: string;
  readonly account: string | null;
  readonly region: string | null;
}

/** Something that could not be delivered, or failed for good, without what was in it. */
export interface Letter {
  /** SQS's own id of the message. */
  readonly id: string;
  /** When it became a letter; ISO 8601 in UTC. */
  readonly since: string;
  /** `rule NAME`, `schedule NAME`, `function NAME`, `run NAME`, `stream of the incident table`, or `unknown`. */
  readonly from: string;
  readonly what: string;
  readonly findings: readonly Found[];
  readonly why: string;
  /** The function it goes to again, or why it cannot. */
  readonly redrive: { readonly to: Redriven } | { readonly cannot: string };
}

/** Characters of what AWS or a function says went wrong. */
const longestReason = 200;
const brief = (text: string): string => (text.length > longestReason ? `${text.slice(0, longestReason - 1)}…` : text);

const Clock = z.object({ incident: z.string(), regime: z.string(), report: z.string() });
const Run = z.object({
  detail: z.object({ executionArn: z.string(), stateMachineArn: z.string(), name: z.string(), status: z.string() }),
});
/** What Lambda leaves of a part of a stream: which, and nothing of what was in it (Lambda developer guide, "Retain discarded records"). */
const Uncopied = z.object({
  requestContext: z.object({ condition: z.string(), functionArn: z.string().default('') }),
  DDBStreamBatchInfo: z.object({
    batchSize: z.int(),
    approximateArrivalOfFirstRecord: z.iso.datetime(),
    approximateArrivalOfLastRecord: z.iso.datetime(),
  }),
});
const Daily = z.object({ source: z.literal('aws.events'), 'detail-type': z.literal('Scheduled Event') });

interface Content {
  readonly what: string;
  readonly findings: readonly Found[];
  /** Null: it is called again anyhow. */
  readonly to: Redriven | null;
  /** Where it came from and why, of a letter that says so in its body. */
  readonly said?: Pick<Letter, 'from' | 'why'>;
}

function findingIn(event: Envelope): Content {
  const readings = readFindings(event);
  const findings = readings.flatMap((reading) => {
    if ('unreadable' in reading) return [];
    const { key, type, account, region } = reading.finding;
    return [{ key, type, account, region }];
  });
  const words = findings.map(({ key, type, account }) => `${type} in ${account ?? 'an unknown account'} (${key})`);
  const unread = readings.flatMap((reading) => ('unreadable' in reading ? [brief(reading.unreadable)] : []));
  const about = `event "${event['detail-type']}" of ${event.source}, ${event.id}`;
  const what = [...words, ...unread.map((reason) => `not readable: ${reason}`)].join('; ');
  return { what: `${about}: ${what}`, findings, to: 'route-finding' };
}

function uncopied(body: unknown): Content | null {
  const { data } = Uncopied.safeParse(body);
  if (!data) return null;
  const { requestContext, DDBStreamBatchInfo: batch } = data;
  const [first, last] = [batch.approximateArrivalOfFirstRecord, batch.approximateArrivalOfLastRecord];
  const when = first === last ? first : `${first} to ${last}`;
  const said = { from: 'stream of the incident table', why: brief(requestContext.condition) };
  // The next change of the same incident writes all of it again.
  if (requestContext.functionArn.includes('-update-findings'))
    return {
      what: `${batch.batchSize} changes, ${when}, that Security Hub does not show`,
      findings: [],
      to: null,
      said,
    };
  return {
    what: `${batch.batchSize} changes of ledgers and before-states, ${when}, that were not copied into the vault`,
    findings: [],
    to: 'copy-to-vault',
    said,
  };
}

/** What a letter holds, by its shape: Lambda's letters do not say whose they are. Null where it is nothing of ours. */
function contentOf(body: unknown): Content | null {
  const clock = Clock.safeParse(body).data;
  if (clock) {
    const { incident, regime, report } = clock;
    return { what: `reminder of ${incident}: ${regime}/${report}`, findings: [], to: 'clock-tick' };
  }
  const run = Run.safeParse(body).data?.detail;
  if (run) return { what: `run ${run.name}, which ended as ${run.status}`, findings: [], to: 'report-failed-run' };
  const copies = uncopied(body);
  if (copies) return copies;
  if (Daily.safeParse(body).success) return { what: 'daily call', findings: [], to: null };
  const event = Envelope.safeParse(body).data;
  return event ? findingIn(event) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const lastPart = (arn: string): string => arn.split(/[:/]/).at(-1) ?? arn;

type Attribute = (name: string) => string;

/** Of a rule or a schedule AWS names which; of a function's letter only the shape says whose it is. */
function senderOf(attribute: Attribute, content: Content | null): string {
  const [rule, schedule, run] = [attribute('RULE_ARN'), attribute('SCHEDULE_ARN'), attribute('RUN_ARN')];
  if (rule) return `rule ${lastPart(rule)}`;
  if (schedule) return `schedule ${lastPart(schedule)}`;
  if (content?.said) return content.said.from;
  if (run) return `run ${lastPart(run)}`;
  return attribute('RequestID') && content ? `function ${content.to ?? 'called daily'}` : 'unknown';
}

function reasonOf(attribute: Attribute, content: Content | null): string {
  const [code, message] = ['CODE', 'MESSAGE'].map((name) => attribute(`ERROR_${name}`));
  if (code || message) {
    const attempts = attribute('RETRY_ATTEMPTS');
    return [`${code || 'error'}: ${brief(message || 'no message')}`, ...(attempts ? [`${attempts} retries`] : [])].join(
      ', ',
    );
  }
  const own = attribute('ErrorMessage');
  return own ? brief(own) : (content?.said?.why ?? 'not said');
}

function redriveOf(attribute: Attribute, content: Content | null): Letter['redrive'] {
  const target = attribute('TARGET_ARN');
  if (target.split(':')[2] === 'sns')
    return { cannot: 'It is a notice for the topic, and says what the run in Step Functions shows: look there.' };
  if (attribute('IS_PAYLOAD_TRUNCATED') === 'true') return { cannot: 'AWS has cut it: the rest is lost.' };
  if (content?.to) return { to: content.to };
  if (content) return { cannot: 'The next daily call does what this one missed.' };
  return { cannot: 'It is neither an event, nor a reminder, nor a failed run: Tourniquet did not send it.' };
}

/**
 * Reads a message of the dead-letter queue: by the attributes that EventBridge writes (EventBridge user guide, "Using dead-letter
 * queues"), its Scheduler ("Configuring a dead-letter queue for a schedule"), Lambda (developer guide, "Dead-letter queues") or our own
 * function for a run that failed before it had an incident. Never throws.
 */
export function letterOf({ MessageId = '', Body = '', Attributes = {}, MessageAttributes = {} }: Message): Letter {
  const attribute = (name: string): string => MessageAttributes[name]?.StringValue ?? '';
  const content = contentOf(parsed(Body));
  return {
    id: MessageId,
    since: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    from: senderOf(attribute, content),
    what: content?.what ?? 'nothing that Tourniquet knows',
    findings: content?.findings ?? [],
    why: reasonOf(attribute, content),
    redrive: redriveOf(attribute, content),
  };
}
