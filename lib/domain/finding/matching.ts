/** What EventBridge accepts in place of a value (EventBridge guide, "Comparison operators"). */
export type Matcher = string | number | boolean | { readonly [operator: string]: unknown };

/** Fields and what they may hold, as an event pattern writes it: all of them have to fit. */
export interface Matching {
  readonly [field: string]: readonly Matcher[] | Matching;
}

const isList = (value: readonly Matcher[] | Matching): value is readonly Matcher[] => Array.isArray(value);

const escaped = (text: string): string => text.replace(/[.+?^$()[\]{}|\\]/g, '\\$&');

/** The operators of EventBridge that conditions on calls are written in. */
const operators: Readonly<Record<string, (value: unknown, operand: unknown) => boolean>> = {
  exists: (value, operand) => (value !== undefined) === operand,
  'anything-but': (value, operand) => value !== undefined && !each(operand).includes(value),
  prefix: (value, operand) => typeof value === 'string' && value.startsWith(String(operand)),
  wildcard: (value, operand) =>
    typeof value === 'string' && new RegExp(`^${escaped(String(operand)).replaceAll('*', '.*')}$`, 's').test(value),
};

function fits(matcher: Matcher, value: unknown): boolean {
  if (typeof matcher !== 'object') return value === matcher;
  const [operator = '', operand] = Object.entries(matcher)[0] ?? [];
  return operators[operator]?.(value, operand) ?? false;
}

/** Of a list EventBridge takes any entry that fits (EventBridge guide, "Event patterns": arrays). */
const each = (value: unknown): readonly unknown[] => (Array.isArray(value) && value.length > 0 ? value : [value]);

/** Whether a value is as the pattern says; the same decision as EventBridge makes, for the operators above. */
export function matches(pattern: Matching, value: unknown): boolean {
  return each(value).some((one) => {
    const fields = new Map(Object.entries(typeof one === 'object' && one !== null ? one : {}));
    return Object.entries(pattern).every(([field, wanted]) => {
      const found: unknown = fields.get(field);
      if (!isList(wanted)) return matches(wanted, found);
      return each(found).some((entry) => wanted.some((matcher) => fits(matcher, entry)));
    });
  });
}
