// The page of a timeline: how large it is, and in a real Chromium whether everybody can read it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { AccountDetails, AccountRights } from '../../lib/timeline/graph/account-rights.ts';
import { graph } from '../../lib/timeline/graph/page.ts';
import { page } from '../../lib/timeline/output/page.ts';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import { eventOf } from '../fixtures/timeline-event.ts';
import { chromium, howToGetOne, openBrowser } from './browser.ts';

function pageOf(count: number, writer: Writer = page()): string {
  for (let number = 0; number < count; number++) writer.event(eventOf(number));
  return String(writer.end?.());
}

test.each([10_000, 20_000])('%i events, no two alike, stay below 2 MB, and all are counted', (count) => {
  const html = pageOf(count);
  expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
  expect(html).toContain(`${count.toLocaleString('en-GB')} events, in order`);
  expect(html).toContain('T1098.001');
});

test('nothing to show is said', () => {
  expect(pageOf(0)).toContain('There is no event.');
});

const Judged = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

let browser: Browser;
beforeAll(async () => {
  if (chromium !== null) browser = await openBrowser(chromium);
}, 60_000);
afterAll(() => browser?.close());

/** Opens a page in a browser for as long as it is looked at. */
async function looking(html: string, width: number, look: (tab: Page, asked: readonly string[]) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'timeline-page-'));
  const address = pathToFileURL(join(folder, 'page.html')).href;
  writeFileSync(join(folder, 'page.html'), html);
  const tab = await browser.newPage();
  try {
    const asked: string[] = [];
    tab.on('request', (request) => asked.push(request.url()));
    await tab.setViewport({ width, height: 800 });
    await tab.goto(address);
    await look(tab, asked);
    expect(asked).toEqual([address]);
  } finally {
    await tab.close();
    rmSync(folder, { recursive: true });
  }
}

test.for([360, 1200])(
  'zoom without a script at %i pixels: the lanes grow, the page does not',
  { timeout: 120_000 },
  async (width, context) => {
    if (chromium === null) return context.skip(howToGetOne);
    const crowded = page();
    // So many in one lane lie on each other until they are enlarged.
    for (let number = 0; number < 1400; number++) crowded.event({ ...eventOf(number), kind: 'audit' });
    await looking(String(crowded.end?.()), width, async (tab) => {
      const drawn = async () =>
        Number(await tab.evaluate('document.querySelector(".drawn").getBoundingClientRect().width'));
      const marks = async () =>
        Number(
          await tab.evaluate(
            '[...document.querySelectorAll(".drawn use")].filter((one) => one.getClientRects().length > 0).length',
          ),
        );
      const [once, few] = [await drawn(), await marks()];
      for (const times of [4, 16]) {
        await tab.click(`#zoom-${times}`);
        expect(await drawn()).toBeCloseTo(once * times, 0);
        expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
      expect(await marks()).toBeGreaterThan(few);
      // By keyboard too.
      await tab.focus('#zoom-16');
      await tab.keyboard.press('ArrowLeft');
      expect(await drawn()).toBeCloseTo(once * 4, 0);
    });
  },
);

test('on paper all of it is drawn at once, whatever is enlarged', { timeout: 120_000 }, async (context) => {
  if (chromium === null) return context.skip(howToGetOne);
  await looking(pageOf(400), 1200, async (tab) => {
    await tab.click('#zoom-16');
    await tab.emulateMediaType('print');
    // A4 less the margins, at 96 pixels an inch.
    await tab.setViewport({ width: 687, height: 1000 });
    expect(await tab.evaluate('document.querySelector(".drawn").getBoundingClientRect().width')).toBeLessThanOrEqual(
      687,
    );
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(687);
    expect(await tab.evaluate('getComputedStyle(document.querySelector(".zoom")).display')).toBe('none');
    const folded = '[...document.querySelectorAll("details")].filter((one) => one.offsetHeight < 40).length';
    expect(await tab.evaluate(folded)).toBe(0);
  });
});

const thief = eventOf(0).actor?.id ?? '';
const rights = new AccountRights([
  AccountDetails.parse({
    UserDetailList: [{ Arn: thief, AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/Gone' }] }],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [],
  }),
]);

/** With what a file of rights says beside what was seen. */
function withRights(): Writer {
  const writer = graph({ findings: [], rights });
  for (const name of ['images', 'invoices'])
    writer.event({ ...eventOf(0), action: 's3:GetObject', resources: [`arn:aws:s3:::${name}`] });
  writer.event({ ...eventOf(0), action: 's3:GetBucketPolicy', resources: ['arn:aws:s3:::orders'] });
  return writer;
}

test.for([
  { name: 'graph with rights', made: withRights, width: 1200 },
  { name: 'graph with rights', made: withRights, width: 360 },
  { name: 'page', made: page, width: 1200 },
  { name: 'page', made: page, width: 360 },
  { name: 'graph', made: graph, width: 1200 },
  { name: 'graph', made: graph, width: 360 },
])(
  '$name: no accessibility violation, no request, no sideways scrolling at $width pixels',
  { timeout: 120_000 },
  async ({ made, width }, context) => {
    if (chromium === null) return context.skip(howToGetOne);
    const html = pageOf(30, made());
    if (made === withRights)
      expect(html).toMatch(/id="could".*edge reached.*edge unknown.*policy\/Gone is not at hand/s);
    await looking(html, width, async (tab) => {
      await tab.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      await tab.evaluate(axe.source);
      const { violations } = Judged.parse(await tab.evaluate('axe.run()'));
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html.slice(0, 200)])).toEqual([]);
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(
        await tab.evaluate(
          'document.querySelectorAll("script, img, iframe, form, base, [onerror], [onload], [src]").length',
        ),
      ).toBe(0);
    });
  },
);
