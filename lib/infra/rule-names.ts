import { createHash } from 'node:crypto';
import { playbooks } from '../../playbooks/index.ts';
import type { Config } from '../domain/config.ts';
import { deskPatterns, type EventPattern, patternsOf } from '../routing/patterns.ts';
import { named } from './names.ts';

/** Parts of the names of rules, after the deployment's. */
export const ruleParts = {
  route: 'route',
  daily: 'daily',
  deployed: 'deployed',
  failedRuns: 'failed-runs',
  alive: 'forwarders-alive',
} as const;

/**
 * One rule a pattern, named after what it matches: a pattern that changes is another rule, which is there before the old one goes. Numbered
 * rules would be rewritten one by one, and what arrives meanwhile might match none.
 */
export const digestOf = (pattern: EventPattern): string =>
  createHash('sha256').update(JSON.stringify(pattern)).digest('hex').slice(0, 8);

/** Every rule of the hub, by name: the daily check looks for them. A test holds this against the template. */
export function ruleNames({ name, securityHub, listening }: Config): string[] {
  const of = (part: string, patterns: readonly EventPattern[]): string[] =>
    patterns.map((pattern) => named(name, `${part}-${digestOf(pattern)}`));
  const { route, daily, deployed, failedRuns, alive } = ruleParts;
  return [
    ...[daily, deployed, failedRuns, ...(listening ? [alive] : [])].map((part) => named(name, part)),
    ...of(route, deskPatterns(playbooks, securityHub)),
    ...playbooks.flatMap((book) => of(book.name, patternsOf(book, playbooks))),
  ];
}
