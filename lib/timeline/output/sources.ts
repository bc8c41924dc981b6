import { html } from 'hono/html';
import { legible } from '../../record/page/legible.ts';
import { foreign, type Html } from '../../record/page/markup.ts';
import type { Position } from '../event.ts';

const longest = 60;

/** `a.json:7`; of a path the last name, since whole addresses would bury what they are about. JSON has them. */
export function sourceWords({ file, line }: Position): string {
  const name = file.split('/').at(-1) ?? file;
  return `${name.length > longest ? `…${name.slice(1 - longest)}` : name}:${line}`;
}

/** Where something is written, for people who want to read it there. */
export const sourcesOf = (records: readonly Position[]): Html | '' =>
  records.length > 0 ? html`<span class="muted">[${foreign(legible(records.map(sourceWords).join(', ')))}]</span>` : '';
