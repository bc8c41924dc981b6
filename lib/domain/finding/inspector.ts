import * as z from 'zod';
import { type Named, named, type TargetKind } from '../named.ts';
import type { Severity } from '../severity.ts';
import { byName } from './by-arn.ts';
import { moment } from './moment.ts';
import { homeOf, partitionOf } from './place.ts';
import type { Reader } from './reader.ts';
import { scoreOf, shown } from './score.ts';
import { unsaid } from './unsaid.ts';
import { accountAmong, accountText, arnParts, listOf, part, readAs, text, Unreadable } from './value.ts';

/** Amazon Inspector user guide, "Amazon EventBridge event schema for Amazon Inspector events". */
const Resource = z.object({
  id: text,
  type: text,
  region: text,
  partition: text,
  provider: text,
  details: part(
    z.object({
      awsEc2Instance: part(z.object({ iamInstanceProfileArn: text })),
      awsEcrContainerImage: part(z.object({ repositoryName: text, imageHash: text })),
      awsLambdaFunction: part(z.object({ functionName: text })),
    }),
  ),
});
type Resource = z.infer<typeof Resource>;

const Vulnerability = z.object({
  findingArn: text,
  awsAccountId: accountText,
  type: text,
  title: text,
  description: text,
  status: text,
  severity: z.unknown().optional(),
  inspectorScore: z.unknown().optional(),
  firstObservedAt: moment,
  lastObservedAt: moment,
  updatedAt: moment,
  resources: listOf(Resource),
});

/** Inspector's words (API reference, Finding, severity). UNTRIAGED: nobody has rated it yet, and we do not either. */
const severities = new Map<string, Severity | null>([
  ['INFORMATIONAL', 'informational'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
  ['CRITICAL', 'critical'],
  ['UNTRIAGED', null],
]);

interface Rated {
  readonly severity: Severity | null;
  readonly unrated: readonly string[];
}

function severityIn(value: unknown): Rated {
  if (value === undefined || value === null) return { severity: null, unrated: ['severity'] };
  const severity = typeof value === 'string' ? severities.get(value.trim().toUpperCase()) : undefined;
  if (severity !== undefined) return { severity, unrated: severity ? [] : ['severity (not triaged yet)'] };
  throw new Unreadable(`severity: ${shown(value)} is none of ${[...severities.keys()].join(', ')}.`);
}

/** The resource as it is called elsewhere too: a function without its qualifier, an image as `repository@digest`. */
function targetFrom({ id, type, details }: Resource, where: Pick<Named, 'account' | 'region'>): Named[] {
  if (!id) return [];
  const plain = byName(id, where);
  const { awsEc2Instance: instance, awsEcrContainerImage: image, awsLambdaFunction: called } = details ?? {};
  const as = (kind: TargetKind, name: string, profile: string | null = null): Named[] => [
    named(kind, name, where, { arn: plain.arn, profile }),
  ];
  if (type === 'AWS_EC2_INSTANCE') return as('instance', plain.id, instance?.iamInstanceProfileArn);
  if (type === 'AWS_LAMBDA_FUNCTION') return as('lambda-function', called?.functionName ?? plain.id);
  if (type !== 'AWS_ECR_CONTAINER_IMAGE') return [plain];
  return as(
    'image',
    image?.repositoryName && image.imageHash ? `${image.repositoryName}@${image.imageHash}` : plain.id,
  );
}

const elsewhere = ({ provider }: Resource): boolean => provider !== null && provider.toUpperCase() !== 'AWS';

/** Inspector watches other clouds too; what lies there cannot be reached from here. */
function ours(resources: readonly Resource[]): Resource[] {
  const [first] = resources;
  if (first && resources.every(elsewhere)) {
    throw new Unreadable(`It is about a resource in ${first.provider}, not in AWS: respond to it there.`);
  }
  return resources.filter((resource) => !elsewhere(resource));
}

/** Reads a finding of Amazon Inspector: from EventBridge, or as ListFindings answers. */
export const readInspector: Reader = (fields) => {
  const found = readAs(Vulnerability, fields, 'Inspector finding');
  const { findingArn, type } = found;
  if (!findingArn)
    throw new Unreadable('The Inspector finding has no findingArn: nothing distinguishes it from others.');
  if (!type) throw new Unreadable('The Inspector finding has no type, such as PACKAGE_VULNERABILITY.');
  const resources = ours(found.resources);
  const { severity, unrated } = severityIn(found.severity);
  const home = homeOf(
    accountAmong(found.awsAccountId, [findingArn]),
    arnParts(findingArn)?.region || resources[0]?.region,
  );
  const targets = resources.flatMap((resource) =>
    targetFrom(resource, { account: home.account, region: homeOf(null, resource.region).region ?? home.region }),
  );
  const title = found.title ?? found.description ?? type;
  return {
    ...unsaid(),
    source: 'inspector2',
    product: 'Inspector',
    id: findingArn,
    arn: findingArn,
    key: `inspector2:${findingArn}`,
    type,
    title,
    nature: 'weakness',
    severity,
    targets,
    score: scoreOf(found.inspectorScore),
    partition: partitionOf(home.region, [findingArn], resources[0]?.partition),
    account: home.account,
    region: home.region,
    drill: title.startsWith('[DRILL]'),
    archived: found.status === 'CLOSED',
    suppressed: found.status === 'SUPPRESSED',
    firstSeen: found.firstObservedAt,
    lastSeen: found.lastObservedAt ?? found.updatedAt,
    missing: [...home.missing, ...unrated, ...(targets.length > 0 ? [] : ['resources'])],
  };
};
