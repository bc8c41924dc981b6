import { createHash } from 'node:crypto';
import { playbooks } from '../../playbooks/index.ts';
import type { Config } from '../domain/config.ts';
import { decoyPatterns } from '../routing/decoys.ts';
import { ownPatterns } from '../routing/own-parts.ts';
import { deskPatterns, type EventPattern, patternsOf } from '../routing/patterns.ts';
import { named } from './names.ts';

/** Parts of the names of rules, after the deployment's. */
export const ruleParts = {
  route: 'route',
  decoy: 'decoy',
  daily: 'daily',
  deployed: 'deployed',
  failedRuns: 'failed-runs',
  alive: 'forwarders-alive',
  own: 'own-parts',
  ownKeys: 'own-keys',
  ownIds: 'own-ids',
} as const;

/**
 * One rule a pattern, named after what it matches: a pattern that changes is another rule, which is there before the old one goes. Numbered
 * rules would be rewritten one by one, and what arrives meanwhile might match none.
 */
export const digestOf = (pattern: EventPattern): string =>
  createHash('sha256').update(JSON.stringify(pattern)).digest('hex').slice(0, 8);

/** State machines in one rule about failed runs: as many as fit a pattern with the longest name. */
export const perRule = 24;

/** One rule about failed runs is enough for most. */
export const failedRunRules = (all: readonly unknown[]): string[] =>
  Array.from({ length: Math.ceil(all.length / perRule) }, (_, at) =>
    at === 0 ? ruleParts.failedRuns : `${ruleParts.failedRuns}-${at + 1}`,
  );

/** Every rule of the hub, by name: the daily check looks for them. A test holds this against the template. */
export function ruleNames({ name, securityHub, listening, decoys }: Config): string[] {
  const of = (part: string, patterns: readonly EventPattern[]): string[] =>
    patterns.map((pattern) => named(name, `${part}-${digestOf(pattern)}`));
  const { route, daily, deployed, alive, own, ownKeys, ownIds } = ruleParts;
  return [
    ...[daily, deployed, ownKeys, ownIds, ...failedRunRules(playbooks), ...(listening ? [alive] : [])].map((part) =>
      named(name, part),
    ),
    ...of(own, ownPatterns(name, 'in the hub')),
    ...of(route, deskPatterns(playbooks, securityHub)),
    ...of(ruleParts.decoy, decoyPatterns(decoys)),
    ...playbooks.flatMap((book) => of(book.name, patternsOf(book, playbooks))),
  ];
}
