// Block Kit as Slack's reference documents it, so that a message Slack would refuse fails here and not on the first real incident.
import * as z from 'zod';

export const limit = {
  blocks: 50,
  viewBlocks: 100,
  blockId: 255,
  actionId: 255,
  text: 3000,
  headerText: 150,
  field: 2000,
  fields: 10,
  actions: 25,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2000,
  accessibilityLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  url: 3000,
  altText: 2000,
  label: 2000,
  placeholder: 150,
  input: 3000,
  options: 100,
  checkboxes: 10,
  optionText: 75,
  optionValue: 150,
  viewTitle: 24,
  callbackId: 255,
  privateMetadata: 3000,
  messageText: 40_000,
} as const;

const plain = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
const anyText = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);
const blockId = z.string().min(1).max(limit.blockId).optional();
const actionId = z.string().min(1).max(limit.actionId).optional();

const confirm = z.strictObject({
  title: plain(limit.confirmTitle),
  text: anyText(limit.confirmText),
  confirm: plain(limit.confirmButton),
  deny: plain(limit.confirmButton),
  style: z.enum(['primary', 'danger']).optional(),
});
const button = z.strictObject({
  type: z.literal('button'),
  text: plain(limit.buttonText),
  action_id: actionId,
  value: z.string().max(limit.buttonValue).optional(),
  url: z.string().max(limit.url).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(limit.accessibilityLabel).optional(),
});
const imageElement = z.strictObject({
  type: z.literal('image'),
  image_url: z.string().max(limit.url),
  alt_text: z.string().min(1).max(limit.altText),
});
const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: actionId,
  initial_value: z.string().max(limit.input).optional(),
  multiline: z.boolean().optional(),
  min_length: z.number().int().min(0).max(limit.input).optional(),
  max_length: z.number().int().min(1).max(limit.input).optional(),
  focus_on_load: z.boolean().optional(),
  placeholder: plain(limit.placeholder).optional(),
});
const option = z.strictObject({
  text: plain(limit.optionText),
  value: z.string().min(1).max(limit.optionValue),
  description: plain(limit.optionText).optional(),
});
const select = z.strictObject({
  type: z.literal('static_select'),
  action_id: actionId,
  options: z.array(option).min(1).max(limit.options),
  initial_option: option.optional(),
  placeholder: plain(limit.placeholder).optional(),
});
const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  action_id: actionId,
  options: z.array(option).min(1).max(limit.checkboxes),
  initial_options: z.array(option).min(1).max(limit.checkboxes).optional(),
});
const moment = z.strictObject({
  type: z.literal('datetimepicker'),
  action_id: actionId,
  /** Seconds since 1970; Slack takes ten digits. */
  initial_date_time: z.number().int().min(1e9).max(9_999_999_999).optional(),
});

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(limit.text).optional(),
    fields: z.array(anyText(limit.field)).min(1).max(limit.fields).optional(),
    accessory: z.discriminatedUnion('type', [button, imageElement]).optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text || block.fields, { message: 'missing required field: text', path: [] });
const header = z.strictObject({ type: z.literal('header'), block_id: blockId, text: plain(limit.headerText) });
const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });
const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: z
    .array(z.discriminatedUnion('type', [plain(limit.text), mrkdwn(limit.text), imageElement]))
    .min(1)
    .max(limit.contextElements),
});
const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: blockId,
  elements: z
    .array(z.discriminatedUnion('type', [button]))
    .min(1)
    .max(limit.actions),
});
const image = z.strictObject({
  type: z.literal('image'),
  block_id: blockId,
  image_url: z.string().max(limit.url),
  alt_text: z.string().min(1).max(limit.altText),
  title: plain(limit.altText).optional(),
});
const input = z.strictObject({
  type: z.literal('input'),
  block_id: blockId,
  label: plain(limit.label),
  element: z.discriminatedUnion('type', [textInput, select, checkboxes, moment]),
  hint: plain(limit.label).optional(),
  optional: z.boolean().optional(),
});

export const messageBlock = z.discriminatedUnion('type', [section, header, divider, context, actions, image]);
const viewBlock = z.discriminatedUnion('type', [section, header, divider, context, image, input]);
export const viewSchema = z
  .strictObject({
    type: z.literal('modal'),
    title: plain(limit.viewTitle),
    blocks: z.array(viewBlock).max(limit.viewBlocks),
    submit: plain(limit.viewTitle).optional(),
    close: plain(limit.viewTitle).optional(),
    callback_id: z.string().max(limit.callbackId).optional(),
    private_metadata: z.string().max(limit.privateMetadata).optional(),
    external_id: z.string().max(limit.callbackId).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
  })
  .refine((view) => view.submit || !view.blocks.some((block) => block.type === 'input'), {
    message: 'missing required field: submit',
  });

export type Text = z.infer<ReturnType<typeof anyText>>;
export type Button = z.infer<typeof button>;
export type Confirm = z.infer<typeof confirm>;
export type Input = z.infer<typeof input>;
export type MessageBlock = z.infer<typeof messageBlock>;
export type Block = MessageBlock | Input;
export type ViewForm = z.infer<typeof viewSchema>;

export function buttonsOf(blocks: Block[]): { button: Button; block: Block }[] {
  return blocks.flatMap((block): { button: Button; block: Block }[] => {
    if (block.type === 'actions') return block.elements.map((button) => ({ button, block }));
    if (block.type === 'section' && block.accessory?.type === 'button') return [{ button: block.accessory, block }];
    return [];
  });
}
