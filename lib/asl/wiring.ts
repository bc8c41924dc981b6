import { type AnyStep, camel } from '../domain/step.ts';
import type { Playbook } from './notation.ts';

/** Every step, lever and eradication a playbook names, once each. */
export function stepsOf(book: Playbook): AnyStep[] {
  const asked = book.asks.flatMap(({ measure, acts }) => [...(measure ? [measure] : []), ...acts]);
  return [...new Set<AnyStep>([...book.preservation, ...asked, ...book.information])];
}

/** Whether a playbook's rule matches findings of this type. */
export const handles = ({ claims }: Playbook, type: string): boolean =>
  claims.some(({ types }) => types.some((pattern) => covers(pattern, type)));

/** A pattern as EventBridge will read it: a trailing * is a prefix, anything else is the type itself. */
export const covers = (pattern: string, type: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;

/** Names of all functions its state machine calls by name. The release playbook also calls every lever, by the record. */
export function functionsOf(book: Playbook): string[] {
  const opening = book.startedBy === 'findings' ? 'open-incident' : 'open-release';
  const asking = book.asks.length > 0 ? ['request-approval'] : [];
  return [opening, ...stepsOf(book).map(({ name }) => name), ...asking, 'close-out'];
}

/** What CloudFormation puts into the definition's placeholders. */
export function substitutionsOf(book: Playbook, partition: string, arnOf: (name: string) => string) {
  const arns = functionsOf(book).map((name): [string, string] => [camel(name), arnOf(name)]);
  return { Partition: partition, ...Object.fromEntries(arns) };
}

/** The EventBridge patterns of its rule; empty when a person starts it. A prefix costs EventBridge less than a wildcard. */
export function patternsOf(book: Playbook) {
  return book.claims.map(({ types }) => ({
    source: ['aws.guardduty'],
    'detail-type': ['GuardDuty Finding'],
    detail: { type: types.map((type) => (type.endsWith('*') ? { prefix: type.slice(0, -1) } : type)) },
  }));
}
