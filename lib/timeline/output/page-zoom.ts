import { html } from 'hono/html';

/** How many times as wide as the page the lanes are drawn. */
export const zooms = [1, 4, 16] as const;
export type Zoom = (typeof zooms)[number];

/** As fine as the widest of them shows. */
export const finest = Math.max(...zooms);

const wide = zooms.filter((zoom) => zoom > 1);
const others = (zoom: Zoom): string =>
  zooms
    .filter((one) => one !== zoom)
    .map((one) => `.z${one}`)
    .join(', ');

const zoomed = wide.map(
  (zoom) => `.zoomed:has(#zoom-${zoom}:checked) .drawn { width: ${zoom * 100}%; }
.zoomed:has(#zoom-${zoom}:checked) :is(.z${zoom}, .fine) { display: inline; } .zoomed:has(#zoom-${zoom}:checked) :is(${others(zoom)}) { display: none; }`,
);

/** Zoom without a script: the radio button that is checked says how wide the drawing is, and which clock it has. Paper shows all of it at once. */
export const zoomLooks = `
.zoomed { position: relative; } .zoom { border: 0; padding: 0; margin: 0 0 .6rem; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .92rem; }
.zoom legend { float: left; padding: 0; margin-right: 1.1rem; color: var(--muted); } .zoom label { padding: .2rem 0; }
.pan { overflow-x: auto; overflow-y: hidden; position: relative; } .drawn { width: 100%; } .timeline.names { position: absolute; left: 0; pointer-events: none; }
.lasted { stroke: var(--muted); stroke-width: 4; opacity: .45; } .lasted.found { stroke: var(--brand); }
${others(1)}, .fine { display: none; }
${zoomed.join('\n')}
@supports not selector(:has(a)) { .zoom { display: none; } }
@media print { .zoom { display: none; } .pan { overflow: visible; } .zoomed .drawn { width: 100% !important; } .zoomed .z1 { display: inline !important; } .zoomed :is(${others(1)}, .fine) { display: none !important; } }
`;

const choice = (zoom: Zoom) =>
  html`<label><input type="radio" name="zoom" id="zoom-${zoom}"${zoom === 1 ? html` checked` : ''}> ${zoom}&nbsp;×</label>`;

export const zoomChoice = html`<fieldset class="zoom"><legend>Zoom</legend>${zooms.map(choice)}</fieldset>`;
