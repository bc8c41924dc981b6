import * as z from 'zod';
import { Principal, TargetKind } from './named.ts';
import { Instance, instanceArn, Place } from './resource.ts';

/** A resource of which nothing was read but what the finding says: enough to ask a person about it, and to keep the record. */
export const Thing = Place.extend({
  kind: TargetKind.exclude(['instance']),
  id: z.string().min(1),
  /** The name by which the incident holds it. */
  arn: z.string(),
  principal: Principal.nullable(),
  seenAt: z.iso.datetime(),
  tags: z.record(z.string(), z.string()),
});
export type Thing = z.infer<typeof Thing>;

/** What an incident is about. Each step says which kinds it takes. */
export const Target = z.discriminatedUnion('kind', [Instance, Thing]);
export type Target = z.infer<typeof Target>;

export const targetArn = (target: Target): string => (target.kind === 'instance' ? instanceArn(target) : target.arn);

/** ARNs of those whose credentials are in doubt: they may not answer a question about themselves. */
export function suspectsIn(target: Target): string[] {
  if (target.kind === 'instance') return target.role ? [target.role.arn] : [];
  return target.principal ? [target.arn] : [];
}
