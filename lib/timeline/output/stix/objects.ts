import { createHash } from 'node:crypto';
import { tactics, techniques } from '../../rules/attack.ts';

/** An object of STIX 2.1. */
export type StixObject = { readonly type: string; readonly id: string } & Readonly<Record<string, unknown>>;

/** Of ids that are made of what they name (UUID version 5): the namespace is ours, that of observables is STIX's own (2.1, section 2.9). */
const ours = 'c2f8b1a6-6c0e-5d3b-9a57-4d1f3a3f8a10';
const observables = '00abedb4-aa42-466c-9c01-fed23315a9b7';

/** A UUID of a name (RFC 9562, version 5): the same logs give the same objects, and a second import adds none. */
export function uuidOf(name: string, namespace = ours): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A time with milliseconds, as STIX wants those of its objects. */
export const stamp = (time: string): string => new Date(Date.parse(time)).toISOString();

/** TLP:AMBER as section 7.2.1.4 of STIX 2.1 fixes it: for those who need to know. */
export const amber: StixObject = {
  type: 'marking-definition',
  spec_version: '2.1',
  id: 'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
  created: '2017-01-20T00:00:00.000Z',
  definition_type: 'tlp',
  name: 'TLP:AMBER',
  definition: { tlp: 'amber' },
};

const begun = '2026-04-28T00:00:00.000Z';

/** Who says all of this. */
export const author: StixObject = {
  type: 'identity',
  spec_version: '2.1',
  id: `identity--${uuidOf('author')}`,
  created: begun,
  modified: begun,
  name: 'Tourniquet timeline',
  identity_class: 'system',
  object_marking_refs: [amber.id],
};

/** What all of our objects have. */
export function object(type: string, name: string, times: { first: string; last: string }, more: object): StixObject {
  return {
    type,
    spec_version: '2.1',
    id: `${type}--${uuidOf(`${type} ${name}`)}`,
    created_by_ref: author.id,
    created: stamp(times.first),
    modified: stamp(times.last),
    object_marking_refs: [amber.id],
    ...more,
  };
}

/** An observable, by the id that STIX derives from what it is: JSON of its contributing properties, canonical (RFC 8785). */
export const observable = (type: string, contributing: Readonly<Record<string, string>>): StixObject => ({
  type,
  spec_version: '2.1',
  id: `${type}--${uuidOf(JSON.stringify(contributing), observables)}`,
  ...contributing,
});

/** Short names of tactics, as STIX refers to phases: `privilege-escalation`. */
const phase = (tactic: string): string =>
  (tactics[tactic as keyof typeof tactics] ?? tactic).toLowerCase().replaceAll(' ', '-');

/** A technique of ATT&CK. */
export function attackPattern(technique: string, named: readonly string[]): StixObject {
  const path = technique.replace('.', '/');
  return object(
    'attack-pattern',
    technique,
    { first: begun, last: begun },
    {
      name: techniques.get(technique)?.name ?? technique,
      kill_chain_phases: named.map((one) => ({ kill_chain_name: 'mitre-attack', phase_name: phase(one) })),
      external_references: [
        { source_name: 'mitre-attack', external_id: technique, url: `https://attack.mitre.org/techniques/${path}/` },
      ],
    },
  );
}

/** Objects as a bundle, each once. */
export function bundleOf(objects: readonly StixObject[]): string {
  const once = [...new Map(objects.map((one) => [one.id, one])).values()];
  const id = `bundle--${uuidOf(once.map((one) => `${one.id} ${String(one.modified)}`).join())}`;
  return `${JSON.stringify({ type: 'bundle', id, objects: once }, null, 2)}\n`;
}
