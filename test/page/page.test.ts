// The incident page in a real Chromium: what it shows, to whom, and that it asks nobody for anything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { incidentFrom } from '../../lib/record/incident.ts';
import { page as pageOf } from '../../lib/record/page/page.ts';
import { IncidentSections } from '../../lib/timeline/output/incident-sections.ts';
import { isTurnOf } from '../depth.ts';
import { everyText, hostile } from '../fixtures/hostile.ts';
import { after, changed, invented, ledgerItems, morning } from '../fixtures/incident.ts';
import { eventOf } from '../fixtures/timeline-event.ts';
import { chromium, howToGetOne, openBrowser } from './browser.ts';

const screens = {
  light: { width: 1200, scheme: 'light' },
  dark: { width: 1200, scheme: 'dark' },
  phone: { width: 360, scheme: 'light' },
} as const;
type Screen = keyof typeof screens;

function known(items: readonly Readonly<Record<string, unknown>>[]) {
  const incident = incidentFrom(items);
  if (!incident) throw new Error('The fixture has no incident.');
  return incident;
}

const Judged = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
  passes: z.array(z.object({ id: z.string() })),
});

const claim = { when: morning, said: `that was our scanner${hostile}`, about: { address: '203.0.113.0/24' } };
const claims = [
  { ...claim, who: 'Mia', holds: { outcome: 'success' as const } },
  { ...claim, who: `Leo${hostile}`, holds: 'never' as const },
  { who: 'Rosa', when: morning, said: 'it is quiet' },
];

/** An incident with what is said of it, and so many sealed events. */
function told(events: number): string {
  const entries = claims.map((one, at) => ({
    after: at,
    kind: 'claim' as const,
    actor: 'Rosa',
    what: 'a claim',
    detail: { claim: one },
  }));
  const items = invented.filter(({ sk }) => !String(sk).startsWith('LEDGER'));
  const incident = known([...items, ...ledgerItems(entries)]);
  const sections = new IncidentSections(incident.incident, { findings: incident.findings, claims });
  for (let number = 0; number < events; number++) sections.add(eventOf(number));
  return pageOf(incident, after(3), sections.end([`of 3 sealed logs 1 was not read${hostile}`]));
}

/** A page for every look it can have: all went well, something is open and wrong, and every text is somebody's attempt. */
const pages = {
  released: pageOf(known(invented), morning),
  troubled: pageOf(
    known(
      changed('APPROVAL#release', (item) => ({ ...item, state: 'PENDING', decisions: [] })).map((item) =>
        String(item.sk).startsWith('BEFORE#') ? { ...item, releasedAt: null } : item,
      ),
    ),
    '2026-03-07T00:00:00.000Z',
  ),
  hostile: pageOf(
    everyText(known(invented), (text) => `${text}${hostile}`),
    morning,
  ),
  told: told(60),
};
type Name = keyof typeof pages;

test('10,000 sealed events, no two alike, stay below 2 MB with all that is on record', () => {
  const html = told(10_000);
  expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
  for (const id of ['claims', 'lanes', 'vector', 'checks', 'radius', 'connections', 'labelled', 'ledger'])
    expect(html.split(`<section id="${id}"`), id).toHaveLength(2);
  expect(html).toContain('<p>10,000 events, ');
  expect(html).toContain('Contradicted by: 10,000 events');
});

test('a Chromium is at hand, so that the page is tried in one', (context) => {
  if (chromium) return;
  if (process.env.CI) throw new Error(howToGetOne);
  console.warn(`The incident page was not tried in a browser. ${howToGetOne}`);
  context.skip(howToGetOne);
});

