import * as z from 'zod';
import type { Finding } from './finding.ts';
import { Service } from './guardduty-shape.ts';
import { part } from './value.ts';

/** What a product adds to a finding in Security Hub: everything is text, and nesting is written into the key. */
export type ProductFields = ReadonlyMap<string, string>;

const Fields = part(z.record(z.string(), z.unknown()));

/** Product fields as they stand in ASFF, or in what the conversion to OCSF could not map: `ProductFields.aws/guardduty/service/count`. */
export function productFieldsIn(given: unknown, prefix = ''): ProductFields {
  const fields = Object.entries(Fields.parse(given) ?? {}).filter(([key]) => key.startsWith(prefix));
  return new Map(
    fields.flatMap(([key, value]) =>
      typeof value === 'object' || value === undefined ? [] : [[key.slice(prefix.length), String(value)] as const],
    ),
  );
}

type Branch = Map<string, Branch | string>;

/** GuardDuty's own are nine deep; what is deeper is not its. */
const deepest = 16;

function grow(tree: Branch, [step = '', ...rest]: readonly string[], leaf: string): void {
  const known = tree.get(step);
  if (rest.length === 0) {
    if (known === undefined) tree.set(step, leaf);
    return;
  }
  const branch: Branch = known instanceof Map ? known : new Map();
  tree.set(step, branch);
  grow(branch, rest, leaf);
}

function plain(tree: Branch): unknown {
  const entries = [...tree].map(([key, inner]) => [key, inner instanceof Map ? plain(inner) : inner] as const);
  return entries.every(([key]) => /^\d+_$/.test(key)) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/**
 * What GuardDuty says of its service, unfolded from the product fields, so that it is read as GuardDuty's own finding is. Lists are folded
 * too: `aws/guardduty/service/action/portProbeAction/portProbeDetails.0_/remoteIpDetails/ipAddressV4`.
 */
export function guardDutyService(fields: ProductFields): Service {
  const tree: Branch = new Map();
  for (const [key, value] of fields) {
    const [vendor, product, service, ...path] = key.split(/\/|\.(?=\d+_(?:\/|$))/);
    const ours = vendor === 'aws' && product === 'guardduty' && service === 'service';
    if (ours && path.length > 0 && path.length <= deepest) grow(tree, path, value);
  }
  return part(Service).parse(plain(tree)) ?? Service.parse({});
}

/** Role of the resource in what was seen; whatever else stands there says nothing. */
export function roleOf(value: string | null | undefined): Finding['role'] {
  const role = value?.toUpperCase();
  return role === 'ACTOR' || role === 'TARGET' ? role : 'unknown';
}

/** Whether a rehearsal of ours made it: our mark among the fields. */
export const isDrill = (...fields: readonly ProductFields[]): boolean =>
  fields.some((one) => one.get('tourniquet/drill') === 'true');

/** The field of a finding in Security Hub in which we name the incident. */
export const incidentField = 'tourniquet/incident';

/** What we write where a format has no fields of our own. */
export const commentOn = (incident: string, words: string): string => `Tourniquet ${incident}: ${words}`;

/** The incident that a comment of ours names; null where it is somebody else's. */
export const incidentIn = (comment: string | null | undefined): string | null =>
  /^Tourniquet (inc-[0-9a-f]{12}): /.exec(comment ?? '')?.[1] ?? null;
