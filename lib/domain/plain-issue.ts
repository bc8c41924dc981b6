import type * as z from 'zod';

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const kindOf = (kind: string): string => kinds[kind] ?? kind;

const units: Readonly<Record<string, string>> = { array: ' entries', string: ' characters' };

/** What is wrong with a value, to be read behind its path: our own words where the schema has some, plain ones for zod's. */
export function plainly(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  if (!/^(Invalid|Too (small|big)|Unrecognized)\b/.test(message)) return message;
  switch (issue.code) {
    case 'invalid_type':
      return /received undefined$/.test(message)
        ? `is missing; it should be ${kindOf(issue.expected)}`
        : `should be ${kindOf(issue.expected)}`;
    case 'invalid_value':
      return `should be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `should be at least ${issue.minimum}${units[issue.origin] ?? ''}`;
    case 'too_big':
      return `should be at most ${issue.maximum}${units[issue.origin] ?? ''}`;
    case 'invalid_union': {
      const choices = issue.errors.flatMap(([one]) => (one ? [plainly(one)] : []));
      return [...new Set(choices)].join(' or ').replaceAll(' or should be ', ' or ') || 'should be something else';
    }
    case 'invalid_format':
      return `should be a valid ${message.replace(/^Invalid /, '')}`;
    default:
      return message;
  }
}
