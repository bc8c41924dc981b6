import { techniques } from '../../rules/attack.ts';
import type { Writer } from '../writer.ts';
import { patternsOf } from './bundle.ts';
import { type Act, byThread, Chain } from './chain.ts';
import { amber, author, bundleOf, object, type StixObject, stamp } from './objects.ts';

/** As the Center for Threat-Informed Defense publishes them with Attack Flow 2.0: every flow carries both. */
const made = '2022-08-02T19:34:35.143Z';
const center: StixObject = {
  type: 'identity',
  spec_version: '2.1',
  id: 'identity--fb9c968a-745b-4ade-9b25-c324172197f4',
  created: made,
  modified: made,
  name: 'MITRE Engenuity Center for Threat-Informed Defense',
  identity_class: 'organization',
};
const definition: StixObject = {
  type: 'extension-definition',
  spec_version: '2.1',
  id: 'extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4',
  created: made,
  modified: made,
  created_by_ref: center.id,
  name: 'Attack Flow',
  description: 'Extends STIX 2.1 with features to create Attack Flows.',
  schema: 'https://center-for-threat-informed-defense.github.io/attack-flow/stix/attack-flow-schema-2.0.0.json',
  version: '2.0.0',
  extension_types: ['new-sdo'],
};
const extensions = { [definition.id]: { extension_type: 'new-sdo' } };

const nameOf = (act: Act): string => `${act.thread} ${act.technique}`;
const idOf = (act: Act): string => object('attack-action', nameOf(act), act, {}).id;

/** One step; what began next in the same thread is its effect. */
function action(act: Act, next: Act | undefined, pattern: StixObject | undefined): StixObject {
  const failed = act.failed > 0 ? ` ${act.failed} failed.` : '';
  return object('attack-action', nameOf(act), act, {
    extensions,
    name: techniques.get(act.technique)?.name ?? act.technique,
    technique_id: act.technique,
    ...(act.tactics[0] && { tactic_id: act.tactics[0] }),
    ...(pattern && { technique_ref: pattern.id }),
    description: `${act.thread}: ${[...act.actions].join(', ')}. ${act.count} events, by the rules ${[...act.rules].join(', ')}.${failed}`,
    execution_start: stamp(act.first),
    execution_end: stamp(act.last),
    ...(next && { effect_refs: [idOf(next)] }),
  });
}

function whole(acts: readonly Act[]): string {
  const [first] = acts;
  if (!first) return bundleOf([author, amber]);
  const patterns = patternsOf(acts);
  const threads = [...byThread(acts).values()];
  const actions = threads.flatMap((own) => own.map((act, at) => action(act, own[at + 1], patterns.get(act.technique))));
  const last = acts.reduce((latest, one) => (one.last > latest ? one.last : latest), first.last);
  const flow = object(
    'attack-flow',
    acts.map(nameOf).join(),
    { first: first.first, last },
    {
      extensions,
      name: `What logs say from ${first.first} to ${last}`,
      description: 'Each step is a technique that labels of records name; they do not say that somebody attacked.',
      scope: 'incident',
      start_refs: threads.flatMap(([start]) => (start ? [idOf(start)] : [])),
    },
  );
  return bundleOf([center, definition, author, amber, flow, ...actions, ...patterns.values()]);
}

/** An Attack Flow 2.0: the steps of each thread, one behind the other in the order in which they began; TLP:AMBER. */
export function attackFlow(): Writer {
  const chain = new Chain();
  return {
    event(event) {
      chain.add(event);
      return '';
    },
    end: () => whole(chain.acts()),
  };
}
