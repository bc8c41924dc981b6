import type { Outcome } from '../event.ts';
import { secondsMoment } from '../moment.ts';
import { columnsOf, present } from './fields.ts';
import type { Answer, Around, LineReader } from './reader.ts';

/** Version 2, which has no header in CloudWatch Logs (VPC user guide, "Flow log records"). */
const byDefault =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** A header has some of these; a custom format has its own order of them, and may have only few. */
const known = new Set([
  ...byDefault,
  'vpc-id',
  'subnet-id',
  'instance-id',
  'tcp-flags',
  'type',
  'pkt-srcaddr',
  'pkt-dstaddr',
]);
const isHeader = (words: readonly string[]): boolean =>
  words.length > 1 &&
  words.every((word) => /^[a-z][a-z-]+$/.test(word)) &&
  words.filter((word) => known.has(word)).length > 1;

const isDefault = (words: readonly string[]): boolean =>
  words.length >= byDefault.length &&
  /^\d{1,2}$/.test(words[0] ?? '') &&
  /^(\d{12}|unknown)$/.test(words[1] ?? '') &&
  /^\d{9,11}$/.test(words[10] ?? '') &&
  /^(OK|NODATA|SKIPDATA)$/.test(words[13] ?? '');

const outcomes: Readonly<Record<string, Outcome>> = { ACCEPT: 'success', REJECT: 'failure' };

/** Places of columns in a header: looked up once, not with each of millions of lines. */
function placesIn(names: readonly string[]) {
  const place = (name: string): number => names.indexOf(name);
  return {
    names,
    start: place('start'),
    end: place('end'),
    action: place('action'),
    status: place('log-status'),
    from: place('srcaddr') === -1 ? place('pkt-srcaddr') : place('srcaddr'),
    to: place('dstaddr') === -1 ? place('pkt-dstaddr') : place('dstaddr'),
    port: place('dstport'),
    interface: place('interface-id') === -1 ? place('tgw-attachment-id') : place('interface-id'),
    instance: place('instance-id'),
  };
}
type Places = ReturnType<typeof placesIn>;

function flow(words: readonly string[], places: Places, around: Around): Answer {
  const word = (place: number): string | null => {
    const found = words[place];
    return found === undefined || found === '-' ? null : found;
  };
  const time = word(places.start) ?? word(places.end);
  // Without start and end CloudWatch Logs knows when it took the record in.
  const at = time === null ? around.at : secondsMoment(Number(time));
  if (!at) return time === null ? 'Its format has neither start nor end.' : 'Its start is no time.';
  const [to, port] = [word(places.to), word(places.port)];
  const action = word(places.action) ?? word(places.status) ?? 'flow';
  return {
    format: 'vpc-flow',
    kind: 'network',
    at,
    actor: null,
    action,
    resources: present(word(places.interface), word(places.instance), to && port ? `${to}:${port}` : to),
    address: word(places.from),
    outcome: outcomes[action] ?? 'unknown',
    columns: () => columnsOf(places.names, words),
  };
}

/** VPC flow logs, of whatever columns, and those of transit gateways. */
export function vpcFlow(): LineReader {
  const standard = placesIn(byDefault);
  let custom: Places | null = null;
  return {
    read(line, around) {
      const words = line.trim().split(' ');
      if (isHeader(words)) {
        custom = placesIn(words);
        return 'heading';
      }
      // A file that has its own format says so in its first line.
      if (custom && words.length === custom.names.length && words.every((word) => word !== ''))
        return flow(words, custom, around);
      return isDefault(words) ? flow(words, standard, around) : null;
    },
  };
}
