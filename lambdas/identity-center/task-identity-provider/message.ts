import { context, escaped, header, list, type Message, section } from '../../runtime/blocks.ts';
import type { Person } from '../person/target.ts';

/** In this order: a password set anew while sessions run on is told to whoever holds one. */
const tasks: readonly string[] = [
  'Disable the account at the identity provider.',
  'End all its sessions: at the identity provider, and of the AWS access portal.',
  'Reset its password and second factor; look for added devices and factors.',
  'Look for added mail rules, forwarding and application consents.',
];

/**
 * What only the owner of the identity provider can do: as long as the account works there, it signs in to everything that is not AWS, and to
 * AWS again once the deny is lifted (IAM Identity Center user guide, "View and end active sessions").
 */
export function providerTask({ id, account }: Pick<Person, 'id' | 'account'>, incident: string): Message {
  const who = escaped(id);
  return {
    text: `🔑 Task for the owner of the identity provider, ${incident}: disable ${who}, end its sessions, reset its password and second factor. Do not tell ${who}.`,
    blocks: [
      header('🔑 Task for the owner of the identity provider'),
      section(`The credentials of \`${who}\` may be stolen. Hand this to the owner of the identity provider.`),
      ...list('To do, in this order', tasks, 'numbered'),
      section(
        `*Do not tell ${who}*, and use no channel they are in: the thief can read their mail and messages. Speak to them in person or call a number you already know.`,
      ),
      section('*Release the deny in AWS last*, after the owner of the identity provider has confirmed each of these.'),
      context(`${incident} · found in account ${account} · nothing was changed at the identity provider`),
    ],
  };
}
