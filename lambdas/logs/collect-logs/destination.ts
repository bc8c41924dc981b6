import type { Kind } from '../../../lib/domain/logs.ts';
import type { Context, Folder, Room } from './files.ts';
import { takeFolder } from './folders.ts';
import { type Group, takeGroup } from './groups.ts';
import type { LogFile, Span } from './plan.ts';
import { type Taken, untaken } from './taken.ts';

/** A log that its owner sends to one of several kinds of places. */
export interface Sent {
  readonly kind: Kind;
  /** What people call it. */
  readonly what: string;
  /** ARN of where it goes: a bucket with a prefix, a log group, or what is not read. */
  readonly to: string;
  /** The folder of days below `AWSLogs/` of the account. */
  readonly below: string;
  readonly isOwn?: (file: LogFile) => boolean;
  readonly terms: readonly string[];
}

/** The folder in a bucket, of what is named as `arn:aws:s3:::bucket/prefix`. */
function folderIn(account: string, to: string, below: string): Folder {
  const [bucket = '', ...path] = to.split(':').slice(5).join(':').split('/');
  const prefix = path.filter(Boolean).map((part) => `${part}/`);
  return { bucket, base: `${prefix.join('')}AWSLogs/${account}/${below}`, layout: 'plain' };
}

/** Takes a log from where it goes. */
export async function takeSent(context: Context, sent: Sent, span: Span, room: Room): Promise<Taken> {
  const { kind, what, to, below, terms, isOwn } = sent;
  const [, , service, , , , group = ''] = to.split(':');
  if (service === 's3') {
    const folder = folderIn(context.target.account, to, below);
    return takeFolder(context, what, folder, { kind, span, room, ...(isOwn && { isOwn }) });
  }
  if (service !== 'logs') return untaken(`${what} goes to ${to}, which is not read`, 'not read');
  const from: Group = { kind, what, group, terms, as: { messagesBelow: [] } };
  return takeGroup(context, from, span, room);
}
