import { html } from 'hono/html';
import { counted, type Html, nothing, section } from '../../record/page/markup.ts';
import { kinds, type PrintedEvent } from '../event.ts';
import { radiusLooks, radiusSections, radiusTitles } from '../graph/sections.ts';
import { claimsSection, vectorLooks, vectorSections, vectorTitles } from '../vector/sections.ts';
import { type Besides, nothingBesides, Overview } from './overview.ts';
import { eventLooks, eventsIn, lastIn, rows } from './page-events.ts';
import { type Group, Groups } from './page-groups.ts';
import { kindWords, lanes } from './page-lanes.ts';
import { shell } from './page-shell.ts';
import { zoomLooks } from './page-zoom.ts';
import type { Writer } from './writer.ts';

function byKind(groups: readonly Group[]): Html {
  const parts = kinds.flatMap((kind) => {
    const own = groups.filter((one) => one.kind === kind);
    if (own.length === 0) return [];
    const summary = `${kindWords[kind]}: ${counted(eventsIn(own), 'event')} in ${counted(own.length, 'row')}`;
    return [html`<details><summary>${summary}</summary>${rows(summary, own)}</details>`];
  });
  return parts.length === 0 ? nothing('There is none.') : html`${parts}`;
}

/** Rows about connections: `--format graph` has more. */
const mostConnections = 150;

/** How they came in, what they reached, and what people say of it; before the events themselves. */
function overviewOf(overview: Overview): Html {
  const vector = overview.vector();
  const claims = vector.claims.length > 0 && claimsSection(vector.claims);
  return html`${vectorSections(vector)}${radiusSections(overview.radius, mostConnections)}${claims}`;
}

function body(all: readonly Group[], words: string, overview: Html): Html {
  const labelled = all.filter(({ techniques }) => techniques !== '');
  const normal = all.filter((one) => one.normal !== null);
  const others = all.filter((one) => one.techniques === '' && one.normal === null);
  const caption = `${counted(eventsIn(labelled), 'event')} in ${counted(labelled.length, 'row')}`;
  return html`${section('lanes', 'Timeline', html`${lanes(all)}<p class="note">${words}</p>`)}${overview}${section('labelled', 'Labelled', labelled.length > 0 ? rows(caption, labelled) : nothing('No rule has labelled an event.'))}${section('others', 'Everything else', byKind(others))}${section('normal', 'Known to be normal', byKind(normal))}`;
}

const sections = {
  lanes: 'Timeline',
  ...vectorTitles,
  ...radiusTitles,
  labelled: 'Labelled',
  others: 'Everything else',
  normal: 'Known to be normal',
};

function whole(groups: Groups, overview: Overview): string {
  const all = groups.all();
  const title = `${counted(eventsIn(all), 'event')}, in order`;
  const span = all.length > 0 ? html`<span>${all[0]?.first} to ${lastIn(all)}</span>` : '';
  return shell({
    title,
    brand: 'Timeline of logs',
    skip: 'Skip to the timeline',
    sections,
    span,
    looks: eventLooks + zoomLooks + radiusLooks + vectorLooks,
    body: all.length > 0 ? body(all, groups.words, overviewOf(overview)) : nothing('There is no event.'),
    footer:
      'Made by Tourniquet from logs. Times are UTC. Every event with its record is in the JSON Lines of the same command.',
  });
}

/**
 * The timeline as one HTML file that asks for nothing: lanes by kind, how they came in, what they reached, what is labelled first, alike events as one
 * row. Events come with their threads.
 */
export function page(besides: Besides = nothingBesides): Writer {
  const groups = new Groups();
  const overview = new Overview(besides);
  return {
    event(event: PrintedEvent) {
      groups.add(event);
      overview.add(event);
      return '';
    },
    end: () => whole(groups, overview),
  };
}
