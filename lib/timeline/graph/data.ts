import type { Edge } from './edge.ts';
import { actorsIn, type Radius, reachedIn } from './radius.ts';
import { reachBecause } from './words.ts';

const connection = ({ from, to, how, reach, because, actions, techniques, first, last, count, records }: Edge) => ({
  from: from.id,
  how,
  to: to.id,
  reach,
  ...(because !== undefined && { because }),
  actions: [...actions],
  techniques: [...techniques],
  first,
  last,
  count,
  records,
});

/** The blast radius as plain data: who acted, how far they came, by which records, and what rights would have allowed. */
export function radiusData(radius: Radius) {
  const edges = radius.edges();
  const { edges: could, unknown } = radius.could();
  const firstOf = (own: readonly Edge[]) => own.map(({ first }) => first).toSorted()[0];
  const events = (own: readonly Edge[]): number => own.reduce((sum, { count }) => sum + count, 0);
  return {
    actors: [...actorsIn(edges)].map(([node, own]) => ({ ...node, events: events(own), first: firstOf(own) })),
    places: [...reachedIn(edges).values()].map(({ node, reach, records }) => ({
      ...node,
      reach,
      because: reachBecause[reach],
      records,
    })),
    connections: edges.map(connection),
    couldHave: { connections: could.map(connection), unknown: unknown.map(({ id }) => id) },
    leftOut: radius.left,
  };
}

export type RadiusData = ReturnType<typeof radiusData>;
