import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PrintedEvent } from '../../lib/timeline/event.ts';
import { eventIn } from '../../lib/timeline/output/writer.ts';
import { type Rules, type Sum, Timeline } from '../../lib/timeline/timeline.ts';

/** A record of CloudTrail as AWS writes it; `change` says what is different in it. */
export function record(number: number, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    eventVersion: '1.09',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLE',
      arn: 'arn:aws:iam::111122223333:user/mia',
      accountId: '111122223333',
      accessKeyId: 'AKIAEXAMPLE',
      userName: 'mia',
    },
    eventTime: `2026-03-04T05:06:${String(number % 60).padStart(2, '0')}Z`,
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.7',
    userAgent: 'aws-cli/2.31.0',
    requestParameters: { userName: 'mia' },
    responseElements: null,
    requestID: `req-${number}`,
    eventID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
    ...change,
  };
}

export const delivered = (...records: readonly object[]): string => JSON.stringify({ Records: records });
export const lines = (...records: readonly object[]): string =>
  records.map((one) => `${JSON.stringify(one)}\n`).join('');

export interface Read {
  readonly events: readonly PrintedEvent[];
  readonly sum: Sum;
  /** `name:line: why`. */
  readonly unreadable: readonly string[];
}

/** What is read and sorted is tested without what the rules say of it. */
const unlabelled: Rules['judge'] = () => ({ labels: [], normal: null });

/** The timeline of files with these contents; a name in `.gz` is packed unless its content is bytes already. */
export async function timelineOf(
  files: Readonly<Record<string, string | Buffer>>,
  judge: Rules['judge'] = unlabelled,
): Promise<Read> {
  const folder = mkdtempSync(join(tmpdir(), 'timeline-test-'));
  for (const [name, content] of Object.entries(files)) {
    const packed = name.endsWith('.gz') && typeof content === 'string';
    writeFileSync(join(folder, name), packed ? gzipSync(content) : content);
  }
  const unreadable: string[] = [];
  const own = (file: string): string => file.replace(`${folder}/`, '');
  const rules = { judge, isWanted: () => true };
  const note = (file: string, line: number | null, why: string) => unreadable.push(`${own(file)}:${line ?? 0}: ${why}`);
  const timeline = new Timeline(rules, { unreadable: note, doubt: note, spills: () => {} });
  try {
    await timeline.read([folder]);
    // What is printed has the shape it says, whatever was read.
    const events = [...timeline.lines().map((entry) => PrintedEvent.parse(eventIn(entry)))];
    const short = events.map((event) => ({ ...event, source: { ...event.source, file: own(event.source.file) } }));
    return { events: short, sum: timeline.sum, unreadable };
  } finally {
    timeline.close();
    rmSync(folder, { recursive: true });
  }
}
