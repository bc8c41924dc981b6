import * as z from 'zod';

/** A text, or what somebody has opened by hand before. */
const Message = z.union([z.string(), z.record(z.string(), z.unknown())]);

/** A message of SNS, as a Lambda function, a queue or a web address is given it (SNS guide, "Message formats"). */
const Notification = z.object({ Type: z.literal('Notification'), Message });
/** What invokes a Lambda function (Lambda guide, "Using AWS Lambda with Amazon SNS" and "… with Amazon SQS"), and what ReceiveMessage answers. */
const FromTopic = z.object({ Sns: z.object({ Message }) }).transform(({ Sns }) => Sns.Message);
const FromQueue = z.object({ body: Message }).transform(({ body }) => body);
const Received = z.object({ Body: Message }).transform(({ Body }) => Body);
/** What an HTTP API or a function URL invokes a Lambda function with (API Gateway guide, "Lambda proxy integrations"). */
const Posted = z
  .object({ body: Message, headers: z.looseObject({}), isBase64Encoded: z.boolean().default(false) })
  .transform(({ body, isBase64Encoded }) => (isBase64Encoded && typeof body === 'string' ? decoded(body) : body));
/** What a function that failed leaves at its destination (Lambda guide, "Capturing records of Lambda asynchronous invocations"). */
const Failed = z.object({ requestPayload: Message, requestContext: z.looseObject({}) });
/** What DescribeExecution answers: the event that a state machine began with, as a text. */
const Execution = z.object({ executionArn: z.string(), input: z.string() });
/** JSON in base64; what is compressed or is no JSON is left to `packed`, which says what to do. */
const Encoded = z
  .string()
  .transform((text) => opened(decoded(text)))
  .refine((inner) => typeof inner === 'object');
/** A record of a stream, as a Lambda function gets it and as EventBridge Pipes hands it on (Lambda guide, "Using Lambda with Kinesis"). */
const FromStream = z.union([
  z.object({ kinesis: z.object({ data: Encoded }) }).transform(({ kinesis }) => kinesis.data),
  z.object({ eventSource: z.literal('aws:kinesis'), data: Encoded }).transform(({ data }) => data),
]);
/** What Firehose hands to a function, and a batch of CloudWatch Logs once it is decoded. */
const FromFirehose = z.object({ recordId: z.string(), data: Encoded }).transform(({ data }) => data);
const Logged = z.object({ message: z.string() }).transform(({ message }) => message);
const Delivered = z.union([FromTopic, FromQueue, FromStream]);
/** What LookupEvents answers (CloudTrail API reference, Event): the call as a text. */
const LookedUp = z.object({ CloudTrailEvent: z.string() }).transform(({ CloudTrailEvent }) => CloudTrailEvent);
/** Without a list around it only its id tells a message: EventBridge Pipes hands on a bare array of records (its guide, "Pipes sources"). */
const One = z.union([
  Notification.transform(({ Message }) => Message),
  FromTopic,
  z.object({ messageId: z.string(), body: Message }).transform(({ body }) => body),
  z.object({ MessageId: z.string(), Body: Message }).transform(({ Body }) => Body),
  LookedUp,
  FromStream,
  Posted,
  Failed.transform(({ requestPayload }) => requestPayload),
  Execution.transform(({ input }) => input),
]);

/** What stands around an event where somebody keeps it under a name of their own: nothing else of them is of use. */
const Kept = z.union(
  ['event', 'finding', 'detail', '_source'].map((name) =>
    z.strictObject({ [name]: z.record(z.string(), z.unknown()) }).transform((kept) => kept[name]),
  ),
);

/** An event in the words of PutEvents (EventBridge API reference, PutEventsRequestEntry), of SDKs, or with its detail still a text. */
const Sent = z
  .object({ source: z.string(), detailType: z.string(), detail: Message })
  .transform(({ source, detailType, detail }) => ({ source, 'detail-type': detailType, detail: opened(detail) }));