describe.skipIf(chromium === null)('the incident page in Chromium', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'incident-page-'));
  const addressOf = (name: Name): string => pathToFileURL(join(folder, `${name}.html`)).href;
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, html] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), html);
    browser = await openBrowser(chromium ?? '');
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Shows a page on a screen; what it asks for is noted, and only its own file is given to it. */
  async function show(name: Name, screen: Screen): Promise<{ page: Page; asked: string[] }> {
    const { width, scheme } = screens[screen];
    const page = await browser.newPage();
    const asked: string[] = [];
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      asked.push(request.url());
      void (request.url() === addressOf(name) ? request.continue() : request.abort());
    });
    await page.setViewport({ width, height: 800 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(addressOf(name));
    return { page, asked };
  }

  const everywhere: readonly [Name, Screen][] = [
    ['released', 'light'],
    ['released', 'dark'],
    ['released', 'phone'],
    ['troubled', 'light'],
    ['troubled', 'dark'],
    ['hostile', 'phone'],
    ['told', 'light'],
    ['told', 'dark'],
    ['told', 'phone'],
  ];

  test.for(everywhere.filter((look) => isTurnOf(look.join(), ['lib/record/page', 'lib/timeline', 'test/page'])))(
    '%s, %s: no accessibility violation, no sideways scrolling, no request',
    async ([name, screen]) => {
      const { page, asked } = await show(name, screen);
      // All that is folded away is judged too.
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      await page.evaluate(axe.source);
      const { violations, passes } = Judged.parse(await page.evaluate('axe.run()'));
      expect(violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))])).toEqual(
        [],
      );
      expect(passes.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['color-contrast', 'landmark-one-main', 'bypass']),
      );
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(screens[screen].width);
      expect(asked).toEqual([addressOf(name)]);
      await page.close();
    },
  );

  test('by keyboard alone: all that can be reached is reached, in order, and a list opens', async () => {
    const { page } = await show('released', 'phone');
    const meant = await page.$$eval('a[href], summary, button, input', (all) =>
      all.map((one) => one.textContent?.trim()),
    );
    const reached: string[] = [];
    for (let press = 0; press < meant.length; press++) {
      await page.keyboard.press('Tab');
      reached.push(String(await page.evaluate('document.activeElement.textContent.trim()')));
    }
    expect(reached).toEqual(meant);
    expect(meant[0]).toBe('Skip to what happened');
    const shut = () => page.$$eval('details:not([open])', (all) => all.length);
    const before = await shut();
    await page.focus('details:not([open]) summary');
    await page.keyboard.press('Enter');
    expect(await shut()).toBe(before - 1);
    await page.close();
  });

  test('by ear: headings in order, regions with names, tables that are still tables on a phone', async () => {
    const { page } = await show('released', 'phone');
    const heard = await page.accessibility.snapshot({ interestingOnly: false });
    const nodes: { role: string; name: string; level: number | undefined }[] = [];
    const walk = (node: typeof heard): void => {
      if (!node) return;
      nodes.push({ role: node.role, name: node.name ?? '', level: node.level });
      for (const child of node.children ?? []) walk(child);
    };
    walk(heard);
    const levels = nodes.flatMap(({ role, level }) => (role === 'heading' && level ? [level] : []));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.slice(1).entries()) expect(level).toBeLessThanOrEqual((levels[index] ?? 0) + 1);
    const of = (wanted: string) => nodes.filter(({ role }) => role === wanted).map(({ name }) => name);
    expect(of('region')).toEqual(expect.arrayContaining(['Clocks', 'Timeline', 'Ledger']));
    expect(of('image').concat(of('img')).join()).toContain('Timeline, drawn to scale: 31 entries');
    expect(of('table').length).toBeGreaterThanOrEqual(3);
    expect(of('columnheader')).toEqual(expect.arrayContaining(['Before', 'During', 'After']));
    await page.close();
  });

  test('nothing from a finding becomes an element, runs, or is hidden', async () => {
    const { page } = await show('hostile', 'light');
    const count = (selector: string): Promise<unknown> =>
      page.evaluate(`document.querySelectorAll('${selector}').length`);
    expect(await count('script, img, iframe, textarea, form, base, body style')).toBe(0);
    expect(await count('a:not([href^="#"]), [onerror], [onload], [style], [src]')).toBe(0);
    expect(await page.evaluate('"pwned" in window')).toBe(false);
    const text = String(await page.evaluate('document.querySelector(".lede").textContent'));
    expect(text).toContain('<script>window.pwned=1</script><img src="https://evil.example/x.png"');
    expect(text).toContain('␛[2J␛]0;title␇␀[U+009B]31m[U+202E]gnp.exe[U+2066][U+2069][U+200B][U+00AD]');
    await page.close();
  });

  test('a name in another script does not turn the words beside it', async () => {
    const turned = everyText(known(invented), (text) =>
      text === 'shop-web-3' ? 'שרת' : text === 'instance' ? 'מופע' : text,
    );
    const { page } = await show('released', 'light');
    await page.setContent(pageOf(turned, morning));
    const places = await page.$$eval('.target bdi', (all) => all.map((one) => one.getBoundingClientRect().left));
    expect(places).toHaveLength(3);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    await page.close();
  });

  test.for(['hostile', 'told'] as const)('on paper, %s: A4, everything unfolded, nothing cut off', async (name) => {
    const { page } = await show(name, 'dark');
    const paper = Buffer.from(await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    expect(paper.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(2);
    const [, width = '', height = ''] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(paper) ?? [];
    // 210 by 297 mm in points.
    expect(Math.abs(Number(width) - 595.28)).toBeLessThan(1);
    expect(Math.abs(Number(height) - 841.89)).toBeLessThan(1);
    // Puppeteer's own calls set one of the two and forget the other.
    const session = await page.createCDPSession();
    const features = [{ name: 'prefers-color-scheme', value: 'dark' }];
    await session.send('Emulation.setEmulatedMedia', { media: 'print', features });
    // A4 less the margins, at 96 pixels an inch.
    await page.setViewport({ width: 687, height: 1000 });
    const folded = '[...document.querySelectorAll("details")].filter((one) => one.offsetHeight < 40).length';
    expect(await page.evaluate(folded)).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(687);
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(30, 28, 25)');
    await page.close();
  });

  // PICTURE=docs/incident.png vitest run --config test/vitest.config.ts --project quick test/page/page.test.ts
  test.runIf(process.env.PICTURE)('its picture for the README', async () => {
    const { page } = await show('released', 'light');
    await page.setViewport({ width: 1080, height: 800 });
    await page.evaluate('document.querySelector("#story details").open = false');
    const bottom = Number(
      await page.evaluate('document.querySelector("#timeline figure").getBoundingClientRect().bottom'),
    );
    const clip = { x: 0, y: 0, width: 1080, height: Math.ceil(bottom) + 12 };
    writeFileSync(process.env.PICTURE ?? '', await page.screenshot({ captureBeyondViewport: true, clip }));
    await page.close();
  });
});
