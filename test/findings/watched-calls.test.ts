/**
 * What the deployed rules listen for, held against AWS's own models of its services (botocore's, which the sandbox has installed): a call or a
 * parameter that AWS does not have is never heard, and a call that takes something away is heard, or there is a reason why not. The table of calls that
 * blind has no say in it.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { pythonEnvironment } from '../sandbox/sandbox.ts';
import { deployedRules } from './ruler/deployed.ts';

const Shape = z.looseObject({
  type: z.string(),
  members: z.record(z.string(), z.object({ shape: z.string(), locationName: z.string().optional() })).optional(),
  member: z.object({ shape: z.string() }).optional(),
  enum: z.array(z.string()).optional(),
});
const Model = z.looseObject({
  operations: z.record(z.string(), z.looseObject({ input: z.object({ shape: z.string() }).optional() })),
  shapes: z.record(z.string(), Shape),
});
type Model = z.infer<typeof Model>;
type Shape = z.infer<typeof Shape>;

/** How botocore calls a service, where CloudTrail's event source has another word. */
const called: Readonly<Record<string, string>> = {
  'access-analyzer': 'accessanalyzer',
  monitoring: 'cloudwatch',
  states: 'stepfunctions',
  apigateway: 'apigatewayv2',
  elasticloadbalancing: 'elbv2',
};
/** An older service that calls itself the same. */
const older: Readonly<Record<string, string>> = { elasticloadbalancing: 'elb' };
/** How CloudTrail calls an operation of S3 (S3 user guide, "Amazon S3 CloudTrail events"). */
const renamed: Readonly<Record<string, string>> = { 's3 PutBucketLifecycle': 'PutBucketLifecycleConfiguration' };
/** What a parameter is called on the record and not in the model: S3's bucket. */
const elsewhere: Readonly<Record<string, string>> = { 's3 bucketName': 'Bucket' };

const models = new Map<string, Model>();
let data = '';
function modelOf(service: string): Model {
  const known = models.get(service);
  if (known) return known;
  const [newest] = globSync(join(data, called[service] ?? service, '*', 'service-2.json*'))
    .toSorted()
    .toReversed();
  if (!newest) throw new Error(`AWS has no service ${service}`);
  const bytes = readFileSync(newest);
  const model = Model.parse(JSON.parse(String(newest.endsWith('.gz') ? gunzipSync(bytes) : bytes)));
  models.set(service, model);
  return model;
}

beforeAll(async () => {
  const python = await pythonEnvironment(() => {});
  [data = ''] = globSync(join(python, '../../lib/python3*/site-packages/botocore/data'));
}, 120_000);

/** A call that a rule waits for. */
interface Heard {
  readonly service: string;
  readonly event: string;
  readonly requests: object;
}

const Alternative = z.looseObject({
  eventSource: z.array(z.unknown()).optional(),
  eventName: z.array(z.unknown()).optional(),
  requestParameters: z.record(z.string(), z.unknown()).optional(),
});
const Detail = Alternative.extend({ $or: z.array(Alternative).optional() });
const words = (all: readonly unknown[] = []): string[] => all.filter((one) => typeof one === 'string');

const heard: Heard[] = [...deployedRules().values()].flatMap(({ pattern }) => {
  const { 'detail-type': types, detail } = z
    .looseObject({ 'detail-type': z.array(z.unknown()).optional(), detail: Detail.optional() })
    .parse(pattern);
  if (!types?.includes('AWS API Call via CloudTrail') || !detail) return [];
  return (detail.$or ?? [detail]).flatMap(({ eventSource, eventName, requestParameters = {} }) =>
    words(eventSource).flatMap((source) =>
      words(eventName).map((event) => ({
        service: source.replace(/\.amazonaws\.com$/, ''),
        event,
        requests: requestParameters,
      })),
    ),
  );
});

/** Lambda's events end with the version of its interface (Lambda developer guide, "CloudTrail"). */
const operationOf = ({ service, event }: Heard): string =>
  renamed[`${service} ${event}`] ?? event.replace(/\d{8}(v\d)?$/, '');

const small = (name: string): string => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
const insideOf = ({ shapes }: Model, shape: Shape | undefined): Shape | undefined =>
  shape?.type === 'list' ? insideOf({ shapes } as Model, shapes[shape.member?.shape ?? '']) : shape;

/** Every parameter of a pattern that the request does not have, and every word that it cannot hold. */
function flaws(model: Model, service: string, shape: Shape | undefined, requests: object, path = ''): string[] {
  const inside = insideOf(model, shape);
  return Object.entries(requests).flatMap(([field, wanted]: [string, unknown]) => {
    const meant = elsewhere[`${service} ${field}`] ?? field;
    const member = Object.entries(inside?.members ?? {}).find(
      ([name, { locationName = name }]) => small(name) === small(meant) || small(locationName) === small(meant),
    )?.[1];
    if (!member) return [`no ${path}${field}`];
    const next = model.shapes[member.shape];
    if (!Array.isArray(wanted)) return flaws(model, service, next, Object(wanted), `${path}${field}.`);
    const known = insideOf(model, next)?.enum;
    return known
      ? words(wanted).flatMap((word) => (known.includes(word) ? [] : [`${path}${field} is never ${word}`]))
      : [];
  });
}

