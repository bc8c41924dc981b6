import type { AccountRights, Answer } from './account-rights.ts';
import { type Edge, type Reach, reaches } from './edge.ts';
import type { Named } from './places.ts';

/** As many as are asked about: each pair is a line of a table. */
const mostActors = 50;
const mostPlaces = 200;
const mostActions = 8;

/** What a call is named as a right, where that is another name (Service Authorization Reference, Amazon S3). */
const asRight: Readonly<Record<string, string>> = {
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:ListObjects': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:CopyObject': 's3:PutObject',
};
const ofObjects = /^s3:(?:Get|Put|Delete|Restore|Abort|Replicate)\w*Object|^s3:AbortMultipartUpload/;

/** By what data in a store is read, whether somebody was seen to do it or not. */
const reading: readonly (readonly [RegExp, string])[] = [
  [/^arn:[^:]*:s3:/, 's3:GetObject'],
  [/^arn:[^:]*:dynamodb:/, 'dynamodb:GetItem'],
  [/^arn:[^:]*:secretsmanager:/, 'secretsmanager:GetSecretValue'],
  [/^arn:[^:]*:ssm:/, 'ssm:GetParameter'],
  [/^arn:[^:]*:ec2:[^:]*:\d*:snapshot/, 'ebs:GetSnapshotBlock'],
];

/** These carry policies of their own, which the file does not have: somebody without a right may be let in by them. */
const ownPolicies =
  /^(?:s3|dynamodb|secretsmanager|kms|sqs|sns|lambda|ecr|elasticfilesystem|backup|glacier|es|kinesis|events):/;

const actsOn = (place: Named, seen: Iterable<string>): string[] => {
  const named = [...seen]
    .map((action) => asRight[action] ?? action)
    .filter((action) => /^[a-z0-9-]+:\w+$/.test(action));
  const read = place.place === 'data' ? reading.flatMap(([of, action]) => (of.test(place.id) ? [action] : [])) : [];
  return [...new Set([...read, ...named])].slice(0, mostActions);
};

const reachOf = ({ says }: Answer, action: string): Reach => {
  if (says === 'allowed') return 'may';
  if (says === 'denied') return 'not';
  return says === 'no right' && !ownPolicies.test(action) ? 'not' : 'unknown';
};

const because = ({ says, because }: Answer, action: string): string =>
  says === 'no right' && ownPolicies.test(action)
    ? `${because}; whether a policy on it does is not in the file`
    : because;

interface Seen {
  readonly actors: readonly Named[];
  readonly edges: readonly Edge[];
  /** Places that are named, each with what anybody was seen to do there. */
  readonly places: ReadonlyMap<string, { readonly place: Named; readonly actions: ReadonlySet<string> }>;
}

/** What somebody could have done to a place, by the best of the rights on it. */
function pair(from: Named, to: Named, actions: readonly string[], rights: AccountRights): Edge | null {
  const asked = actions.map((action) => {
    const answer = rights.answer(from.id, action, ofObjects.test(action) ? `${to.id}/*` : to.id);
    return { action, reach: reachOf(answer, action), because: because(answer, action) };
  });
  const [first] = asked.toSorted((a, b) => reaches.indexOf(a.reach) - reaches.indexOf(b.reach));
  if (!first) return null;
  const alike = asked.filter(({ reach }) => reach === first.reach);
  const nothing = { first: '', last: '', count: 1, thread: null, records: [], techniques: new Set<string>() };
  const own = { reach: first.reach, because: first.because, actions: new Set(alike.map(({ action }) => action)) };
  return { from, to, how: 'held', ...nothing, ...own };
}

/**
 * How far those who acted could have come by their rights, over the places that the timeline names: reached where they were seen to, else what their
 * policies say. The most is first.
 */
export function heldEdges({ actors, edges, places }: Seen, rights: AccountRights): Edge[] {
  const known = actors.filter(({ id }) => rights.knows(id)).slice(0, mostActors);
  const named = [...places.values()]
    .toSorted((a, b) => Number(b.place.place === 'data') - Number(a.place.place === 'data'))
    .slice(0, mostPlaces);
  const seen = new Set(edges.filter(({ reach }) => reach === 'reached').map(({ from, to }) => `${from.id} ${to.id}`));
  const pairs = known.flatMap((from) =>
    named.flatMap(({ place, actions }) => {
      const found = pair(from, place, actsOn(place, actions), rights);
      if (!found || !seen.has(`${from.id} ${place.id}`)) return found ?? [];
      return { ...found, reach: 'reached' as const, because: 'it was seen: it stands among the connections' };
    }),
  );
  return pairs.toSorted((a, b) => reaches.indexOf(a.reach) - reaches.indexOf(b.reach));
}
