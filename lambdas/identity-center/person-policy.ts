/**
 * The inline policy of a permission set, with and without statements that deny a person everything. Permission sets are shared: two
 * incidents about two people may hold the same one, and letting go of one must leave the other denied.
 */
import * as z from 'zod';
import { differences } from '../../lib/domain/before-state.ts';

const Document = z.record(z.string(), z.unknown());
type Document = z.infer<typeof Document>;

const empty: Document = { Version: '2012-10-17', Statement: [] };
/** IAM Identity Center answers an empty text where there is no policy (GetInlinePolicyForPermissionSet API). */
const read = (text: string): Document => (text === '' ? empty : Document.parse(JSON.parse(text)));

/** One statement may stand without its list (IAM user guide, "Grammar of the IAM JSON policy language"). */
function statementsIn(text: string): unknown[] {
  const { Statement } = read(text);
  return Array.isArray(Statement) ? [...Statement] : [Statement];
}

const Denial = z.strictObject({
  Sid: z.string().startsWith('Tourniquet'),
  Effect: z.literal('Deny'),
  Action: z.literal('*'),
  Resource: z.literal('*'),
  Condition: z.strictObject({ StringEquals: z.strictObject({ 'identitystore:UserId': z.string() }) }),
});
type Denial = z.infer<typeof Denial>;

/**
 * Denies one person everything, whoever else has the permission set. By the id in the directory: names are given anew (IAM Identity
 * Center user guide, "Revoke active user permissions with Deny policies"). Without a moment, since the portal would hand out the next
 * session. A Sid takes letters and digits only.
 */
export const denialOf = (userId: string): Denial => ({
  Sid: `Tourniquet${userId.replace(/[^A-Za-z0-9]/g, '')}`,
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: { StringEquals: { 'identitystore:UserId': userId } },
});

/** Whom a statement of ours denies everything; null where it is not ours, or somebody has weakened it. */
const deniedBy = (statement: unknown): string | null =>
  Denial.safeParse(statement).data?.Condition.StringEquals['identitystore:UserId'] ?? null;

export const denies = (text: string, userId: string): boolean =>
  statementsIn(text).some((one) => deniedBy(one) === userId);

function means(text: string, meant: Document): boolean {
  try {
    return differences(meant, read(text)).length === 0;
  } catch {
    return false;
  }
}

/** The text with these statements: as `edited`, where that says the same, so that all else stays byte for byte; else written anew. */
function withStatements(text: string, statements: readonly unknown[], edited: string): string {
  if (statements.length === 0) return '';
  const meant = { ...read(text), Statement: statements };
  return means(edited, meant) ? edited : JSON.stringify(meant);
}

function add(text: string, statement: unknown): string {
  const end = text.lastIndexOf(']');
  const edited = `${text.slice(0, end)},${JSON.stringify(statement)}${text.slice(end)}`;
  return withStatements(text, [...(text === '' ? [] : statementsIn(text)), statement], edited);
}

function without(text: string, isGone: (userId: string | null) => boolean): string {
  const all = text === '' ? [] : statementsIn(text);
  const gone = all.filter((one) => isGone(deniedBy(one)));
  if (gone.length === 0) return text;
  const edited = gone.reduce((rest: string, one) => rest.replace(`,${JSON.stringify(one)}`, ''), text);
  return withStatements(
    text,
    all.filter((one) => !gone.includes(one)),
    edited,
  );
}

/** The policy with our statement about this person. */
export const withDenial = (text: string, userId: string): string =>
  denies(text, userId) ? text : add(text, denialOf(userId));

/** The policy without our statement about this person; empty where nothing else is in it. */
export const withoutDenial = (text: string, userId: string): string => without(text, (one) => one === userId);

/** The policy as an incident about this person sees it: what we deny other people is another incident's. */
export const asSeenFor = (text: string, userId: string): string =>
  without(text, (one) => one !== null && one !== userId);

/** The policy to put so that an incident about this person sees `meant`, with whatever `standing` denies other people. */
export function meantWith(meant: string, standing: string, userId: string): string {
  if (asSeenFor(standing, userId) === meant) return standing;
  const others = (standing === '' ? [] : statementsIn(standing)).flatMap((one) => deniedBy(one) ?? []);
  return others.filter((one) => one !== userId).reduce(withDenial, meant);
}
