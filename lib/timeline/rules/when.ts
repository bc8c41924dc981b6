import type { Fields } from '../event.ts';
import type { Test } from './rule.ts';

type Something = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Something =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a record says at a path; undefined where it has no such field. */
export const at = (fields: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inside, name) => (isObject(inside) ? inside[name] : undefined), fields);

/** The same as text; empty where it is none. */
export const textAt = (fields: unknown, path: string): string => {
  const found = at(fields, path);
  return typeof found === 'string' ? found : '';
};

const listed = (value: unknown): readonly unknown[] =>
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

const statements = (value: unknown): readonly Something[] =>
  listed(at(policyOf(value), 'Statement'))
    .filter(isObject)
    .filter(({ Effect }) => Effect === 'Allow');

/** The account in which the call was made. */
const ownAccount = (fields: Fields): string =>
  textAt(fields, 'recipientAccountId') || textAt(fields, 'userIdentity.accountId');

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
  (fields) =>
    paths.some((path) =>
      statements(at(fields, `requestParameters.${path}`)).some((one) => opens(one, ownAccount(fields))),
    );

const everything = (value: unknown): boolean => listed(value).some((one) => one === '*' || one === '*:*');

/** A policy in the request allows everything on everything. */
export const allowsAll =
  (path: string): Test =>
  (fields) =>
    statements(at(fields, `requestParameters.${path}`)).some(
      ({ Action, Resource }) => everything(Action) && everything(Resource),
    );

/** Somebody else's account, or everybody, is among what is added. */
export const sharesWith =
  (path: string): Test =>
  (fields) => {
    const added = JSON.stringify(at(fields, `requestParameters.${path}`) ?? null);
    if (/"all"/.test(added)) return true;
    return (added.match(/(?<!\d)\d{12}(?!\d)/g) ?? []).some((account) => account !== ownAccount(fields));
  };

/** A request in which a text at one of these paths is as the expression says. */
export const says =
  (path: string, expression: RegExp): Test =>
  (fields) => {
    const found = at(fields, path);
    return (
      found !== undefined &&
      found !== null &&
      expression.test(typeof found === 'string' ? found : JSON.stringify(found))
    );
  };

/** All of these. */
export const both =
  (...tests: readonly Test[]): Test =>
  (fields, event) =>
    tests.every((test) => test(fields, event));

/** None of this. */
export const not =
  (test: Test): Test =>
  (fields, event) =>
    !test(fields, event);

/** Somebody called it, not a service of AWS on somebody's behalf. */
export const byHand: Test = (fields) => textAt(fields, 'userIdentity.invokedBy') === '';

/** Who acted, as CloudTrail calls the kind. */
export const by =
  (...kinds: readonly string[]): Test =>
  (_, { actor }) =>
    actor !== null && kinds.includes(actor.kind);

export const succeeded: Test = (_, { outcome }) => outcome === 'success';
export const failed: Test = (_, { outcome }) => outcome === 'failure';
