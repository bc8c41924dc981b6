import * as z from 'zod';

/** Whether something is so: `perhaps` where only what is not at hand decides, as a condition does. */
export type Ruling = 'yes' | 'perhaps' | 'no';

const Words = z.union([z.array(z.string()), z.string().transform((one) => [one])]).optional();
const Statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Action: Words,
  NotAction: Words,
  Resource: Words,
  NotResource: Words,
  Condition: z.unknown().optional(),
});
type Statement = z.infer<typeof Statement>;
const Policy = z.looseObject({
  Statement: z.union([z.array(Statement), Statement.transform((one) => [one])]),
});

/** A policy as it allows and denies; null where it is none. IAM percent-encodes documents in its answers, and its command line decodes them. */
export type Document = readonly Statement[];
export function documentOf(value: unknown): Document | null {
  try {
    const read =
      typeof value === 'string' ? JSON.parse(value.startsWith('%') ? decodeURIComponent(value) : value) : value;
    return Policy.safeParse(read).data?.Statement ?? null;
  } catch {
    return null;
  }
}

const patterns = new Map<string, RegExp>();
const mostPatterns = 10_000;

/** `*` is anything, `?` one character; a variable as `${aws:username}` may be anything. */
function expression(pattern: string, flags: 'i' | ''): RegExp {
  const key = `${flags} ${pattern}`;
  const known = patterns.get(key);
  if (known) return known;
  const parts = pattern.replace(/\$\{[^}]*\}/g, '*').split(/([*?])/);
  const source = parts.map((one) => (one === '*' ? '.*' : one === '?' ? '.' : RegExp.escape(one))).join('');
  const made = new RegExp(`^${source}$`, `s${flags}`);
  if (patterns.size < mostPatterns) patterns.set(key, made);
  return made;
}

const best = (rulings: readonly Ruling[]): Ruling =>
  rulings.includes('yes') ? 'yes' : rulings.includes('perhaps') ? 'perhaps' : 'no';
const opposite: Readonly<Record<Ruling, Ruling>> = { yes: 'no', perhaps: 'perhaps', no: 'yes' };
const worse = (a: Ruling, b: Ruling): Ruling =>
  a === 'no' || b === 'no' ? 'no' : a === 'yes' && b === 'yes' ? 'yes' : 'perhaps';

/** Whether a pattern covers a resource: an ARN, `…/*` for what is in it, or a name alone, whose ARN nobody can write here. */
function covers(pattern: string, resource: string): Ruling {
  if (pattern === '*') return 'yes';
  if (!resource.startsWith('arn:')) {
    const end = pattern.split(/[:/]/).at(-1) ?? pattern;
    return expression(end, '').test(resource) ? 'perhaps' : 'no';
  }
  if (expression(pattern, '').test(resource)) return pattern.includes('${') ? 'perhaps' : 'yes';
  // Of what is in it some may be covered.
  const [whole = ''] = resource.split('*');
  const [head = ''] = pattern.split(/[*?$]/);
  return resource.endsWith('*') && (head.startsWith(whole) || whole.startsWith(head)) ? 'perhaps' : 'no';
}

/** Whether a statement is about an action on a resource. */
function applies(
  { Action, NotAction, Resource, NotResource, Condition }: Statement,
  action: string,
  resource: string,
): Ruling {
  const isAction = (all: readonly string[]): Ruling =>
    all.some((one) => expression(one, 'i').test(action)) ? 'yes' : 'no';
  const isResource = (all: readonly string[]): Ruling => best(all.map((one) => covers(one, resource)));
  const what = Action ? isAction(Action) : NotAction ? opposite[isAction(NotAction)] : 'no';
  const where = Resource ? isResource(Resource) : NotResource ? opposite[isResource(NotResource)] : 'yes';
  const found = worse(what, where);
  return found === 'yes' && Condition !== undefined ? 'perhaps' : found;
}

/** What documents together say of an action on a resource: whether one of them allows it, and whether one denies it. */
export function ruled(
  documents: readonly Document[],
  action: string,
  resource: string,
): Readonly<Record<'Allow' | 'Deny', Ruling>> {
  const all = documents.flat();
  const of = (effect: 'Allow' | 'Deny'): Ruling =>
    best(all.filter(({ Effect }) => Effect === effect).map((one) => applies(one, action, resource)));
  return { Allow: of('Allow'), Deny: of('Deny') };
}
