import { html } from 'hono/html';
import { foreign, type Html, nothing, section } from './markup.ts';

/** What the sealed logs of an incident tell, made of them by whoever can read logs: the page knows only where it goes. */
export interface FromLogs {
  /** Sections, already escaped. */
  readonly body: Html;
  /** Ids of sections and their titles. */
  readonly titles: Readonly<Record<string, string>>;
  /** Styles besides those of every page. */
  readonly looks: string;
  /** What the logs say to each claim of the incident, in their order. */
  readonly held: readonly Html[];
}

/** Why a page has nothing of the logs, in words, and the command that gets it; null where no command does. */
export interface NotRead {
  readonly because: string;
  readonly command: string | null;
}

/** The one section in place of what was not read. */
export function notRead({ because, command }: NotRead): FromLogs {
  const how =
    command === null
      ? ''
      : html`<p class="note">Get it with <code>npm run -s tourniquet -- ${foreign(command)}</code></p>`;
  const body = section('lanes', 'From the logs', html`${nothing(because)}${how}`);
  return { body, titles: { lanes: 'From the logs' }, looks: '', held: [] };
}

/** Of a page that is made from the record alone. */
export const leftAside = (incident: string): FromLogs =>
  notRead({
    because: 'This page is made from the record alone; no log was read for it.',
    command: `incident ${incident} --page FILE`,
  });
