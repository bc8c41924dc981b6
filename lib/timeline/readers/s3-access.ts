import { commonLogMoment } from '../moment.ts';
import { accountIn, columnsOf, present } from './fields.ts';
import type { LineReader } from './reader.ts';

/** Up to the request everything is one word; the request ends where a status and four numbers follow, since its quotes are not escaped. */
const line =
  /^([0-9a-f]{64}|-) (\S+) \[([^\]]+)\] (\S+) (\S+) (\S+) ([A-Z]\S*\.\S+) (\S+) (-|".*?") (\d{3}|-) (\S+) (\d+|-) (\d+|-) (\d+|-) (\d+|-)(?: (.*))?$/;
/** Referer and user agent come from outside and may have quotes; behind them every column is one word. New ones are added at the end. */
const rest = /^(-|".*?") (-|".*") ([^"]*)$/;

const names =
  'owner bucket time address requester request operation key uri status error sent size total turnaround'.split(' ');
const later = 'version host signature cipher authentication endpoint tls access-point acl region'.split(' ');
const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, '$1');

/** Server access logs of S3 (user guide, "Amazon S3 server access log format"). */
export const s3Access = (): LineReader => ({
  read(text) {
    const found = line.exec(text);
    if (!found) return null;
    const [
      ,
      ,
      bucket = '',
      time = '',
      address = '',
      requester = '',
      ,
      operation = '',
      key = '',
      ,
      status = '',
      ,
      ,
      ,
      ,
      ,
      tail = '',
    ] = found;
    const at = commonLogMoment(time);
    if (!at) return `Its time is none: ${time.slice(0, 40)}`;
    const isArn = requester.startsWith('arn:');
    return {
      format: 's3-access',
      kind: 'storage',
      at,
      actor:
        requester === '-'
          ? null
          : { kind: isArn ? 'identity' : 'canonical-user', id: requester, account: accountIn(requester) },
      action: operation,
      resources: present(key === '-' ? bucket : `${bucket}/${key}`),
      address: address === '-' ? null : address,
      outcome: status === '-' ? 'unknown' : Number(status) < 400 ? 'success' : 'failure',
      columns: () => {
        const [, referer = '', agent = '', words = ''] = rest.exec(tail) ?? [];
        const main = columnsOf(names, found.slice(1, 16).map(unquoted));
        return {
          ...main,
          referer: unquoted(referer),
          userAgent: unquoted(agent),
          ...columnsOf(later, words.split(' ')),
        };
      },
    };
  },
});
