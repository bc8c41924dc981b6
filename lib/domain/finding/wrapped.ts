import * as z from 'zod';

/** A message of SNS, as a Lambda function, a queue or a web address is given it (SNS guide, "Message formats"). */
const Notification = z.object({ Type: z.literal('Notification'), Message: z.string() });
/** What invokes a Lambda function (Lambda guide, "Using AWS Lambda with Amazon SNS" and "… with Amazon SQS"), and what ReceiveMessage answers. */
const FromTopic = z.object({ Sns: z.object({ Message: z.string() }) }).transform(({ Sns }) => Sns.Message);
const FromQueue = z.object({ body: z.string() }).transform(({ body }) => body);
const Received = z.object({ Body: z.string() }).transform(({ Body }) => Body);
const Delivered = z.union([FromTopic, FromQueue]);

/** What one message holds; text that is no JSON stays text, and whoever reads it says so. */
function opened(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}

/**
 * What SNS or SQS has wrapped, one entry a message; null where nothing is wrapped. A queue of a topic wraps twice. Records that are no messages are
 * handed on: CloudTrail's files list calls under the same word.
 */
export function unwrapped(value: unknown): unknown[] | null {
  const notification = Notification.safeParse(value);
  if (notification.success) return [opened(notification.data.Message)];
  const { Records, Messages } = z
    .object({ Records: z.array(z.unknown()).min(1).optional(), Messages: z.array(Received).min(1).optional() })
    .catch({})
    .parse(value);
  if (Messages) return Messages.map(opened);
  return (
    Records?.map((one) => {
      const message = Delivered.safeParse(one);
      return message.success ? opened(message.data) : one;
    }) ?? null
  );
}
