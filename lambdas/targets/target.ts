import * as z from 'zod';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { itself } from '../../lib/domain/identity.ts';
import { type Named, Principal, resourceOf, TargetKind } from '../../lib/domain/named.ts';
import { type AnyKind, AnyTarget, defineTarget, type FirstSight } from '../../lib/domain/target.ts';
import * as kinds from './every-kind.ts';

export type Kind = (typeof kinds)[keyof typeof kinds];
export type Known = z.infer<Kind['schema']>;

export const known: readonly Kind[] = Object.values(kinds);

/** Kinds of resources that are no more to us than what a finding says of them. */
type Plain = Exclude<TargetKind, Known['kind']>;
const isPlain = (kind: TargetKind): kind is Plain => !known.some((one) => one.kind === kind);

/** A resource of which nothing was read but what the finding says: enough to ask a person about it, and to keep the record. */
export const Thing = AnyTarget.extend({
  kind: z.enum(TargetKind.options.filter(isPlain)),
  /** The name by which the incident holds it. */
  arn: z.string(),
  principal: Principal.nullable(),
});
export type Thing = z.infer<typeof Thing>;

function thingFrom(named: Named, { place, now }: FirstSight): Thing {
  const { kind, id, principal } = named;
  const own = resourceOf(named, place.partition);
  return { ...place, kind: isPlain(kind) ? kind : 'resource', id, arn: own, principal, seenAt: now, tags: {} };
}

const thing = defineTarget(Thing)({
  kind: 'resource',
  title: 'resource',
  arn: ({ arn: own }) => own,
  from: thingFrom,
  suspects: itself,
  any: (place) => ({ ...place, kind: 'resource', id: '*', arn: '*', principal: null, seenAt: '', tags: {} }),
  reads: [],
});

/** What an incident is about. Each step says which kinds it takes. */
export const Target = z.discriminatedUnion('kind', [Thing, ...known.map(({ schema }) => schema)]);
export type Target = z.infer<typeof Target>;

export const isKnown = (target: Target): target is Known => known.some(({ kind }) => kind === target.kind);

/** What is known of a target's kind. */
export const kindOf = (target: Target): AnyKind => known.find(({ kind }) => kind === target.kind) ?? thing;

export const targetArn = (target: Target): string => kindOf(target).arn(target);

export const suspectsIn = (target: Target): string[] => kindOf(target).suspects(target);

/** What a finding names, as far as the finding alone tells. */
export function targetFrom(named: Named, sight: FirstSight): Target {
  const found = known.map<Known | null>(({ from }) => from(named, sight));
  return found.find((one) => one !== null) ?? thingFrom(named, sight);
}

/** The kind that what is named so turns out to be, once AWS is asked. */
export const turnedOut = (named: Named | undefined): Kind | undefined =>
  known.find(({ turnsOut }) => named && turnsOut?.(named));

/** ARNs of those whom a finding names as holders of a credential. */
export function holdersIn({
  targets,
  partition,
  account,
  region,
}: Pick<Finding, 'targets' | 'partition' | 'account' | 'region'>): string[] {
  const sight = { place: { partition, account: account ?? '', region: region ?? '' }, now: '', since: null };
  return targets.filter(({ principal }) => principal).flatMap((named) => suspectsIn(targetFrom(named, sight)));
}

const nowhere: FirstSight = { place: { partition: '', account: '', region: '' }, now: '', since: null };

/** What the steps get to work on where a finding names this first: the holder of a credential rather than the credential. */
export function targetKindOf(first: Named | undefined): Target['kind'] {
  if (!first) return 'account';
  return turnedOut(first)?.kind ?? targetFrom(first, nowhere).kind;
}

/** ARN of what a call is about; empty where the call came without a sound target. */
export function subjectOf({ target }: { readonly target?: unknown }): string {
  const sound = Target.safeParse(target);
  return sound.success ? targetArn(sound.data) : '';
}
