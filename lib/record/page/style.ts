/**
 * The page's looks: system fonts, two schemes, a phone of 360 pixels, and A4. Texts keep a contrast of 4.5 to 1 and signs of 3 to 1 in both
 * schemes (WCAG 2.2, 1.4.3 and 1.4.11).
 */
const base = `
:root { color-scheme: light dark; --paper: #fdfcfa; --panel: #f5f2ec; --ink: #1e1c19; --muted: #635d54; --rule: #e3ddd2; --rail: #bdb5a7;
  --brand: #8c1c2b; --good: #1b6642; --bad: #a61c17; --wait: #7d4c00; --held: #e9c9c4; --link: #8c1c2b;
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", "Liberation Sans", system-ui, sans-serif;
  --serif: ui-serif, Charter, "Bitstream Charter", "Iowan Old Style", Georgia, "Liberation Serif", serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #151618; --panel: #1d1f22; --ink: #ebe7e0; --muted: #aaa397; --rule: #303236;
  --rail: #5c5a57; --brand: #f08d98; --good: #74cf9d; --bad: #ff938a; --wait: #e9b65f; --held: #5a2f33; --link: #f3a3ac; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: auto; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15.5px/1.55 var(--sans); overflow-wrap: anywhere; }
.page { max-width: 74rem; margin: 0 auto; padding: 2.25rem clamp(1rem, 4vw, 3rem) 4rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; } ul, ol { padding: 0; }
code, .hash, .after { font-family: var(--mono); font-size: .86em; font-variant-numeric: tabular-nums; }
time { font-variant-numeric: tabular-nums; }
.muted, .nothing, .note { color: var(--muted); } .note { font-size: .88rem; }
.state { font-weight: 600; } .state .sign { font-weight: 700; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
`;

const head = `
.top { border-top: 5px solid var(--brand); padding-top: 1.1rem; }
.brand { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; justify-content: space-between; color: var(--muted); font-size: .88rem; }
.brand strong { color: var(--brand); letter-spacing: .02em; }
h1 { font: 600 clamp(1.9rem, 5.2vw, 2.9rem)/1.12 var(--serif); letter-spacing: -.012em; margin: 1.6rem 0 1.5rem; }
h1 .state { font-weight: inherit; color: inherit; } h1 .sign { font-size: .72em; vertical-align: .08em; margin-right: .12em; }
h1 .good .sign { color: var(--good); } h1 .bad .sign { color: var(--bad); } h1 .wait .sign { color: var(--wait); }
.facts { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .9rem 2rem; padding: 1rem 0; border-block: 1px solid var(--rule); }
.facts dt { color: var(--muted); font-size: .82rem; } .facts dd { font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.15rem; padding: .85rem 0 0; list-style: none; font-size: .9rem; }
main > section { padding: 2.4rem 0 0; }
h2 { font: 600 1.32rem/1.25 var(--serif); margin-bottom: .85rem; }
h3 { font-size: 1rem; line-height: 1.4; margin: 1.5rem 0 .35rem; } .body > h3:first-child, .body > article:first-child h3 { margin-top: 0; }
.lede { font: 1.14rem/1.62 var(--serif); max-width: 46rem; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; width: fit-content; } .lede + details { margin-top: 1rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--muted); font-size: .88rem; }
@media (min-width: 62rem) { main > section { display: grid; grid-template-columns: 10.5rem minmax(0, 1fr); gap: 0 2rem; padding-top: 3rem; } h2 { line-height: 1.3; } }
`;

const lists = `
.clocks { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1rem; }
.clock-card { background: var(--panel); border-left: 3px solid var(--rail); padding: .9rem 1.1rem 1rem; } .clock-card.next { border-color: var(--brand); }
.clock-card h3 { margin: .1rem 0 .1rem; } .clock-card .muted { font-size: .88rem; } .due { font-size: 1.02rem; }
.tag { display: inline-block; font-size: .78rem; border: 1px solid currentColor; border-radius: 3px; padding: 0 .4em; margin-right: .3em; color: var(--brand); }
.bar { display: block; margin: .5rem 0; } .bar .whole { fill: var(--rule); } .bar .gone { fill: var(--muted); }
.clocks + .note { margin-top: .8rem; }
.plain { list-style: none; } .plain li { padding: .28rem 0; } .plain ul { list-style: disc; padding-left: 1.3rem; }
.decision + .decision { margin-top: 1.4rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); } .decision h3 { margin-top: 0; } .decision h3 .state { font-weight: 500; margin-left: .4rem; }
.asked { background: var(--panel); padding: .8rem 1rem; font-size: .92rem; margin-top: .3rem; } .asked p + p { margin-top: .2rem; }
.entries { list-style: none; } .entries li { padding: .14rem 0; } .entries .after { display: inline-block; min-width: 6.2rem; color: var(--muted); }
.checks { padding-left: 1.3rem; max-width: 48rem; } .checks li { padding: .25rem 0; } .checks code { background: var(--panel); padding: .1em .3em; }
.target { font-size: 1.08rem; } .arn { color: var(--muted); margin-bottom: .5rem; }
`;

