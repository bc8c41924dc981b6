import * as z from 'zod';

export const AccountId = z.string().regex(/^\d{12}$/, 'should be a 12-digit AWS account id');

/** Where a resource lives. Nothing below ever assumes the partition or the Region: GovCloud and China have their own. */
export const Place = z.object({
  partition: z.string(),
  account: AccountId,
  region: z.string(),
});
export type Place = z.infer<typeof Place>;

/** Milliseconds for which facts stand for a fresh look; older ones are read again before anything is remembered. */
const freshFor = 60_000;

export const isFresh = ({ seenAt }: { readonly seenAt: string }, now: string): boolean =>
  Date.parse(now) - Date.parse(seenAt) <= freshFor;

/** An IAM role; `policies` are the names of its inline policies, where they were read. */
export const Role = z.object({
  name: z.string(),
  id: z.string(),
  arn: z.string(),
  policies: z.array(z.string()).optional(),
});
export type Role = z.infer<typeof Role>;

/** `arn:partition:service:region:account:path`; IAM has no Region in its ARNs. */
export function arn(place: Place, service: string, path: string): string {
  const region = service === 'iam' ? '' : place.region;
  return `arn:${place.partition}:${service}:${region}:${place.account}:${path}`;
}

/** All resources of a kind in the target's account and Region, where AWS gives new ones a name only afterwards. */
export const every = (place: Place, service: string, path: string): string[] => [arn(place, service, `${path}/*`)];
