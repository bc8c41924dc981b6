import { html } from 'hono/html';
import { legibleIn } from '../../record/page/legible.ts';
import { counted, type Html, nothing, section } from '../../record/page/markup.ts';
import type { PrintedEvent } from '../event.ts';
import { radiusLooks, radiusSections, radiusTitles } from '../graph/sections.ts';
import { vectorLooks, vectorSections, vectorTitles, verdictCell } from '../vector/sections.ts';
import { type Besides, Overview } from './overview.ts';
import { eventLooks, eventsIn, lastIn, rows } from './page-events.ts';
import { Groups } from './page-groups.ts';
import { lanes } from './page-lanes.ts';
import { zoomLooks } from './page-zoom.ts';

/** Rows of connections, and of what is labelled: the page has the record of the incident beside them. */
const mostConnections = 100;
const mostLabelled = 400;

const titles = { lanes: 'From the logs', ...vectorTitles, ...radiusTitles, labelled: 'Labelled' };

/** Parts of the page of an incident that its sealed logs tell; `claims` are those of the incident. */
export class IncidentSections {
  readonly #groups = new Groups();
  readonly #overview: Overview;
  readonly #incident: string;

  constructor(incident: string, besides: Besides) {
    this.#incident = incident;
    this.#overview = new Overview(besides);
  }

  /** Events come in their order, with their threads. */
  add(event: PrintedEvent): void {
    this.#groups.add(event);
    this.#overview.add(event);
  }

  /** `notes` say what of the logs was not read. */
  end(notes: readonly string[]) {
    const vector = this.#overview.vector();
    const isEmpty = this.#groups.all().length === 0;
    const overview = html`${vectorSections(vector)}${radiusSections(this.#overview.radius, mostConnections)}`;
    const body = isEmpty ? this.#lanes(notes) : html`${this.#lanes(notes)}${overview}${this.#labelled()}`;
    const written = String(body);
    return {
      body,
      titles: Object.fromEntries(Object.entries(titles).filter(([id]) => written.includes(`<section id="${id}"`))),
      looks: eventLooks + zoomLooks + radiusLooks + vectorLooks,
      held: legibleIn(vector.claims).map(verdictCell),
    };
  }

  #lanes(notes: readonly string[]): Html {
    const groups = this.#groups.all();
    const said = legibleIn(notes).map((note) => html`<p class="note bad">${note}</p>`);
    if (groups.length === 0)
      return section('lanes', titles.lanes, html`${said}${nothing('There is no event in the sealed logs.')}`);
    const whole = html`<p class="note">${this.#groups.words} Every event: <code>npm run -s tourniquet -- timeline ${this.#incident} --format page</code></p>`;
    const sum = html`<p>${counted(eventsIn(groups), 'event')}, <time>${groups[0]?.first}</time> to <time>${lastIn(groups)}</time>.</p>`;
    return section('lanes', titles.lanes, html`${said}${sum}${lanes(groups)}${whole}`);
  }

  #labelled(): Html {
    const all = this.#groups.all().filter(({ techniques }) => techniques !== '');
    if (all.length === 0) return section('labelled', titles.labelled, nothing('No rule has labelled an event.'));
    const beyond = all.length > mostLabelled ? `, of which the first ${mostLabelled} are here` : '';
    const caption = `${counted(eventsIn(all), 'event')} in ${counted(all.length, 'row')}${beyond}`;
    return section('labelled', titles.labelled, rows(caption, all.slice(0, mostLabelled)));
  }
}
