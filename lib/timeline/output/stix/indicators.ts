import { isIP } from 'node:net';
import type { PrintedEvent } from '../../event.ts';
import { isPublic } from '../../rules/address.ts';

/** Something of the attacker's by which others may know them. */
export interface Indicator {
  readonly type: 'address' | 'name';
  readonly value: string;
  readonly techniques: Set<string>;
  readonly first: string;
  last: string;
  count: number;
}

/** What is none, though something labelled came from it, and why. */
export interface LeftOut {
  readonly value: string;
  readonly why: string;
}

const most = 100_000;
const mostActors = 50;

/** Not of one host: this network, multicast, reserved (RFC 6890). */
const ofNobody = /^(?:0\.|22[4-9]\.|23\d\.|24\d\.|25[0-5]\.|ff[0-9a-f]{2}:|::$)/i;
const isOutside = (address: string | null): address is string =>
  address !== null && isIP(address) !== 0 && isPublic(address) && !ofNobody.test(address);

/** Where EC2 says an address is one of the account's own. */
const own = /"(?:publicIp|publicIpAddress|carrierIp|customerOwnedIp)"\s*:\s*"([0-9a-f.:]+)"/gi;
/** Names that AWS, or a network of one's own, answers for. */
const ofOwn = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|aws|amazon\.com|compute\.internal|internal|local|localhost|arpa)$/i;
const isName = (name: string): boolean =>
  name.length <= 255 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/i.test(name);

/** The session of an instance is named like it. */
const isInstance = (id: string): boolean => /\/i-[0-9a-f]{8,17}$/.test(id);

/** The other end of a connection: where it came from, or where it went. */
function otherEnd({ address, resources, kind }: PrintedEvent): string | null {
  if (isOutside(address)) return address;
  const last = kind === 'network' ? (resources.at(-1) ?? '') : '';
  const to = last.slice(0, last.lastIndexOf(':'));
  return isOutside(to) ? to : null;
}

/**
 * Addresses and names from which, or to which, something labelled went. One that is one's own, or from which somebody of whom nothing is labelled
 * acts too, is left out: a list that blocks it would block oneself.
 */
export class Indicators {
  readonly #found = new Map<string, Indicator>();
  readonly #own = new Map<string, string>();
  readonly #actors = new Map<string, Set<string>>();
  readonly #suspects = new Set<string>();
  readonly #instances = new Set<string>();

  add(event: PrintedEvent): void {
    const { actor, address, labels, kind, raw, action } = event;
    if (action.startsWith('ec2:') && raw.includes('ublicIp'))
      for (const [, mine = ''] of raw.matchAll(own)) this.#mine(mine, 'EC2 says it is one of your own.');
    if (isOutside(address) && actor && event.normal === null) this.#acts(address, actor.id);
    if (labels.length === 0) return;
    if (actor && this.#suspects.size < most) this.#suspects.add(actor.id);
    const end = otherEnd(event);
    if (end) this.#note('address', end, event);
    const [name = ''] = kind === 'network' && action.startsWith('query ') ? event.resources : [];
    if (name && isName(name) && !ofOwn.test(name)) this.#note('name', name.toLowerCase(), event);
  }

  /** Those that may be shared, by when they were first seen. */
  all(): readonly Indicator[] {
    return [...this.#found.values()].filter((one) => this.#against(one) === null);
  }

  /** Those that may not. */
  leftOut(): readonly LeftOut[] {
    return [...this.#found.values()].flatMap((one) => {
      const why = this.#against(one);
      return why === null ? [] : [{ value: one.value, why }];
    });
  }

  #against({ value }: Indicator): string | null {
    const mine = this.#own.get(value);
    if (mine) return mine;
    const other = [...(this.#actors.get(value) ?? [])].find((one) => !this.#suspects.has(one));
    return other ? `${other} acts from it too, of whom nothing is labelled.` : null;
  }

  #mine(address: string, why: string): void {
    if (this.#own.size < most) this.#own.set(address, why);
  }

  #acts(address: string, actor: string): void {
    if (isInstance(actor) && !this.#instances.has(actor) && this.#instances.size < most) {
      this.#instances.add(actor);
      this.#mine(address, `An instance of your own acted from it first (${actor.slice(actor.lastIndexOf('/') + 1)}).`);
    }
    const known = this.#actors.get(address) ?? new Set();
    if (known.size < mostActors) known.add(actor);
    if (this.#actors.size < most) this.#actors.set(address, known);
  }

  #note(type: Indicator['type'], value: string, { time, labels }: PrintedEvent): void {
    const fresh = { type, value, techniques: new Set<string>(), first: time, last: time, count: 0 };
    const known = this.#found.get(value) ?? fresh;
    if (known === fresh && this.#found.size === most) return;
    this.#found.set(value, known);
    known.last = time;
    known.count++;
    for (const { technique } of labels) known.techniques.add(technique);
  }
}
