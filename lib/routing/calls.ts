import { blinding } from '../domain/finding/blinding.ts';
import type { Matcher, Matching } from '../domain/finding/matching.ts';

/** What EventBridge accepts in place of a value (EventBridge guide, "Comparison operators"). */
export type { Matcher, Matching };

/** An event pattern, as a rule holds it. */
export interface EventPattern {
  readonly source: readonly string[];
  readonly 'detail-type': readonly Matcher[];
  readonly detail: Matching | Alternatives;
}
/** Several ways to match, beside what all of them need (EventBridge guide, "Using $or for complex matching"). */
type Alternatives = { readonly $or: readonly Matching[] } & {
  readonly [field: string]: readonly Matcher[] | Matching | readonly Matching[];
};

/** Characters of a pattern; a quota of each account, which nobody should have to raise (EventBridge quotas). */
export const patternLimit = 2048;

/** Calls of one service, and what their requests have to say. */
export interface Calls {
  readonly service: string;
  readonly events: readonly string[];
  readonly requests?: Matching;
  /** Who has to have called. */
  readonly callers?: Matching;
  /** What has to have been answered, where the request names the thing by an id alone. */
  readonly answers?: Matching;
}

/** EventBridge writes Macie's name without its number (Macie user guide, "Amazon EventBridge event schema"); the record has it. */
const sourcesOf = ({ service }: Calls): string[] => [`aws.${service}`, ...(service === 'macie2' ? ['aws.macie'] : [])];

const one = ({ service, events, requests, callers, answers }: Calls): Matching => ({
  eventSource: [`${service}.amazonaws.com`],
  eventName: events,
  ...(requests && { requestParameters: requests }),
  ...(callers && { userIdentity: callers }),
  ...(answers && { responseElements: answers }),
});

function patternOf(calls: readonly Calls[], more: Matching): EventPattern {
  const [first, ...others] = calls.map(one);
  // $or takes two at least.
  const which = first && others.length > 0 ? { $or: [first, ...others] } : first;
  return {
    source: [...new Set(calls.flatMap(sourcesOf))],
    'detail-type': ['AWS API Call via CloudTrail'],
    // A call that was refused changed nothing.
    detail: { ...which, errorCode: [{ exists: false }], ...more },
  };
}

/** Those that share a call stay together: a request that fits two of them still matches one rule alone. */
function together(calls: readonly Calls[]): Calls[][] {
  const groups: Calls[][] = [];
  for (const next of calls) {
    const shares = (some: readonly Calls[]) =>
      some.some(
        ({ service, events }) => service === next.service && events.some((event) => next.events.includes(event)),
      );
    const [touched, apart] = [groups.filter(shares), groups.filter((some) => !shares(some))];
    groups.splice(0, groups.length, ...apart, [...touched.flat(), next]);
  }
  return groups;
}

/**
 * As few patterns for these calls as fit EventBridge's length.
 *
 * @param more what every one of the calls has to say besides
 */
export function callPatterns(calls: readonly Calls[], more: Matching = {}): EventPattern[] {
  const lengthOf = (some: readonly Calls[]): number => JSON.stringify(patternOf(some, more)).length;
  const packed: Calls[][] = [];
  // The longest first: what is short still finds room between them, by its own service where it can.
  for (const next of together(calls).toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    const added = (some: readonly Calls[]) => lengthOf([...some, ...next]) - lengthOf(some);
    const [room] = packed
      .filter((some) => lengthOf([...some, ...next]) <= patternLimit)
      .toSorted((a, b) => added(a) - added(b));
    if (room) room.push(...next);
    else packed.push(next);
  }
  return packed.map((some) => patternOf(some, more));
}

/** What a request has to say for its call to be of this type: `guardduty:CreateFilter/archives`, or a policy of AWS's own; one is enough. */
function requestsOf(type: string): readonly (Matching | undefined)[] {
  const when = blinding.get(type)?.only?.when;
  if (when) return when;
  const policy = type.split('/')[1];
  return [policy ? { policyArn: [{ wildcard: `arn:*:iam::aws:policy/${policy}*` }] } : undefined];
}

/** The calls that findings of these types come from: those of one service and one condition together. */
export function callsOf(types: readonly string[]): Calls[] {
  const each = types.flatMap((type) => {
    const [service = '', event = ''] = type.split(/[:/]/);
    return requestsOf(type).map((requests) => ({ service, event, requests }));
  });
  const alike = Map.groupBy(each, ({ service, requests }) => `${service} ${JSON.stringify(requests)}`);
  return [...alike.values()].flatMap((those) => {
    const [first] = those;
    return first
      ? [
          {
            service: first.service,
            events: those.map(({ event }) => event),
            ...(first.requests && { requests: first.requests }),
          },
        ]
      : [];
  });
}
