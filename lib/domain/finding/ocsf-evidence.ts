import * as z from 'zod';
import { Service } from './guardduty-shape.ts';
import { unfolded } from './hub-details.ts';
import { principalFrom } from './principal.ts';
import { part, text } from './value.ts';

/** A number of the schema's, also where an export wrote it as text. */
export const code = z
  .preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number().nullable(),
  )
  .catch(null);

const Endpoint = part(
  z.object({ ip: text, hostname: text, domain: text, uid: text, instanceUid: text, interfaceUid: text }),
);
type Endpoint = z.infer<typeof Endpoint>;

/** What a finding rests on (OCSF schema, Evidence Artifacts), as far as it is read. */
export const Evidence = z.object({
  api: part(z.object({ operation: text, service: part(z.object({ name: text })) })),
  data: z.unknown().optional(),
  srcEndpoint: Endpoint,
  dstEndpoint: Endpoint,
  query: part(z.object({ hostname: text })),
  connectionInfo: part(z.object({ directionId: code, direction: text })),
  actor: part(z.object({ user: part(z.looseObject({ type: text, uid: text, credentialUid: text })) })),
});
export type Evidence = z.infer<typeof Evidence>;

const EvidenceData = part(
  z.object({
    resourceRole: text,
    affectedResource: part(z.record(z.string(), z.unknown())),
    sample: z.unknown().optional(),
  }),
);

const directions = new Map([
  [1, 'inbound'],
  [2, 'outbound'],
]);

/** OCSF schema, Network Connection Information, `direction_id`. */
const directionOf = ({ connectionInfo }: Evidence): string | undefined =>
  directions.get(connectionInfo?.directionId ?? 0) ?? connectionInfo?.direction?.toLowerCase();

/** Those who act with AWS credentials; a process of an instance is run by a user too, but by one of the operating system's. */
export function evidenceActors(evidences: readonly Evidence[]): unknown[] {
  return evidences.flatMap(({ actor }) => {
    const { type: userType, uid: principalId, credentialUid } = actor?.user ?? {};
    return credentialUid || principalFrom({ userType, principalId }).kind !== 'unknown' ? [actor] : [];
  });
}

/** Address or domain of an endpoint, unless it is one of our own instances. */
const addressOf = (endpoint: Endpoint): (string | null | undefined)[] =>
  !endpoint || endpoint.instanceUid || endpoint.interfaceUid
    ? []
    : [endpoint.ip, endpoint.hostname ?? endpoint.domain, endpoint.ip ? null : endpoint.uid];

/** Addresses and domains of the other side. */
export function evidenceRemotes(evidence: Evidence): string[] {
  const direction = directionOf(evidence);
  const source = direction === 'outbound' ? [] : addressOf(evidence.srcEndpoint);
  const destination = direction === 'inbound' ? [] : addressOf(evidence.dstEndpoint);
  return [...source, ...destination, evidence.query?.hostname].flatMap((one) => one ?? []);
}

/** The evidence in the words of GuardDuty's service part, so that it is read as GuardDuty's own finding is. */
export function evidenceService(evidences: readonly Evidence[]): Service {
  const data = evidences.map((evidence) => EvidenceData.parse(unfolded(evidence.data)));
  const call = evidences.find(({ api }) => api?.operation && api.service?.name)?.api;
  const affectedResources = data.find((one) => one?.affectedResource)?.affectedResource;
  return Service.parse({
    resourceRole: data.find((one) => one?.resourceRole)?.resourceRole,
    action: { awsApiCallAction: { serviceName: call?.service?.name, api: call?.operation, affectedResources } },
    additionalInfo: data.find((one) => one?.sample !== undefined),
  });
}
