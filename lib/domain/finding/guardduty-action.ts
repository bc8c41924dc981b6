import * as z from 'zod';
import { type Named, named, type TargetKind } from '../named.ts';
import { holderOf } from './finding.ts';
import { addressed, type Where } from './guardduty-resource.ts';
import { OtherSide, type Service } from './guardduty-shape.ts';
import { part, text } from './value.ts';

const ApiCall = part(
  z.object({ serviceName: text, api: text, affectedResources: part(z.record(z.string(), z.unknown())) }),
);

const apiCallOf = ({ action }: Service) => ApiCall.parse(action?.awsApiCallAction);

/** The call that was seen, for example `kms:ScheduleKeyDeletion`; null where no call was, or half of it is not said. */
export function callOf(service: Service): string | null {
  const { serviceName, api } = apiCallOf(service) ?? {};
  return serviceName && api ? `${serviceName.replace(/\.amazonaws\.com(\.cn)?$/, '')}:${api}` : null;
}

/** What ends in an id of EC2's, or is named so. */
const copies: readonly (readonly [RegExp, TargetKind])[] = [
  [/(?:^|\/)(snap-[0-9a-f]+)$/, 'snapshot'],
  [/(?:^|\/)(ami-[0-9a-f]+)$/, 'image'],
];

function affected(kind: string, name: string, where: Where): Named {
  if (kind === 'AWS::S3::Bucket') return addressed('bucket', name, null, where);
  for (const [shape, copy] of copies) {
    const [, id] = shape.exec(name) ?? [];
    if (id) return addressed(copy, id, name, where);
  }
  return addressed('resource', name, name, where);
}

/** What the call was made on, as far as GuardDuty knows it: kind in CloudFormation's words, then a name or an ARN. */
export function affectedBy(service: Service, where: Where): Named[] {
  return Object.entries(apiCallOf(service)?.affectedResources ?? {}).flatMap(([kind, value]) => {
    const name = text.parse(value);
    return name ? [affected(kind, name, where)] : [];
  });
}

/**
 * The account's Block Public Access, where it was switched off: GuardDuty names who did it, and nothing else (GuardDuty user guide, "GuardDuty
 * S3 Protection finding types": of management events the resource type is AccessKey).
 */
function accountBlock(type: string, where: Where): Named[] {
  if (!/^Policy:S3\/AccountBlockPublicAccess/i.test(type) || !where.account) return [];
  return [named('public-access-block', where.account, where)];
}

/** The root user before all that it did something to: its playbook answers, whatever the deed was, and things are answered beside it. */
function rootFirst(targets: Named[]): Named[] {
  if (holderOf({ targets }) !== 'root') return targets;
  const isRoot = ({ principal }: Named): boolean => principal?.kind === 'root';
  return [...targets.filter(isRoot), ...targets.filter((one) => !isRoot(one))];
}

/** What a finding is about, and then what the call was made on; where that was shared or switched off, it comes first: who did it has a playbook of its own. */
export function withAffected(type: string, about: readonly Named[], touched: readonly Named[], where: Where): Named[] {
  const shared = /^Exfiltration:EC2\//i.test(type)
    ? touched.filter(({ kind }) => kind === 'snapshot' || kind === 'image')
    : [];
  return rootFirst([...accountBlock(type, where), ...shared, ...about, ...touched]);
}

const namesIn = ({
  remoteIpDetails: remote,
  domainDetails,
  domain,
  ...more
}: OtherSide): (string | null | undefined)[] => [
  remote?.ipAddressV4,
  remote?.ipAddressV6,
  domainDetails?.domain,
  domain,
  ...more.sourceIPs,
  ...more.sourceIps,
  ...more.portProbeDetails.flatMap(({ remoteIpDetails: it }) => [it?.ipAddressV4, it?.ipAddressV6]),
];

/** Addresses and domains of the other side, whichever kind of action it is: a new kind will name them as the known ones do. */
export function remotesOf({ action, runtimeDetails }: Service): string[] {
  const blocks = [...Object.values(action ?? {}), action, runtimeDetails?.context];
  return blocks.flatMap((block) => {
    const read = part(OtherSide).parse(block);
    return read ? namesIn(read).filter((name): name is string => typeof name === 'string' && name !== '') : [];
  });
}