const timeline = `
figure { margin-bottom: .8rem; } .timeline { display: block; overflow: visible; }
.timeline text { fill: var(--muted); font: 12px var(--sans); } .timeline text.lane { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 5px; }
.timeline text.clock { font-variant-numeric: tabular-nums; }
.rail { stroke: var(--rail); stroke-width: 1; } .tick { stroke: var(--rule); } .cut { stroke: var(--muted); stroke-width: 1.4; fill: none; } .white { fill: var(--paper); }
.held { fill: var(--held); }
.mark { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; paint-order: stroke; }
.mark.found { fill: var(--brand); } .mark.decided { fill: var(--wait); } .mark.released { fill: var(--good); }
.mark.seen { fill: var(--paper); stroke: var(--good); stroke-width: 2.2; } .mark.asked { fill: var(--paper); stroke: var(--wait); stroke-width: 2; } .mark.trouble { stroke: var(--bad); stroke-width: 3; fill: none; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; font-size: .88rem; margin: .7rem 0 .5rem; } .legend svg { vertical-align: -2px; overflow: visible; }
.cuts { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.4rem; } .cuts li::before { content: "//" / ""; margin-right: .45em; }
@media (max-width: 40rem) { .timeline .wide { display: none; } .facts { display: grid; grid-template-columns: repeat(2, 1fr); gap: .9rem 1.2rem; } }
`;

const tables = `
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: .92rem; margin-top: .4rem; }
caption { text-align: left; color: var(--muted); font-size: .88rem; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--rule); font-weight: 400; }
thead th { color: var(--muted); font-size: .84rem; border-bottom-color: var(--rail); } tr > :last-child { padding-right: 0; }
.over th { padding-top: 1.15rem; border-bottom: 0; } .lever { font-weight: 600; font-size: .98rem; } .over .muted { font-size: .88rem; max-width: 46rem; margin-top: .15rem; }
.isolation { list-style: none; } .isolation .state { font-weight: 400; } .hash { word-break: break-all; }
.levers thead th { width: 23%; } .levers thead th:first-child { width: 31%; }
.evidence thead th:nth-child(1) { width: 15%; } .evidence thead th:nth-child(3) { width: 17%; } .evidence thead th:nth-child(4) { width: 12%; } .evidence .hash { font-size: .76rem; }
.ledger thead th:nth-child(1) { width: 3.6rem; } .ledger thead th:nth-child(2) { width: 13.5rem; } .ledger thead th:nth-child(3) { width: 22%; } .ledger thead th:nth-child(5) { width: 17%; }
.findings thead th:nth-child(1) { width: 19%; } .findings thead th:nth-child(2) { width: 10%; } .findings thead th:nth-child(3) { width: 30%; }
@media screen and (max-width: 46rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  table, caption, tbody, tr, th, td { display: block; width: auto !important; }
  th, td { border: 0; padding: .12rem 0; } tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; } tr.over { border: 0; padding: .9rem 0 0; }
  th[data-label], td[data-label] { display: grid; grid-template-columns: 6.4rem minmax(0, 1fr); gap: 0 .6rem; }
  [data-label] > div { grid-column: 2; } [data-label]::before { content: attr(data-label) / ""; grid-column: 1; grid-row: 1; color: var(--muted); font-size: .86rem; }
}
`;

const paper = `
@page { size: A4; margin: 15mm 14mm 17mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #635d54; } }
@media print {
  html { font-size: 11.6px; } body { background: none; font-size: 1rem; line-height: 1.45; } .page { max-width: none; padding: 0; } nav, .skip { display: none; }
  main > section { display: block; padding-top: 1.6rem; } h1 { font-size: 2.3rem; margin: 1rem 0; } h2 { margin-bottom: .5rem; } .lede { max-width: none; }
  .facts { gap: .4rem 1.4rem; padding: .6rem 0; } .entries { columns: 2; column-gap: 2rem; }
  h2, h3, caption, summary, thead, .over { break-after: avoid; } tbody:first-of-type, tbody tr:first-child, .over + tr { break-before: avoid; }
  tr, li, article > p, figure, .clock-card { break-inside: avoid; } thead { display: table-header-group; }
  details::details-content { content-visibility: visible; display: block; height: auto; } summary { color: inherit; list-style: none; }
  a { color: inherit; text-decoration: none; } th, td { padding: .35rem .8rem .35rem 0; } .clock-card, .asked, .checks code { background: none; border: 1px solid var(--rule); }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** The style sheet, ours from the first to the last character: nothing from a finding ever enters it. */
export const style = [base, head, lists, timeline, tables, paper].join('');
