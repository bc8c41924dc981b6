import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';

/** Where Debian, Ubuntu and Google put it; $CHROMIUM names another. */
const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine; null where there is none. */
export const chromium: string | null = places.find((path) => path && existsSync(path)) ?? null;

/** What whoever reads the skipped tests can do about it. */
export const howToGetOne = 'No Chromium here: `apt-get install chromium`, or name one in CHROMIUM.';

/**
 * Starts it without a window. Its own sandbox needs rights that containers seldom give; the only pages it opens here are ours, without a
 * script in them.
 */
export function openBrowser(executablePath: string): Promise<Browser> {
  return puppeteer.launch({ executablePath, headless: true, timeout: 60_000, args: ['--no-sandbox'] });
}
