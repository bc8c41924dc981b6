import * as z from 'zod';
import type { Named } from '../named.ts';
import type { Signal } from './finding.ts';
import type { Where } from './guardduty-resource.ts';
import { instant } from './guardduty-shape.ts';
import { homeOf } from './place.ts';
import { credentialTargets, principalFrom } from './principal.ts';
import { SequenceResource, sequenceTargets } from './sequence-resource.ts';
import { arnParts, listOf, part, text } from './value.ts';

/** GuardDuty's own limits (API reference, Sequence): it makes none longer. */
const most = { actors: 400, resources: 400, endpoints: 400, signals: 100 };

const Actor = z.object({
  user: part(
    z.object({ name: text, uid: text, type: text, credentialUid: text, account: part(z.object({ uid: text })) }),
  ),
});

const Endpoint = z.object({ ip: text, domain: text });

const SequenceSignal = z
  .object({ uid: text, type: text, name: text, firstSeenAt: instant, createdAt: instant, lastSeenAt: instant })
  .transform(({ uid, type, name, firstSeenAt, createdAt, lastSeenAt }): Signal => {
    const at = firstSeenAt ?? createdAt ?? lastSeenAt;
    return { id: uid ?? '', type: type ?? '', name: name ?? '', at };
  });

/** Lists, read no further than their limits. */
const List = z.array(z.unknown()).catch([]).default([]);
const Sequence = z.object({ actors: List, resources: List, endpoints: List, signals: List });

function actorTargets({ user }: z.infer<typeof Actor>, where: Where): Named[] {
  if (!user) return [];
  const principal = principalFrom({
    userType: user.type,
    userName: user.name,
    principalId: arnParts(user.uid) ? null : user.uid,
  });
  const { account } = homeOf(user.account?.uid, null);
  return credentialTargets(user.credentialUid, principal, { ...where, account: account ?? where.account });
}

/** The first of a list, up to a limit, and a word about the rest. */
function firstOf<T>(what: keyof typeof most, all: readonly unknown[], one: z.ZodType<T>) {
  const limit = most[what];
  const missing = all.length > limit ? [`${what} (only the first ${limit} of ${all.length} are read)`] : [];
  return { read: listOf(one).parse(all.slice(0, limit)), missing };
}

export interface SequenceRead {
  /** Actors first, then the resources, as GuardDuty lists them. */
  readonly targets: Named[];
  readonly signals: Signal[];
  readonly remotes: string[];
  readonly missing: string[];
}

/** Reads the sequence block of an attack sequence; null where there is none. */
export function sequenceOf(block: unknown, where: Where): SequenceRead | null {
  const sequence = part(Sequence).parse(block);
  if (!sequence) return null;
  const actors = firstOf('actors', sequence.actors, Actor);
  const resources = firstOf('resources', sequence.resources, SequenceResource);
  const endpoints = firstOf('endpoints', sequence.endpoints, Endpoint);
  const signals = firstOf('signals', sequence.signals, SequenceSignal);
  return {
    targets: [...actors.read.flatMap((actor) => actorTargets(actor, where)), ...sequenceTargets(resources.read, where)],
    signals: signals.read.filter(({ id, type, name }) => id || type || name),
    remotes: endpoints.read.flatMap(({ ip, domain }) => [ip, domain]).filter((name) => name !== null),
    missing: [actors, resources, endpoints, signals].flatMap(({ missing }) => missing),
  };
}
