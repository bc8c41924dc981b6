import * as z from 'zod';
import { logId } from '../../../lib/domain/named.ts';
import { arn, type Place } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';

/** What writes it, by the word that its id begins with. */
export const writers = {
  trail: 'cloudtrail',
  detector: 'guardduty',
  'configuration-recorder': 'config',
  'vpc-flow-log': 'ec2',
} as const;
export type Writer = keyof typeof writers;

/** What records or finds by itself: a trail, a detector, a recorder, a flow log. `id` is the end of its ARN: `trail/main`, `detector/0a1b`, `vpc-flow-log/fl-0a1b`. */
export const Log = AnyTarget.extend({ kind: z.literal('log'), id: z.string() });
export type Log = z.infer<typeof Log>;

const parts = ({ id }: Pick<Log, 'id'>): readonly [word: string, name: string] => {
  const at = id.indexOf('/');
  return [id.slice(0, at), id.slice(at + 1)];
};

/** As the calls of its service take it. */
export const nameOf = (target: Pick<Log, 'id'>): string => parts(target)[1];

/** Which of them it is. */
export const writerOf = (target: Pick<Log, 'id'>): Writer =>
  z.enum(['trail', 'detector', 'configuration-recorder', 'vpc-flow-log']).parse(parts(target)[0]);

export const log = defineTarget(Log)({
  kind: 'log',
  title: 'log',
  arn: (target) => arn(target, writers[writerOf(target)], target.id),
  from: ({ kind, id }, { place, now }) =>
    kind === 'log' && logId.test(id) ? { ...place, kind, id, seenAt: now, tags: {} } : null,
  suspects: () => [],
  any: (place: Place) => ({ ...place, kind: 'log', id: '*', seenAt: '', tags: {} }),
  reads: [],
});
