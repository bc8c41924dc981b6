import * as z from 'zod';
import { type Named, named, type TargetKind } from '../named.ts';
import { byName } from './by-arn.ts';
import { eachOnce } from './order.ts';
import { homeOf, partitionOf } from './place.ts';
import { principalFrom, unmasked } from './principal.ts';
import type { Envelope, Reader } from './reader.ts';
import { unsaid } from './unsaid.ts';
import { arnParts, listOf, readAs, text, Unreadable } from './value.ts';

/** Security Hub user guide, "EventBridge event formats for Security Hub CSPM". Each result is an object with one key: what it counts. */
const Insight = z.object({
  insightArn: text,
  insightName: text,
  resultType: text,
  insightResults: listOf(z.record(z.string(), z.unknown())),
});

/** The same guide: an action on an insight sends 100 results at most. */
const mostResults = 100;

type Somewhere = Pick<Named, 'account' | 'region'>;
type Make = (id: string, where: Somewhere) => Named;

const as =
  (kind: TargetKind): Make =>
  (id, where) =>
    named(kind, id, where);

const holder =
  (userType: string | null): Make =>
  (userName, where) =>
    named('principal', userName, where, { principal: principalFrom({ userType, userName }) });

const prefixes: readonly (readonly [RegExp, TargetKind])[] = [
  [/^eni-[0-9a-f]+$/, 'interface'],
  [/^vol-[0-9a-f]+$/, 'volume'],
  [/^snap-[0-9a-f]+$/, 'snapshot'],
  [/^ami-[0-9a-f]+$/, 'image'],
];

/** `AWS::::Account:111122223333`, `AWS::IAM::AccessKey:AKIA…`, an ARN, or an id that says by its beginning what it is. */
const bySight: Make = (name, where) => {
  const id = name.replace(/^AWS::[A-Za-z0-9]*::[A-Za-z0-9]+:/, '');
  const kind = prefixes.find(([like]) => like.test(id))?.[1];
  return kind ? named(kind, id, where) : byName(id, where);
};

/** What the results are, by the attribute the insight groups by (API reference, CreateInsight, GroupByAttribute); others name no resource. */
const makers = new Map<string, Make>([
  ['ResourceId', bySight],
  ['AwsAccountId', bySight],
  ['ResourceAwsIamAccessKeyUserName', holder(null)],
  ['ResourceAwsIamAccessKeyPrincipalName', holder(null)],
  ['ResourceAwsIamUserUserName', holder('IAMUser')],
  ['ResourceAwsEc2InstanceImageId', as('image')],
  ['ResourceContainerName', as('container')],
]);

/** What the results count. Keys are names here: camelCase would spoil them, so they are taken from the event as it came. */
function countedIn(given: readonly Readonly<Record<string, unknown>>[], envelope: Envelope | null): string[] {
  const [, raw] = Object.entries(envelope?.detail ?? {}).find(([key]) => /^insight_?results$/i.test(key)) ?? [];
  return (raw === undefined ? given : listOf(z.record(z.string(), z.unknown())).parse(raw)).flatMap((result) =>
    Object.keys(result),
  );
}

/**
 * Reads what a person sent from an insight: a list of resources and how many findings each has, but none of the findings. Bare, without
 * its event, names in capitals have lost their first one: `aKIA…` is an access key all the same.
 */
export const readInsight: Reader = (fields, envelope) => {
  const insight = readAs(Insight, fields, 'insight');
  const { insightArn, insightName, resultType } = insight;
  if (!insightArn) throw new Unreadable('insightArn: an insight needs its ARN, and this one has none.');
  const arn = arnParts(insightArn);
  const home = homeOf(arn?.account || envelope?.account, arn?.region || envelope?.region);
  const make = resultType === null ? bySight : makers.get(resultType);
  const counted = countedIn(insight.insightResults, envelope);
  const names = counted.slice(0, mostResults).flatMap((name) => unmasked(name) ?? []);
  const targets = make ? eachOnce(names.map((name) => make(name.replace(/^a(?=KIA|SIA)/, 'A'), home))) : [];
  const over =
    counted.length > mostResults ? [`results (only the first ${mostResults} of ${counted.length} are read)`] : [];
  const bare = make ? 'resource' : `resource (the insight groups by ${resultType?.slice(0, 40)})`;
  return {
    ...unsaid(),
    source: 'securityhub',
    product: 'Security Hub',
    id: insightArn,
    arn: insightArn,
    key: `securityhub:${insightArn}`,
    type: 'Security Hub insight',
    title: insightName ?? '',
    nature: 'weakness',
    account: home.account,
    region: home.region,
    partition: partitionOf(home.region, [insightArn]),
    targets,
    requested: true,
    missing: [...home.missing, ...(insightName ? [] : ['title']), ...(targets.length > 0 ? [] : [bare]), ...over],
  };
};
