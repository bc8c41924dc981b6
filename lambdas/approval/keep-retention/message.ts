import type { Departure, Proposal } from '../../../lib/items/departure.ts';
import { context, escaped, header, type Message, moment, section } from '../../runtime/blocks.ts';

/** Somebody else has to agree. */
export function proposedMessage({ id, incident, by, reason, expiresAt }: Proposal): Message {
  const head = '🗄️ Removing an incident needs a second person';
  return {
    text: `${head}: ${escaped(incident)}, proposed by ${escaped(by)}: ${escaped(reason)}. Approve: tourniquet retention approve ${id}`,
    blocks: [
      header(head),
      section(`*Incident* ${escaped(incident)}\n*Who* ${escaped(by)}\n*Why* ${escaped(reason)}`),
      section(`\`tourniquet retention approve ${id}\``),
      context(`Until then nothing is removed. It expires ${moment(expiresAt)}.`),
    ],
  };
}

/** Two people agreed. */
export function removedMessage({ incident, by, second, reason }: Departure): Message {
  const head = `🗄️ ${escaped(incident)} is removed from the table`;
  const who = [by, second].flatMap((one) => (one ? [escaped(one)] : [])).join(' and ');
  return {
    text: `${head}, by ${who}: ${escaped(reason)}`,
    blocks: [
      header(head),
      section(`*Who* ${who}\n*Why* ${escaped(reason)}`),
      context(
        'The next daily checkpoint names it; then it leaves the table. Its export and evidence stay in the vault.',
      ),
    ],
  };
}
