import * as z from 'zod';
import { callOf, remotesOf } from './guardduty-action.ts';
import { instant, Service } from './guardduty-shape.ts';
import { findingFrom } from './hub-finding.ts';
import { asffRating, HubSeverity } from './hub-severity.ts';
import {
  guardDutyService,
  incidentField,
  isDrill,
  type ProductFields,
  productFieldsIn,
  roleOf,
} from './product-fields.ts';
import type { Reader } from './reader.ts';
import { accountText, flag, listOf, part, readAs, text, Unreadable } from './value.ts';

/** Signals of ASFF's sequence are called by `Id` and `Title`; all else in it is as GuardDuty writes it (Security Hub API reference, Sequence). */
const Signal = z.looseObject({ id: z.unknown().optional(), name: text, title: text });

/** Security Hub user guide, "AWS Security Finding Format (ASFF)", as far as it is read. */
const Asff = z.object({
  id: text,
  productArn: text,
  productName: text,
  generatorId: text,
  awsAccountId: accountText,
  region: text,
  title: text,
  description: text,
  types: listOf(z.string()),
  severity: HubSeverity,
  findingProviderFields: part(z.object({ severity: HubSeverity, types: listOf(z.string()) })),
  firstObservedAt: instant,
  lastObservedAt: instant,
  createdAt: instant,
  updatedAt: instant,
  resources: listOf(z.object({ type: text, id: text, region: text, partition: text, details: z.unknown().optional() })),
  compliance: part(z.object({ status: text, securityControlId: text })),
  vulnerabilities: listOf(z.unknown()),
  recordState: text,
  workflow: part(z.object({ status: text })),
  workflowState: text,
  sample: flag,
  productFields: z.unknown().optional(),
  userDefinedFields: z.unknown().optional(),
  action: z.unknown().optional(),
  network: part(
    z.object({
      direction: text,
      sourceIpV4: text,
      sourceIpV6: text,
      sourceDomain: text,
      destinationIpV4: text,
      destinationIpV6: text,
      destinationDomain: text,
    }),
  ),
  detection: part(z.object({ sequence: part(z.looseObject({ signals: listOf(Signal) })) })),
});
type Asff = z.infer<typeof Asff>;

/** Fields that only the check of a control has; the generator is then `security-control/S3.1`, or ends in a standard, its version and rule. */
const controlFields = ['standardsArn', 'standardsControlArn', 'standardsGuideArn', 'controlId', 'ruleId'];
const controlGenerator = /^security-control\/|:ruleset\/|\/v\/\d+(?:\.\d+)*\//;

const isControl = ({ compliance, generatorId }: Asff, fields: ProductFields): boolean =>
  Boolean(compliance?.status) ||
  controlGenerator.test(generatorId ?? '') ||
  controlFields.some((field) => fields.has(field));

const isVulnerability = (type: string): boolean => type.startsWith('Software and Configuration Checks/Vulnerabilities');

/** The other end of the connection; both, where the finding does not say which one that is. */
function networkRemotes({ network }: Asff): string[] {
  if (!network) return [];
  const direction = network.direction?.toUpperCase();
  const source = [network.sourceIpV4, network.sourceIpV6, network.sourceDomain];
  const destination = [network.destinationIpV4, network.destinationIpV6, network.destinationDomain];
  return [...(direction === 'OUT' ? [] : source), ...(direction === 'IN' ? [] : destination)].flatMap(
    (one) => one ?? [],
  );
}

/** The block of an attack sequence with the signals named as GuardDuty names them. */
function sequenceIn({ detection }: Asff): unknown {
  const sequence = detection?.sequence;
  if (!sequence) return null;
  const signals = sequence.signals.map(({ id, name, title, ...rest }) => ({ ...rest, uid: id, name: name ?? title }));
  return { ...sequence, signals };
}

/** Where the finding stands: with its provider (RecordState), and with whoever works on it (Workflow). */
function standingOf({ recordState, workflow, workflowState }: Asff) {
  const status = workflow?.status ?? workflowState;
  return {
    archived: recordState === 'ARCHIVED' || status === 'RESOLVED',
    suppressed: status === 'SUPPRESSED',
  };
}

/** Reads a finding of Security Hub CSPM: one of its own, or one it passes on for GuardDuty, Macie, Inspector or any other product. */
export const readAsff: Reader = (given, envelope) => {
  const found = readAs(Asff, given, 'Security Hub finding');
  if (!found.id) throw new Unreadable('Id: a Security Hub finding needs its Id, and this one has none.');
  const fields = productFieldsIn(found.productFields);
  const types = [...found.types, ...(found.findingProviderFields?.types ?? [])];
  const service = guardDutyService(fields);
  const action = Service.parse({ action: found.action });
  const added = productFieldsIn(found.userDefinedFields);
  return findingFrom({
    source: 'securityhub',
    uid: found.id,
    alias: null,
    productArn: found.productArn,
    product: found.productName ?? fields.get('aws/securityhub/ProductName') ?? null,
    types,
    check: found.compliance?.securityControlId ?? found.generatorId,
    checked: isControl(found, fields) || types.some(isVulnerability),
    scanned: found.vulnerabilities.length > 0 || Boolean(found.compliance),
    detected: false,
    title: found.title,
    description: found.description,
    accountGiven: found.awsAccountId,
    regionGiven: found.region,
    partitionGiven: found.resources[0]?.partition ?? null,
    resources: found.resources.map((one) => ({ ...one, alias: null, name: null, account: null })),
    bucket: null,
    service,
    sequence: sequenceIn(found),
    ...asffRating(found.severity ?? found.findingProviderFields?.severity),
    role: roleOf(service.resourceRole),
    count: service.count ?? 1,
    call: callOf(service) ?? callOf(action),
    remotes: [...remotesOf(service), ...remotesOf(action), ...networkRemotes(found)],
    firstSeen: found.firstObservedAt ?? service.eventFirstSeen ?? found.createdAt,
    lastSeen: found.lastObservedAt ?? service.eventLastSeen ?? found.updatedAt,
    ...standingOf(found),
    requested: envelope?.['detail-type'] === 'Security Hub Findings - Custom Action',
    sample: found.sample,
    drill: isDrill(fields, added),
    hub: found.productArn ? { format: 'asff', id: found.id, productArn: found.productArn } : null,
    marked: added.get(incidentField) ?? null,
  });
};
