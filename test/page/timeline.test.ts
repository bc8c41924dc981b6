// The page of a timeline: how large it is, and in a real Chromium whether everybody can read it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { kinds, type PrintedEvent } from '../../lib/timeline/event.ts';
import { graph } from '../../lib/timeline/graph/page.ts';
import { page } from '../../lib/timeline/output/page.ts';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import { hostile } from '../fixtures/hostile.ts';
import { chromium, howToGetOne, openBrowser } from './browser.ts';

const label = { technique: 'T1098.001', tactics: ['TA0003'], attackVersion: '19', rule: 'new-key' };

/** An event as nobody else's: the worst there is for grouping. */
const event = (number: number): PrintedEvent => ({
  time: new Date(1_772_600_000_000 + number * 7_919_000).toISOString(),
  kind: kinds[number % kinds.length] ?? 'audit',
  source: { file: `log-${number}.json`, line: number + 1 },
  actor: { kind: 'IAMUser', id: `arn:aws:iam::111122223333:user/${number}${hostile}`, account: '111122223333' },
  action: `iam:Act${number}${hostile}`,
  resources: [`r-${number}`],
  address: '203.0.113.7',
  outcome: number % 5 === 0 ? 'failure' : 'success',
  labels: number % 50 === 0 ? [label] : [],
  normal: number % 11 === 0 && number % 50 !== 0 ? 'health-check' : null,
  raw: '{}',
});

function pageOf(count: number, writer: Writer = page()): string {
  for (let number = 0; number < count; number++) writer.event(event(number));
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

test.for([
  { name: 'page', made: page, width: 1200 },
  { name: 'page', made: page, width: 360 },
  { name: 'graph', made: graph, width: 1200 },
  { name: 'graph', made: graph, width: 360 },
])(
  '$name: no accessibility violation, no request, no sideways scrolling at $width pixels',
  { timeout: 120_000 },
  async ({ made, width }, context) => {
    if (chromium === null) return context.skip(howToGetOne);
    const folder = mkdtempSync(join(tmpdir(), 'timeline-page-'));
    const address = pathToFileURL(join(folder, 'page.html')).href;
    writeFileSync(join(folder, 'page.html'), pageOf(60, made()));
    const browser = await openBrowser(chromium);
    try {
      const tab = await browser.newPage();
      const asked: string[] = [];
      tab.on('request', (request) => asked.push(request.url()));
      await tab.setViewport({ width, height: 800 });
      await tab.goto(address);
      await tab.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      await tab.evaluate(axe.source);
      const { violations } = Judged.parse(await tab.evaluate('axe.run()'));
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html.slice(0, 200)])).toEqual([]);
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(asked).toEqual([address]);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  },
);
