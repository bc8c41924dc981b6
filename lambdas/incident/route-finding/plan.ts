import type { Finding } from '../../../lib/domain/finding/finding.ts';

export interface Event {
  readonly [field: string]: unknown;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Bytes of a state machine's input, less than its 262,144, since the first state hands it on with the playbook's questions. */
const inputLimit = 200_000;

/** Resources and signals kept of a finding too large to carry: more than an incident can hold, and the vault has the whole. */
const kept = 100;

/** The event with one of its findings: a run is about one. */
export function narrowed(event: Event, at: number): Event {
  const { findings } = event.detail;
  return Array.isArray(findings) ? { ...event, detail: { ...event.detail, findings: [findings[at]] } } : event;
}

export const fitsAsInput = (event: Event): boolean =>
  new TextEncoder().encode(JSON.stringify(event)).length <= inputLimit;

/** The finding as it was read, short enough to be carried, and where its whole event is sealed. */
export function shortened(finding: Finding, raw: { readonly uri: string; readonly sha256: string }) {
  const { targets, signals, missing } = finding;
  const cut = targets.length > kept || signals.length > kept;
  const gap = `all but ${kept} of its resources and signals: see ${raw.uri}`;
  const short: Finding = {
    ...finding,
    targets: targets.slice(0, kept),
    signals: signals.slice(0, kept),
    missing: cut ? [...missing, gap] : missing,
  };
  return { source: 'tourniquet', 'detail-type': 'Finding', detail: { finding: short, raw } };
}
