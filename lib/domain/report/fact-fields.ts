import type { FactName } from '../clock/regime.ts';
import type { Known } from './known.ts';

/** Fields that are facts a clock may count from: they are set as facts, so that the clocks follow. */
export const factFields = {
  'times.discovered': 'discovered',
  'times.aware': 'aware',
  'times.classified': 'classified-major',
  'times.determined': 'materiality-determined',
  'times.resolved': 'handling-ended',
  'ransom.paidAt': 'payment-made',
} as const satisfies Readonly<Record<string, FactName>>;

/** The fact a field is; undefined for any other field. */
export const factBehind = (field: string): FactName | undefined =>
  Object.entries(factFields).find(([name]) => name === field)?.[1];

/** `aware: 2026-11-20T14:30:00Z (Rosa at 2026-11-21T08:00:00Z: the proxy log shows it)`. */
export const factLines = ({ facts }: Pick<Known, 'facts'>): string[] =>
  facts.map(({ name, time, by, reason, at }) => `${name}: ${time} (${by} at ${at}: ${reason})`);