/** What is wrong with a call by the model of a service. */
function wrongIn(service: string, one: Heard): string[] {
  const model = modelOf(service);
  const operation = model.operations[operationOf(one)];
  const name = `${one.service}:${one.event}`;
  if (!operation) return [`${name}: AWS has no such call`];
  const shape = model.shapes[operation.input?.shape ?? ''];
  // EC2's requests stand on the record below their own name.
  const asked = one.service === 'ec2' ? {} : one.requests;
  return flaws(model, one.service, shape, asked).map((flaw) => `${name}: ${flaw}`);
}

test('AWS has every call that is waited for, with the parameters that are asked for and the words that they hold', () => {
  expect(heard.length).toBeGreaterThan(150);
  const wrong = heard.flatMap((one) => {
    if (one.service === 'signin' || one.service === 'sts') return [];
    const [flawed, ...others] = [one.service, older[one.service] ?? []].flat().map((service) => wrongIn(service, one));
    return others.some((none) => none.length === 0) ? [] : (flawed ?? []);
  });
  expect([...new Set(wrong)]).toEqual([]);
});

/** What takes something away, by its name. */
const takes = /^(Batch)?(Delete|Stop|Disable|Disassociate|Deregister|Leave|Remove|Suspend)/;

const invitations = 'of an invitation, nothing that was seen before';
const people = 'what people ask or look at, not what is written or found';
const hiding = 'what hid something is taken off';
const tags = 'tags';
const ownParts = 'heard of Tourniquet’s own, by name; everybody makes and deletes their own every day';

/** Calls of services that watch which take something away, and that nobody is told of: why. */
const unheard: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  guardduty: {
    DeleteFilter: hiding,
    DeleteIPSet: hiding,
    DeleteTrustedEntitySet: hiding,
    DeleteInvitations: invitations,
    DeleteCustomDetectionRuleAssociation: 'a detection of the customer’s own, made with it',
    DeleteCustomDetectionRuleOrgConfiguration: 'a detection of the customer’s own, made with it',
  },
  cloudtrail: {
    DeleteChannel: 'brings in what other sources send, and records no call',
    DeleteDashboard: people,
    DeleteResourcePolicy: people,
    DisableFederation: people,
    RemoveTags: tags,
    StopImport: 'copies what is recorded already',
  },
  config: {
    DeleteAggregationAuthorization: 'the aggregator that asks is told of',
    DeleteConnector: 'brings in what other clouds send',
    DeleteEvaluationResults: 'found anew at the next evaluation',
    DeletePendingAggregationRequest: invitations,
    DeleteRemediationConfiguration: 'undoes, and sees nothing',
    DeleteRemediationExceptions: hiding,
    DeleteResourceConfig: 'of resources that somebody reports by hand',
    DeleteRetentionConfiguration: 'then everything is kept for as long as can be',
    DeleteStoredQuery: people,
  },
  securityhub: {
    BatchDeleteAutomationRules: hiding,
    DeleteAutomationRuleV2: hiding,
    DeleteActionTarget: people,
    DeleteConnector: people,
    DeleteConnectorV2: people,
    DeleteInsight: people,
    DeleteInvitations: invitations,
  },
  macie2: {
    DeleteAllowList: hiding,
    DeleteFindingsFilter: hiding,
    DeleteCustomDataIdentifier: 'what counts as sensitive besides, and no finding of access',
    DeleteInvitations: invitations,
  },
  'access-analyzer': { DeleteArchiveRule: hiding },
  securitylake: {},
  detective: { DeleteMembers: people, DisassociateMembership: people, DisableOrganizationAdminAccount: people },
  route53resolver: {
    BatchDeleteFirewallRule: 'refuses, and records nothing',
    DeleteFirewallDomainList: 'refuses, and records nothing',
    DeleteFirewallRule: 'refuses, and records nothing',
    DeleteFirewallRuleGroup: 'refuses, and records nothing',
    DisassociateFirewallRuleGroup: 'refuses, and records nothing',
    DeleteOutpostResolver: 'answers, and records nothing',
    DeleteResolverEndpoint: 'answers, and records nothing',
    DeleteResolverRule: 'answers, and records nothing',
    DisassociateResolverEndpointIpAddress: 'answers, and records nothing',
    DisassociateResolverRule: 'answers, and records nothing',
  },
  events: {
    RemoveTargets: ownParts,
    DeleteRule: ownParts,
    DisableRule: ownParts,
    DeleteApiDestination: ownParts,
    DeleteArchive: 'of what was delivered already',
    DeleteConnection: ownParts,
    DeleteEndpoint: ownParts,
    DeleteEventBus: ownParts,
    DeletePartnerEventSource: ownParts,
  },
};

describe('a call that takes something away from what watches is heard, or there is a reason', () => {
  test.each(Object.keys(unheard))('%s', (service) => {
    const listened = new Set(heard.filter((one) => one.service === service).map(operationOf));
    const all = Object.keys(modelOf(service).operations).filter((name) => takes.test(name));
    const reasons = Object.keys(unheard[service] ?? {});
    const silent = all.filter((name) => !listened.has(name));
    // What belongs to Tourniquet alone is heard by its name, and still has a reason for everybody else's.
    expect(silent.filter((name) => !reasons.includes(name))).toEqual([]);
    expect(reasons.filter((name) => !all.includes(name))).toEqual([]);
  });
});
