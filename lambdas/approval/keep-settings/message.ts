import type { Change, Version } from '../../../lib/items/settings.ts';
import { context, escaped, header, list, type Message, moment, section } from '../../runtime/blocks.ts';

/** As many lines as a message shows; `settings history` has the rest. */
const most = 20;

const shown = (lines: readonly string[]): string[] => {
  const more = lines.length - most;
  return [...lines.slice(0, most).map(escaped), ...(more > 0 ? [`and ${more} more: tourniquet settings history`] : [])];
};

/** A new version counts. */
export function changedMessage({ version, by, second, reason }: Version, what: readonly string[]): Message {
  const who = second ? `${by}, approved by ${second}` : by;
  const head = `⚙️ Settings changed: version ${version}`;
  return {
    text: `${head}, by ${escaped(who)}: ${escaped(reason)}`,
    blocks: [
      header(head),
      section(`*Who* ${escaped(who)}\n*Why* ${escaped(reason)}`),
      ...list('What', shown(what)),
      context('`tourniquet settings show` has all of them, `tourniquet settings history` every change.'),
    ],
  };
}

/** Somebody else has to agree. */
export function proposedMessage({ id, by, reason, what, widens, expiresAt }: Change): Message {
  const head = '⚙️ A change of the settings needs a second person';
  return {
    text: `${head}, proposed by ${escaped(by)}: ${escaped(reason)}. Approve: tourniquet settings approve ${id}`,
    blocks: [
      header(head),
      section(`*Who* ${escaped(by)}\n*Why* ${escaped(reason)}`),
      ...list('What', shown(what)),
      ...list('Why it takes two', shown(widens)),
      section(`\`tourniquet settings approve ${id}\``),
      context(`Until then nothing changes. It expires ${moment(expiresAt)}.`),
    ],
  };
}

/** The deployment has put its own settings in place of those in the table. */
export function resetMessage(version: Version, what: readonly string[]): Message {
  const { reason } = version;
  const head = `🔴 Settings reset by a deployment: version ${version.version}`;
  return {
    text: `${head}: ${escaped(reason)}`,
    blocks: [
      header(head),
      section(`The configuration of the deployment counts again.\n*Why* ${escaped(reason)}`),
      ...list('What', shown(what)),
      context('If you do not know of this, find out who deployed: CloudTrail, UpdateStack of this stack.'),
    ],
  };
}

/** A deployment carries other settings than the table: those of the table count. `what` leads from the table to the configuration. */
export function differsMessage({ version }: Version, what: readonly string[]): Message {
  const head = '⚙️ The configuration that was deployed differs from the settings table';
  return {
    text: `${head}. Version ${version} of the table counts: tourniquet settings diff`,
    blocks: [
      header(head),
      section(`Version ${version} of the table counts; nothing was changed.`),
      ...list('From the table to the configuration', shown(what)),
      context('Bring the configuration up to date, or change the settings: `tourniquet settings set`.'),
    ],
  };
}
