import { utcFormat } from 'd3-time-format';
import { html } from 'hono/html';
import type { Html } from './markup.ts';

const whole = utcFormat('%-d\u00a0%b\u00a0%Y, %H:%M:%S\u00a0UTC');
const minutes = utcFormat('%a\u00a0%-d\u00a0%b\u00a0%Y, %H:%M\u00a0UTC');
const day = utcFormat('%-d\u00a0%b\u00a0%Y');
const clock = utcFormat('%H:%M:%S.%L');

const forms = { whole, minutes, day, clock };

/** A moment for people and machines, always in UTC; what is no time is shown as it was written. */
export function time(iso: string, form: keyof typeof forms = 'whole'): Html {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return html`<bdi>${iso}</bdi>`;
  return html`<time datetime="${at.toISOString()}">${forms[form](at)}</time>`;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day24 = 24 * hour;

const pair = (length: number, large: number, largeWord: string, small: number, smallWord: string): string => {
  const [whole, rest] = [Math.floor(length / large), Math.floor((length % large) / small)];
  return rest > 0 ? `${whole}\u00a0${largeWord} ${rest}\u00a0${smallWord}` : `${whole}\u00a0${largeWord}`;
};

/** A length of time in milliseconds as words: `0.4 s`, `42 s`, `6 min 12 s`, `2 h 14 min`, `3 d 4 h`; numbers and their units stay on one line. */
export function spanWords(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  if (length < 9.95 * second) return `${(length / second).toFixed(1)}\u00a0s`;
  if (length < minute) return `${Math.floor(length / second)}\u00a0s`;
  if (length < hour) return pair(length, minute, 'min', second, 's');
  return length < 2 * day24 ? pair(length, hour, 'h', minute, 'min') : pair(length, day24, 'd', hour, 'h');
}

/** From one ISO 8601 time to another, in milliseconds. */
export const between = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

/** How long after the incident was opened: `+4.1 s`. */
export const offsetWords = (openedAt: string, at: string): string => {
  const length = between(openedAt, at);
  return `${length < 0 ? '−' : '+'}${spanWords(length)}`;
};