const asSent = new Map([
  ['Source', 'source'],
  ['DetailType', 'detailType'],
  ['detail_type', 'detailType'],
  ['detail-type', 'detailType'],
  ['Detail', 'detail'],
]);

/** The event as EventBridge hands it on; null of what is none, or is one already. */
function delivered(value: Readonly<Record<string, unknown>>): object | null {
  if (typeof value['detail-type'] === 'string' && typeof value.detail !== 'string') return null;
  const fields = Object.entries(value).map(([key, inner]) => [asSent.get(key) ?? key, inner] as const);
  const sent = Sent.safeParse(Object.fromEntries(fields)).data;
  return sent ? { ...value, ...sent } : null;
}

/** Text of base64, or as it is. */
function decoded(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** What one message holds; text that is no JSON stays text, and whoever reads it says so. */
export function opened(message: unknown): unknown {
  if (typeof message !== 'string') return message;
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}

const Lists = z
  .object({
    Records: z.array(z.unknown()).min(1).optional(),
    Messages: z.array(Received).min(1).optional(),
    Events: z.array(LookedUp).min(1).optional(),
    Entries: z.array(z.unknown()).min(1).optional(),
    records: z.array(FromFirehose).min(1).optional().catch(undefined),
    logEvents: z.array(Logged).min(1).optional().catch(undefined),
  })
  .catch({});

/**
 * What SNS or SQS has wrapped, or LookupEvents answers, one entry a message; null where nothing is wrapped. A queue of a topic wraps twice. Records
 * that are no messages are handed on: CloudTrail's files list calls under the same word.
 */
export function unwrapped(value: Readonly<Record<string, unknown>>): unknown[] | null {
  const event = delivered(value);
  if (event) return [event];
  const one = One.safeParse(value);
  if (one.success) return [opened(one.data)];
  const kept = Kept.safeParse(value);
  if (kept.success) return [kept.data];
  const { Records, Messages, Events, Entries, records, logEvents } = Lists.parse(value);
  const texts = Messages ?? Events ?? Entries ?? records ?? logEvents;
  if (texts) return texts.map(opened);
  return (
    Records?.map((record) => {
      const message = Delivered.safeParse(record);
      return message.success ? opened(message.data) : record;
    }) ?? null
  );
}

/** Shapes that hold a finding in a form nobody opens here, each with what to do (Lambda guide, "Invoking Lambda with events from other services"). */
const packings: readonly (readonly [shape: z.ZodType, why: string])[] = [
  [
    z.object({ awslogs: z.object({ data: z.string() }) }),
    'It is what CloudWatch Logs sends to a subscriber. Decode awslogs.data from base64, gunzip it, and give each logEvents[].message.',
  ],
  [
    z.object({ kinesis: z.object({ data: z.string() }) }),
    'It is a record of Kinesis. Decode kinesis.data from base64, gunzip it where it is compressed, and give what is inside.',
  ],
  [
    z.object({ eventSource: z.literal('aws:kinesis'), data: z.string() }),
    'It is a record of Kinesis. Decode data from base64, gunzip it where it is compressed, and give what is inside.',
  ],
  [
    z.object({ records: z.array(z.object({ recordId: z.string(), data: z.string() })).min(1) }),
    'It is what Firehose hands to a function. Decode each records[].data from base64, gunzip it where it is compressed, and give what is inside.',
  ],
  [
    z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) }),
    'It says that a file lies in S3. Give what is in the file.',
  ],
];

/** Why a wrapping is not opened, and what to unwrap; null where it is none of those. */
export const packed = (value: unknown): string | null =>
  packings.find(([shape]) => shape.safeParse(value).success)?.[1] ?? null;

/** The name of a list that holds nothing; null where there is none. */
export const emptyList = (value: Readonly<Record<string, unknown>>): string | null =>
  ['Records', 'Messages', 'Events', 'records', 'logEvents'].find((name) => {
    const list = value[name];
    return Array.isArray(list) && list.length === 0;
  }) ?? null;
