import type { Json } from './guardduty.ts';

/** EventBridge's envelope as an administrator account receives it: account and Region are the administrator's (EventBridge user guide, "Events"). */
export const enveloped = (
  source: string,
  detailType: string,
  detail: Json,
  resources: readonly string[] = [],
): Json => ({
  version: '0',
  id: '6b1c5d0e-0000-4000-8000-000000000000',
  'detail-type': detailType,
  source,
  account: '444455556666',
  time: '2026-11-22T02:00:05Z',
  region: 'eu-west-1',
  resources,
  detail,
});
