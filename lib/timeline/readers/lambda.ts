import type { Fields } from '../event.ts';
import type { Reading } from '../input/draft.ts';
import { isoMoment, type Moment } from '../moment.ts';
import { columnsOf, present, said } from './fields.ts';
import type { Around, JsonReader, LineReader } from './reader.ts';

const functionIn = ({ group }: Around): string | null => /^\/aws\/lambda\/(.+)$/.exec(group ?? '')?.[1] ?? null;
const isFailure = (words: string): boolean => /\b(ERROR|FATAL|Task timed out|Status: (error|timeout))\b/.test(words);

function reading(at: Moment, around: Around, action: string, request: string | null, fails: boolean): Reading {
  return {
    format: 'lambda',
    kind: 'compute',
    at,
    actor: null,
    action,
    resources: present(functionIn(around), request),
    address: null,
    outcome: fails ? 'failure' : 'unknown',
  };
}

/** Logs of Lambda in JSON: of the platform (`platform.start`), and of functions (developer guide, "Log formats"). */
export const readLambda: JsonReader = (record: Fields, around) => {
  const platform = said(record, 'type');
  const isPlatform = platform !== null && /^(platform|function|extension)\./.test(platform);
  const level = said(record, 'level');
  const request = said(record, 'record', 'requestId') ?? said(record, 'requestId') ?? said(record, 'AWSRequestId');
  if (!isPlatform && (level === null || request === null)) return null;
  const at = isoMoment(said(record, isPlatform ? 'time' : 'timestamp') ?? '') ?? around.at;
  if (!at) return null;
  const status = said(record, 'record', 'status');
  const fails = (status !== null && status !== 'success') || isFailure(level ?? '');
  return reading(at, around, isPlatform ? platform : `log ${level?.toLowerCase()}`, request, fails);
};

const platformLine = /^(START|END|REPORT|INIT_START|INIT_REPORT|XRAY)\b(?: RequestId: ([0-9a-f-]{36}))?/;
const functionLine = /^(\d{4}-\d\d-\d\dT\S+Z)\t([0-9a-f-]{36}|undefined)\t(\w+)\t/;
const pythonLine = /^\[(\w+)\]\t(\d{4}-\d\d-\d\dT\S+Z)\t([0-9a-f-]{36})\t/;

/** Logs of Lambda as text. The lines of the platform have no time of their own: CloudWatch Logs has. */
export const lambda = (): LineReader => ({
  read(line, around) {
    const [, what = '', id = null] = platformLine.exec(line) ?? [];
    if (what && (id || what.startsWith('INIT')))
      return around.at
        ? reading(around.at, around, what, id, isFailure(line))
        : 'It has no time: only CloudWatch Logs knows when it was.';
    const [, time = '', request = '', level = ''] = functionLine.exec(line) ?? [];
    const [, severity = level, when = time, of = request] = pythonLine.exec(line) ?? [];
    const at = isoMoment(when);
    if (!at) return null;
    const columns = (): Fields => columnsOf(['time', 'requestId', 'level', 'message'], [when, of, severity, line]);
    return { ...reading(at, around, `log ${severity.toLowerCase()}`, of, isFailure(severity)), columns };
  },
});
