import { html, raw } from 'hono/html';
import type { Html } from '../../record/page/markup.ts';
import { style } from '../../record/page/style.ts';

/** As on the incident page: nothing is loaded from anywhere. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** What a page about logs is made of. */
export interface Shell {
  readonly title: string;
  readonly brand: string;
  readonly skip: string;
  /** Ids of sections and their titles; the page links to those that it has. */
  readonly sections: Readonly<Record<string, string>>;
  /** From when to when. */
  readonly span: Html | string;
  /** Styles besides those of every page. */
  readonly looks: string;
  readonly body: Html;
  readonly footer: string;
}

/** A page about logs, as one HTML file that asks for nothing. */
export function shell({ title, brand, skip, sections, span, looks, body, footer }: Shell): string {
  const parts = String(body);
  const links = Object.entries(sections)
    .filter(([id]) => parts.includes(`<section id="${id}"`))
    .map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`);
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Tourniquet timeline">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title} · Tourniquet</title>
<style>${raw(style + looks)}</style>
</head>
<body>
<div class="page">
<a class="skip" href="#main">${skip}</a>
<header class="top"><p class="brand"><span><strong>Tourniquet</strong> · ${brand}</span>${span}</p><h1>${title}</h1><nav aria-label="On this page"><ul>${links}</ul></nav></header>
<main id="main" tabindex="-1">
${body}
</main>
<footer><p>${footer}</p></footer>
</div>
</body>
</html>
`}`;
}
