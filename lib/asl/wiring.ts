import { type AnyStep, camel } from '../domain/step.ts';
import type { Playbook } from './notation.ts';

/** Every step, lever and eradication a playbook names, once each. */
export function stepsOf(book: Playbook): AnyStep[] {
  const asked = book.asks.flatMap(({ measure, acts, picking }) => [measure ?? [], acts, picking ?? []].flat());
  return [...new Set<AnyStep>([...book.preservation, ...book.volatile, ...asked, ...book.information, ...book.last])];
}

/** Names of all functions its state machine calls by name. The release playbook also calls every lever, by the record. */
export function functionsOf(book: Playbook): string[] {
  const opening = book.startedBy === 'findings' ? ['open-incident', 'tell-responders'] : ['open-release'];
  const asking = book.asks.length > 0 ? ['request-approval'] : [];
  return [...opening, ...stepsOf(book).map(({ name }) => name), ...asking, 'close-out', 'seal-record'];
}

/** What CloudFormation puts into the definition's placeholders. */
export function substitutionsOf(book: Playbook, partition: string, arnOf: (name: string) => string) {
  const arns = functionsOf(book).map((name): [string, string] => [camel(name), arnOf(name)]);
  return { Partition: partition, ...Object.fromEntries(arns) };
}
