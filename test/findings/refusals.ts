/** Kinds of refusal, so that thousands can be counted; the first that fits. */
const kinds: readonly (readonly [kind: string, RegExp])[] = [
  ['nested too deep', /nested deeper/],
  ['severity is no number', /^severity: /],
  [
    'no id',
    /^id: |^Id: |^insightArn: |^finding_info\.uid|has no (eventID|scanJobId|findingArn|id)\b|has neither a communicationId/,
  ],
  ['no type', /^type: |has no (type|eventTypeCode)\b|names no call/],
  ['names no object', /names no object/],
  ['not ours to answer', /^An AWS Health event|not in AWS|has found nothing yet/],
  ['no such event', /^An event |^The event /],
  ['no known shape', /known shape/],
  ['no object', /^A finding is a JSON object/],
  ['holds no finding', /holds no finding/],
  ['text: not JSON', /^It is not JSON|^It ends in the middle|^It cannot be read/],
  ['text: a key twice', /twice/],
  ['text: empty, or too much', /^It is empty|more than|larger than/],
];

/** The kind of a refusal; of one that nobody has thought of, its beginning. */
export const kindOf = (refusal: string): string =>
  kinds.find(([, like]) => like.test(refusal))?.[0] ?? `other: ${refusal.slice(0, 40)}`;
