// Blocks and modals held against the limits. The refusals are worded as Slack words them, with a JSON pointer to the culprit.
import * as z from 'zod';
import { type Block, limit, type MessageBlock, messageBlock, type ViewForm, viewSchema } from './limits.ts';

export type Checked<T> = { good: T } | { problems: string[] };

// Slack knows these as well. Saying "unsupported type" would send the reader to look for a mistake in a correct message.
const notShownHere = new Set(
  'rich_text,markdown,table,video,file,external_select,users_select,conversations_select,channels_select,multi_static_select,overflow,radio_buttons,datepicker,timepicker,email_text_input,url_text_input,number_input,rich_text_input,file_input,workflow_button'.split(
    ',',
  ),
);

const pointer = (path: PropertyKey[]) => (path.length === 0 ? '/' : path.map((part) => `/${String(part)}`).join(''));
const problem = (message: string, path: PropertyKey[]) => `[ERROR] ${message} [json-pointer:${pointer(path)}]`;

function unsupported(value: unknown): string {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (type === undefined) return 'missing required field: type';
  const known = typeof type === 'string' && notShownHere.has(type);
  return known
    ? `the stand-in cannot show this type here, though Slack may: ${type}`
    : `unsupported type: ${String(type)}`;
}

function tooBig(issue: z.core.$ZodIssueTooBig): string {
  const most = Number(issue.maximum);
  if (issue.origin === 'array') return `no more than ${most} items allowed`;
  return issue.origin === 'string' ? `must be less than ${most + 1} characters` : `must be at most ${most}`;
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  const least = Number(issue.minimum);
  if (issue.origin === 'array') return `no fewer than ${least} items allowed`;
  return issue.origin === 'string' ? `must be more than ${least - 1} characters` : `must be at least ${least}`;
}

function asSlackSaysIt(issue: z.core.$ZodIssue): string[] {
  const path = issue.path;
  if (issue.code === 'too_big') return [problem(tooBig(issue), path)];
  if (issue.code === 'too_small') return [problem(tooSmall(issue), path)];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => problem(`invalid additional property: ${key}`, path));
  if (issue.code === 'invalid_union') return [problem(unsupported(issue.input), path)];
  if (issue.input === undefined && issue.code !== 'custom')
    return [problem(`missing required field: ${String(path.at(-1))}`, path.slice(0, -1))];
  return [problem(issue.code === 'custom' ? issue.message : `invalid value: ${issue.message}`, path)];
}

function parse<T>(schema: z.ZodType<T>, value: unknown, under: string): Checked<T> {
  const outcome = schema.safeParse(value, { reportInput: true });
  if (outcome.success) return { good: outcome.data };
  const issues = outcome.error.issues.map((issue) => ({ ...issue, path: [under, ...issue.path] }));
  return { problems: issues.flatMap(asSlackSaysIt) };
}

function actionIdsOf(block: Block): { id: string | undefined; path: PropertyKey[] }[] {
  if (block.type === 'actions')
    return block.elements.map((element, at) => ({ id: element.action_id, path: ['elements', at, 'action_id'] }));
  if (block.type === 'section' && block.accessory?.type === 'button')
    return [{ id: block.accessory.action_id, path: ['accessory', 'action_id'] }];
  return block.type === 'input' ? [{ id: block.element.action_id, path: ['element', 'action_id'] }] : [];
}

function repeated(ids: { id: string | undefined; path: PropertyKey[] }[], key: string): string[] {
  const seen = new Set<string>();
  return ids.flatMap(({ id, path }) => {
    if (id === undefined) return [];
    const again = seen.has(id);
    seen.add(id);
    return again ? [problem(`${key} "${id}" already exists`, path)] : [];
  });
}

/** Slack refuses a second action_id within a block only; a click here names nothing but the action_id, so it must be unique in the message. */
function duplicates(blocks: Block[], under: PropertyKey[]): string[] {
  const blockIds = blocks.map((block, at) => ({ id: block.block_id, path: [...under, at, 'block_id'] }));
  const actionIds = blocks.flatMap((block, at) =>
    actionIdsOf(block).map(({ id, path }) => ({ id, path: [...under, at, ...path] })),
  );
  return [...repeated(blockIds, 'block_id'), ...repeated(actionIds, 'action_id')];
}

export function checkBlocks(value: unknown): Checked<MessageBlock[]> {
  const parsed = parse(z.array(messageBlock).max(limit.blocks), value, 'blocks');
  if ('problems' in parsed) return parsed;
  const problems = duplicates(parsed.good, ['blocks']);
  return problems.length > 0 ? { problems } : parsed;
}

export function checkView(value: unknown): Checked<ViewForm> {
  const parsed = parse(viewSchema, value, 'view');
  if ('problems' in parsed) return parsed;
  const problems = duplicates(parsed.good.blocks, ['view', 'blocks']);
  return problems.length > 0 ? { problems } : parsed;
}
