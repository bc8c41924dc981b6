import * as z from 'zod';
import { Approval } from '../domain/approval.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Key, unversioned } from './item.ts';

/** Where a Slack message lies, to edit it later. */
export const MessageRef = z.object({ channel: z.string(), ts: z.string() });
export type MessageRef = z.infer<typeof MessageRef>;

/** A message as it lies in the record. */
export const Kept = z.object({ text: z.string(), blocks: z.array(z.looseObject({ type: z.string() })) });

const StoredApproval = Approval.extend({
  /** Every copy of the question in Slack. */
  messages: z.array(MessageRef).default([]),
  /** The question as it was posted, to be edited to its outcome and shown on the command line; not there before it is asked. */
  posted: Kept.nullish(),
  /** What is told in its thread; earlier versions said all in the question. */
  details: Kept.nullish(),
  /** The task token, encrypted, until it is used. */
  token: z.string().nullish(),
});
export type StoredApproval = z.infer<typeof StoredApproval>;

/** The record behind a question. */
export const approvalItem = defineItem({
  name: 'approval',
  prefix: 'APPROVAL#',
  key: (incident: string, run: string, question: string): Key => ({
    pk: partitionOf(incident),
    sk: `APPROVAL#${run}#${question}`,
  }),
  schema: StoredApproval,
  upcasters: unversioned,
});

/** From the opaque id that Slack and the command line know to the key of the approval. */
export const pointerItem = defineItem({
  name: 'id of a question',
  prefix: 'POINTER',
  key: (opaque: string): Key => ({ pk: `APPROVAL#${opaque}`, sk: 'POINTER' }),
  schema: z.object({ target: z.string(), targetSk: z.string() }),
  upcasters: unversioned,
});
