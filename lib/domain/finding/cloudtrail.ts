import * as z from 'zod';
import type { Named, PrincipalKind, TargetKind } from '../named.ts';
import { blindedBy } from './blinding.ts';
import { byArn, distinct } from './by-arn.ts';
import { CloudIdentity, credentialOf } from './identity.ts';
import { isoOf, moment } from './moment.ts';
import { homeOf, partitionOf } from './place.ts';
import type { Reader } from './reader.ts';
import { requested } from './requested.ts';
import { unsaid } from './unsaid.ts';
import { accountOf, accountText, listOf, part, readAs, text, Unreadable } from './value.ts';

/** AWS CloudTrail user guide, "CloudTrail record contents". `aRN` is `ARN` with its first letter made small. */
const Call = z.object({
  eventID: text,
  eventId: text,
  eventName: text,
  eventSource: text,
  eventTime: moment,
  awsRegion: text,
  recipientAccountId: accountText,
  sourceIPAddress: text,
  errorCode: text,
  userIdentity: part(CloudIdentity),
  requestParameters: part(z.record(z.string(), z.unknown())),
  responseElements: part(z.object({ functionArn: text })),
  resources: listOf(z.object({ aRN: text, arn: text, accountId: accountText })),
});
type Call = z.infer<typeof Call>;

const Address = z.union([z.ipv4(), z.ipv6()]);

/** Calls that a service makes on somebody's behalf come from the service's name, which is no address. */
const addressesOf = ({ sourceIPAddress }: Call): string[] =>
  sourceIPAddress && Address.safeParse(sourceIPAddress).success ? [sourceIPAddress] : [];

/** A record lists a handful; what is longer is no record. */
const mostListed = 200;

/** The function that reads by an event source mapping: requests name the mapping by its id alone. */
function readingIn({ eventName, responseElements }: Call, where: Pick<Named, 'account' | 'region'>): Named[] {
  const arn = eventName?.includes('EventSourceMapping') ? responseElements?.functionArn : null;
  const reading = arn ? byArn(arn, where) : null;
  return reading ? [reading] : [];
}

/** What the request names, and what the record lists besides. */
function aboutWhat(call: Call, service: string, where: Pick<Named, 'account' | 'region'>): Named[] {
  const listed = call.resources.slice(0, mostListed).flatMap(({ aRN, arn, accountId }) => {
    const account = accountOf(accountId) ?? where.account;
    return byArn(aRN ?? arn, { ...where, account }) ?? [];
  });
  return [...requested(call.requestParameters ?? {}, service, where), ...readingIn(call, where), ...listed];
}

const calledBy: Partial<Record<PrincipalKind, string>> = {
  'iam-user': 'user ',
  'role-session': 'role ',
  'identity-center': 'role ',
  'federated-user': 'federated user ',
  account: 'account ',
};

/** AWS attaches this policy to a user whose key it has found in public, in one of its versions (AWS managed policy guide, "AWSCompromisedKeyQuarantineV3"). */
const quarantine = /^arn:[^:]+:iam::aws:policy\/(AWSCompromisedKeyQuarantine)(?:V\d+)?$/;
const changing = /^(Attach|Detach)(User|Group|Role)Policy$/;

/** The policy AWS has put somebody under, or that was taken off again; null for every other call. */
function quarantinedBy({ eventName, requestParameters }: Call): string | null {
  const { policyArn } = requestParameters ?? {};
  if (!changing.test(eventName ?? '') || typeof policyArn !== 'string') return null;
  return quarantine.exec(policyArn)?.[1] ?? null;
}

/** After these something is lost, and more may be: a key with all that it encrypts, what lies in a vault. A lever of ours works on that. */
const losing: ReadonlyMap<string, TargetKind> = new Map([
  ['kms:ScheduleKeyDeletion', 'key'],
  ['kms:DisableKey', 'key'],
  ['backup:DeleteRecoveryPoint', 'backup-vault'],
]);

/** The caller in words. */
function who({ userIdentity }: Call, caller: Named | undefined): string {
  const { principal } = caller ?? {};
  if (principal?.kind === 'root') return 'the root user';
  const name = principal?.name ?? principal?.id;
  if (principal && name) return `${calledBy[principal.kind] ?? ''}${name}`;
  return caller?.id ?? userIdentity?.type ?? 'someone unnamed';
}

/** Reads a record of CloudTrail: one call, or one sign-in, that a playbook watches for. A failed one was still tried. */
export const readCloudTrail: Reader = (fields, envelope) => {
  const call = readAs(Call, fields, 'CloudTrail record');
  const { eventName, eventSource, errorCode, userIdentity } = call;
  const id = call.eventID ?? call.eventId;
  if (!id) throw new Unreadable('The CloudTrail record has no eventID: nothing distinguishes it from others.');
  if (!eventName || !eventSource)
    throw new Unreadable('The CloudTrail record names no call: it needs eventSource and eventName.');
  const service = eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '');
  const policy = quarantinedBy(call);
  const called = `${service}:${eventName}`;
  const blinded = blindedBy(called, call.requestParameters ?? {});
  const type = blinded?.type ?? `${called}${policy ? `/${policy}` : ''}`;
  // EventBridge gives a record to the account and the Region it was written in; the oldest records do not say it themselves.
  const home = homeOf(call.recipientAccountId ?? envelope?.account, call.awsRegion ?? envelope?.region);
  const callers = userIdentity ? credentialOf(userIdentity, home) : [];
  const [caller] = callers;
  const about = aboutWhat(call, service, home);
  // It is about whom AWS has put under it, not about AWS; whoever takes it off stands beside.
  const attached = policy !== null && eventName.startsWith('Attach');
  const mended = (blinded?.mended && about[0]?.kind === 'log') || (about[0] && losing.get(called) === about[0].kind);
  const first = policy !== null || mended;
  const targets = distinct(attached ? about : first ? [...about, ...callers] : [...callers, ...about]);
  const seen = call.eventTime ?? isoOf(envelope?.time);
  return {
    ...unsaid(),
    source: 'cloudtrail',
    product: 'CloudTrail',
    id,
    arn: '',
    key: `cloudtrail:${id}`,
    type,
    call: called,
    mend: errorCode ? null : (blinded?.mend ?? null),
    title: `${type} by ${who(call, caller)}${errorCode ? ` failed: ${errorCode}` : ''}`,
    // A call that was refused changed nothing.
    nature: errorCode ? 'clean' : 'attack',
    targets,
    account: home.account,
    region: home.region,
    firstSeen: seen,
    lastSeen: seen,
    partition: partitionOf(home.region, [userIdentity?.arn]),
    remotes: addressesOf(call),
    missing: [...home.missing, ...(caller ? [] : ['caller'])],
  };
};
