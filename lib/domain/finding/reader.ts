import * as z from 'zod';
import type { Finding } from './finding.ts';
import { accountText } from './value.ts';

/** What EventBridge writes around a finding. Where a finding is its own envelope, nothing of it is known. */
export const Envelope = z.object({
  source: z.string(),
  'detail-type': z.string(),
  id: z.string().catch('').default(''),
  account: accountText.transform((given) => given ?? ''),
  region: z.string().catch('').default(''),
  time: z.string().catch('').default(''),
  resources: z.array(z.string()).catch([]).default([]),
  detail: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof Envelope>;

/** An object whose keys are in camelCase. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads one finding of one shape; throws an Unreadable that says why it cannot. */
export type Reader = (finding: Fields, envelope: Envelope | null) => Finding;

/** One finding, or why there is none. */
export type Reading = { readonly finding: Finding } | { readonly unreadable: string };
