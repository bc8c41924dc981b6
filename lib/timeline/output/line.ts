import type { Label } from '../event.ts';
import type { Draft } from '../input/draft.ts';

const [quote, backslash, closingBrace] = [34, 92, 125];

/** Shown, these steer a terminal or turn text around. */
const steering = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const harmless = (json: string): string =>
  json.replace(steering, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

const plain = /^[ !#-[\]-~]*$/;
/** A string as JSON that steers no terminal. */
export const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : harmless(JSON.stringify(text)));

/** Where the parts of a printed event lie that are needed again when duplicates are merged. */
export interface Parts {
  /** The position: `{"file":…,"line":…}`. */
  source: number;
  sourceEnd: number;
  /** The string of the raw record, which is the last member. */
  raw: number;
  /** The list of labels, where some of them are to be counted; else 0. */
  counted: number;
}

const orNull = (text: string | null): string => (text === null ? 'null' : quoted(text));

function actorOf({ actor }: Draft): string {
  return actor === null
    ? 'null'
    : `{"kind":${quoted(actor.kind)},"id":${quoted(actor.id)},"account":${orNull(actor.account)}}`;
}

const noLabels: readonly Label[] = [];

/** Events as lines of JSON in one buffer, which is used again for each. */
export class LineBuffer {
  bytes = Buffer.alloc(256 * 1024);
  length = 0;
  readonly #files = new Map<string, string>();

  /** Prints one event from the beginning of the buffer, without a line feed. */
  print(draft: Draft, labels: readonly Label[] = noLabels, normal: string | null = null): Parts {
    // Each byte of the record takes six at most (`\u001f`), and each that is no UTF-8 three.
    this.#room((draft.to - draft.from) * 6);
    const { time, kind, action, resources, address, outcome } = draft;
    this.length = 0;
    this.#text(`{"time":"${time}","kind":"${kind}","source":`);
    const source = this.length;
    this.#text(`{"file":${this.#file(draft.source.file)},"line":${draft.source.line}}`);
    const sourceEnd = this.length;
    const about = resources.length === 0 ? '' : resources.map(quoted).join(',');
    this.#text(
      `,"actor":${actorOf(draft)},"action":${quoted(action)},"resources":[${about}],"address":${orNull(address)},"outcome":"${outcome}","labels":`,
    );
    const named = labels.length === 0 ? '[]' : harmless(JSON.stringify(labels));
    const counted = named.includes('"counted":') ? this.length : 0;
    this.#text(`${named},"normal":${orNull(normal)},"raw":`);
    const raw = this.length;
    this.#raw(draft);
    this.bytes[this.length++] = closingBrace;
    return { source, sourceEnd, raw, counted };
  }

  #file(name: string): string {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const json = quoted(name);
    this.#files.set(name, json);
    return json;
  }

  #room(more: number): void {
    const needed = this.length + more + 64 * 1024;
    if (needed > this.bytes.length) {
      const grown = Buffer.alloc(needed * 2);
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
  }

  #text(text: string): void {
    this.#room(text.length * 3);
    this.length += this.bytes.write(text, this.length);
  }

  #raw(draft: Draft): void {
    const { bytes: from, to: end } = draft;
    const into = this.bytes;
    let length = this.length;
    into[length++] = quote;
    for (let at = draft.from; at < end; at++) {
      const byte = from[at] ?? 0;
      if (byte === quote || byte === backslash) into[length++] = backslash;
      // Control characters, and all that is not ASCII, need a second look.
      else if (byte < 32 || byte >= 127) {
        this.#text(quoted(draft.raw));
        return;
      }
      into[length++] = byte;
    }
    into[length++] = quote;
    this.length = length;
  }
}
