import type { Button } from '@slack/types';
import { button } from '../runtime/blocks.ts';

/** What a message is about: an incident, or one report of it. */
export interface About {
  readonly incident: string;
  readonly regime?: string;
  readonly report?: string;
}

const which = ({ incident, regime, report }: About): string =>
  regime && report ? `${regime}/${report} of ${incident}` : `a report of ${incident}`;

/** Under messages about what is due: whoever has filed a report puts it on record there. The first choice of its form is the report named. */
export const filedButton = (about: About): Button =>
  button({
    action: 'filed',
    text: 'Filed…',
    value: JSON.stringify(about),
    label: `Record that you filed ${which(about)}`,
  });

/** The same for a report that is not owed after all. */
export const withdrawButton = (about: About): Button =>
  button({
    action: 'withdraw',
    text: 'Withdraw…',
    value: JSON.stringify(about),
    label: `Record that ${which(about)} is not required`,
  });
