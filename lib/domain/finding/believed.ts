import type { Place } from '../resource.ts';
import type { Finding } from './finding.ts';
import { Envelope } from './reader.ts';

/** A finding as far as its sender is believed, or why it is not believed at all. */
export type Belief = { readonly finding: Finding } | { readonly doubted: string };

/**
 * Why people are asked whatever stands in an order: whoever can import findings into an account of the organisation would otherwise have our levers. Null where
 * AWS itself says it of its own account, or one of `wide` does of any.
 */
export function doubtAbout(
  { account, importedBy, product }: Pick<Finding, 'account' | 'importedBy' | 'product'>,
  target: Pick<Place, 'account'>,
  wide: readonly (string | undefined)[],
): string | null {
  const of = `account ${account ?? 'unknown'}`;
  if (importedBy) return `it was imported by ${importedBy} (${product}) in ${of}, which is no service of AWS`;
  if (account === target.account || wide.includes(account ?? '')) return null;
  return `${product || 'its product'} says it in ${of}, and the resource is in account ${target.account}`;
}

/** The account that put an event on the bus: EventBridge writes it, whatever the event says. None where no bus was involved. */
const senderOf = (event: unknown): string => Envelope.safeParse(event).data?.account ?? '';

/**
 * What of a finding counts, by who sent it. The hub's bus takes events of every account of the organisation, and whoever holds one of them
 * can send what they like, about anybody: a rule may give its target any input. So an account is believed about itself alone; `wide` are those that are
 * believed about all: the hub, and whoever receives the findings of others. Resources of third accounts are taken out and said to be missing.
 */
export function believed(finding: Finding, event: unknown, wide: readonly (string | undefined)[]): Belief {
  const sender = senderOf(event);
  if (sender === '' || wide.includes(sender)) return { finding };
  if (finding.account !== sender) {
    const about = finding.account ? `account ${finding.account}` : 'an account it does not name';
    return { doubted: `Account ${sender} sent it about ${about}, and is believed about itself alone` };
  }
  const own = finding.targets.filter(({ account }) => account === null || account === sender);
  const others = finding.targets.length - own.length;
  if (others === 0) return { finding };
  const gap = `${others} of its resources, which account ${sender} says are in other accounts`;
  return { finding: { ...finding, targets: own, missing: [...finding.missing, gap] } };
}
