import type { TimelineEvent } from '../event.ts';
import type { Test } from './rule.ts';

type Something = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Something =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const paths = new Map<string, readonly string[]>();

function namesIn(path: string): readonly string[] {
  const known = paths.get(path);
  if (known) return known;
  const names = path.split('.');
  paths.set(path, names);
  return names;
}

/** What a value says at a path; undefined where it has no such field. */
export function within(value: unknown, path: string): unknown {
  let inside = value;
  for (const name of namesIn(path)) inside = isObject(inside) ? inside[name] : undefined;
  return inside;
}

const asText = (found: unknown): string => (typeof found === 'string' ? found : '');

/** The same as text; empty where it is none. */
export const textWithin = (value: unknown, path: string): string => asText(within(value, path));

/** What a record says at a path; undefined where it has no such field. */
export const at = (event: TimelineEvent, path: string): unknown => within(event.fields(), path);

/** The same as text; empty where it is none. */
export const textAt = (event: TimelineEvent, path: string): string => asText(at(event, path));

/** What policies write as one text or as a list of them. */
export const listed = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** CloudTrail writes most policies as text, some as JSON, and IAM's own answers percent-encoded. */
function policyOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value.startsWith('%') ? decodeURIComponent(value) : value);
  } catch {
    return undefined;
  }
}

/** The statements of a policy that allow something. */
export const statements = (value: unknown): readonly Something[] =>
  listed(within(policyOf(value), 'Statement'))
    .filter(isObject)
    .filter(({ Effect }) => Effect === 'Allow');

/** The account in which the call was made. */
const ownAccount = (event: TimelineEvent): string =>
  textAt(event, 'recipientAccountId') || textAt(event, 'userIdentity.accountId');

/** Conditions that bind a grant to somebody or to a place, whoever the principal may be. */
const narrowing =
  /"aws:(?:Principal(?:Org|Account|Arn|ServiceName|Tag)|Source(?:Account|Arn|Vpc|Vpce|Org|Ip)|VpcSourceIp)/i;

const accountIn = (principal: string): string =>
  /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(principal)?.[1] ?? '';

function opens({ Principal: principal, Condition: condition }: Something, own: string): boolean {
  const named = isObject(principal) ? listed(principal.AWS) : listed(principal);
  const texts = named.filter((one): one is string => typeof one === 'string');
  if (texts.includes('*')) return !narrowing.test(JSON.stringify(condition ?? {}));
  return texts.some((one) => accountIn(one) !== '' && accountIn(one) !== own);
}

/** A policy in the request lets everybody in, or another account. */
export const opensPolicy =
  (...paths: readonly string[]): Test =>
  (event) =>
    paths.some((path) =>
      statements(at(event, `requestParameters.${path}`)).some((one) => opens(one, ownAccount(event))),
    );

const everything = (value: unknown): boolean => listed(value).some((one) => one === '*' || one === '*:*');

/** A policy in the request allows everything on everything. */
export const allowsAll =
  (path: string): Test =>
  (event) =>
    statements(at(event, `requestParameters.${path}`)).some(
      ({ Action, Resource }) => everything(Action) && everything(Resource),
    );

/** Somebody else's account, or everybody, is among what is added. */
export const sharesWith =
  (path: string): Test =>
  (event) => {
    const added = JSON.stringify(at(event, `requestParameters.${path}`) ?? null);
    if (/"all"/.test(added)) return true;
    return (added.match(/(?<!\d)\d{12}(?!\d)/g) ?? []).some((account) => account !== ownAccount(event));
  };

/** A request in which a text at one of these paths is as the expression says. */
export const says =
  (path: string, expression: RegExp): Test =>
  (event) => {
    const found = at(event, path);
    return (
      found !== undefined &&
      found !== null &&
      expression.test(typeof found === 'string' ? found : JSON.stringify(found))
    );
  };

/** All of these. */
export const both =
  (...tests: readonly Test[]): Test =>
  (event) =>
    tests.every((test) => test(event));

/** None of this. */
export const not =
  (test: Test): Test =>
  (event) =>
    !test(event);

/** Somebody called it, not a service of AWS on somebody's behalf: nearly always the record has no such word, and need not be parsed. */
export const byHand: Test = (event) =>
  !event.raw.includes('"invokedBy"') || textAt(event, 'userIdentity.invokedBy') === '';

/** Who acted, as CloudTrail calls the kind. */
export const by =
  (...kinds: readonly string[]): Test =>
  ({ actor }) =>
    actor !== null && kinds.includes(actor.kind);

export const succeeded: Test = ({ outcome }) => outcome === 'success';
export const failed: Test = ({ outcome }) => outcome === 'failure';
