import { html, raw } from 'hono/html';
import { standingLine } from '../../domain/standing.ts';
import type { Incident } from '../incident.ts';
import { clocksSection, nextDue } from './clocks.ts';
import { decisionsSection } from './decisions.ts';
import { evidenceSection } from './evidence.ts';
import { type FromLogs, leftAside } from './from-logs.ts';
import { headlineOf } from './headline.ts';
import { checkSection, ledgerSection } from './ledger.ts';
import { legible, legibleIn } from './legible.ts';
import { logsSection } from './logs.ts';
import { foreign, type Html, state } from './markup.ts';
import { saidSection } from './said.ts';
import { storySection } from './story.ts';
import { style } from './style.ts';
import { targetsSection } from './targets.ts';
import { time } from './time.ts';
import { timelineSection } from './timeline.ts';
import { unknownSection } from './unknown.ts';

/** What the browser may load: nothing at all, from anywhere. Only the page's own style sheet is in force (Content Security Policy Level 3). */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** By this line a page of ours is known again, before a newer one is written over it. */
const mark = (incident: string): string =>
  `${html`<meta name="generator" content="Tourniquet incident page of ${legible(incident)}">`}`;
/** The mark stands within this many characters. */
const headLength = 2000;

/** Whether a file is the page of this incident, made earlier. */
export const isPageOf = (file: string, incident: string): boolean => file.slice(0, headLength).includes(mark(incident));

const before = {
  story: 'What happened',
  clocks: 'Clocks',
  timeline: 'Timeline',
  targets: 'Targets',
  decisions: 'Decisions',
  claims: 'What people say',
};
const behind = {
  evidence: 'Evidence',
  logs: 'Logs',
  unknown: 'Gaps and failures',
  ledger: 'Ledger',
  check: 'How to check',
};

function facts(incident: Incident): Html {
  const { severity, account, region, openedAt, resource } = incident;
  const next = nextDue(incident);
  const rows: [string, Html][] = [
    ['Severity', foreign(severity)],
    ['Resource', foreign(resource.split(/[:/]/).at(-1) ?? resource)],
    ['Account', html`${foreign(account || 'unknown')}`],
    // IAM has none.
    ...(region ? ([['Region', foreign(region)]] satisfies [string, Html][]) : []),
    ['Opened', time(openedAt)],
    ...(next ? ([['Next report due', time(next.dueAt, 'minutes')]] satisfies [string, Html][]) : []),
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** What is contained and what is not, by threat: one headline for all would hide what goes on. */
function stands({ stands }: Incident): Html | '' {
  const lines = stands.map(({ types: [type = ''], target, words, state: stand }) => {
    const mood = stand === 'held' || stand === 'released' ? 'good' : stand === 'pending' ? 'wait' : 'bad';
    return html`<li>${state(mood, foreign(words))} <span class="muted">${foreign(type)}, ${foreign(target)}</span></li>`;
  });
  return lines.length > 0 ? html`<ul class="plain" aria-label="What is contained, by threat">${lines}</ul>` : '';
}

function header(incident: Incident, now: string, titles: FromLogs['titles']): Html {
  const { mood, words } = headlineOf(incident);
  const links = Object.entries({ ...before, ...titles, ...behind }).map(
    ([id, title]) => html`<li><a href="#${id}">${title}</a></li>`,
  );
  return html`<header class="top"><p class="brand"><span><strong>Tourniquet</strong> · Incident ${foreign(incident.incident)}</span><span>As of ${time(now)}</span></p><h1>${state(mood, words)}</h1>${stands(incident)}${facts(incident)}<nav aria-label="On this page"><ul>${links}</ul></nav></header>`;
}

/**
 * An incident as one HTML file that asks for nothing: no script, no outside font, picture or link. It reads on a phone, on A4, by keyboard
 * and by ear. Whatever came from outside is text, with everything invisible made visible. `now` is the time it is made, ISO 8601; `read` is what the
 * sealed logs tell, or why they were not read: a sealed record is made without them, since they lie beside it.
 */
export function page(incident: Incident, now: string, read?: FromLogs): string {
  // The words of a question have lines; all other texts are one, and a line feed in them is shown like any other control character.
  const lines = new Map(
    incident.approvals.map(({ id, asks }) => [legible(id), (asks ?? '').split('\n').filter(Boolean).map(legible)]),
  );
  const shown = legibleIn(incident);
  const logs = read ?? leftAside(shown.incident);
  const sections = [
    storySection(shown),
    clocksSection(shown, now),
    timelineSection(shown),
    targetsSection(shown),
    decisionsSection(shown, lines),
    saidSection(shown, logs.held),
    logs.body,
    evidenceSection(shown),
    logsSection(shown),
    unknownSection(shown),
    ledgerSection(shown),
    checkSection(shown),
  ];
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${raw(mark(incident.incident))}
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${shown.incident}: ${headlineOf(shown).words}${shown.stands.length > 0 ? ` (${standingLine(shown.stands)})` : ''} · Tourniquet</title>
<style>${raw(style + logs.looks)}</style>
</head>
<body>
<div class="page">
<a class="skip" href="#main">Skip to what happened</a>
${header(shown, now, logs.titles)}
<main id="main" tabindex="-1">
${sections}
</main>
<footer><p>Made by Tourniquet on ${time(now)} from the incident’s record. Times are UTC. Nothing here is legal advice.</p></footer>
</div>
</body>
</html>
`}`;
}
