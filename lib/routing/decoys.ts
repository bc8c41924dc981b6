import { arnParts } from '../domain/finding/value.ts';
import { type EventPattern, type Matching, patternLimit } from './calls.ts';

const calls = 'AWS API Call via CloudTrail';

/** What whoever holds a key tries first. EventBridge takes no rule for the calls of every service at once. */
const tried = [
  'sts',
  'iam',
  's3',
  'ec2',
  'secretsmanager',
  'ssm',
  'lambda',
  'dynamodb',
  'kms',
  'ses',
  'bedrock',
  'rds',
];

interface Watched {
  readonly services: readonly string[];
  readonly detail: Matching;
}

const suffixed = (path: string): string => path.replace(/-[A-Za-z0-9]{6}$/, '');

/** How calls name a decoy of a kind (CloudTrail user guide, "CloudTrail record contents"); a service that lists its resources is read by that. */
function watched(arn: string): Watched {
  const { service = '', resource = '' } = arnParts(arn) ?? {};
  const name = resource.split(/[/:]/).at(-1) ?? '';
  if (service === 's3') return { services: ['s3'], detail: { requestParameters: { bucketName: [resource] } } };
  if (service === 'secretsmanager') {
    const secret = resource.replace(/^secret:/, '');
    return {
      services: ['secretsmanager'],
      detail: { requestParameters: { secretId: [arn, secret, suffixed(arn), suffixed(secret)] } },
    };
  }
  if (service === 'dynamodb') return { services: [service], detail: { requestParameters: { tableName: [name, arn] } } };
  if (service === 'iam' && resource.startsWith('role/'))
    return { services: ['sts'], detail: { requestParameters: { roleArn: [arn] } } };
  if (service === 'iam') return { services: tried, detail: { userIdentity: { arn: [arn] } } };
  return { services: [service], detail: { resources: { ARN: [arn] } } };
}

/** Two of one kind as one, by joining what their lists hold. */
const merged = (one: Matching, other: Matching): Matching =>
  Object.fromEntries(
    Object.entries(one).map(([field, value]) => {
      const more = other[field] ?? {};
      return [
        field,
        isList(value) && isList(more)
          ? [...value, ...more]
          : isList(value) || isList(more)
            ? value
            : merged(value, more),
      ];
    }),
  );
const isList = (value: Matching[string]): value is Extract<Matching[string], readonly unknown[]> =>
  Array.isArray(value);

/**
 * Patterns of calls on decoys, of whatever name: also those that only read, and those that were refused. Only a rule in the state
 * ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS gets reading calls (EventBridge guide, "Receiving read-only management events"); calls on objects and items come only
 * where a trail records data events.
 */
export function decoyPatterns(decoys: readonly string[]): EventPattern[] {
  const kinds = Map.groupBy(decoys.map(watched), ({ services, detail }) => JSON.stringify([services, shapeOf(detail)]));
  return [...kinds.values()].flatMap(inPieces);
}

/** As many patterns as it takes for none to be too long. */
function inPieces(all: readonly Watched[]): EventPattern[] {
  const [first, ...others] = all;
  if (!first) return [];
  const detail = others.reduce((sum, one) => merged(sum, one.detail), first.detail);
  const pattern = { source: first.services.map((one) => `aws.${one}`), 'detail-type': [calls], detail };
  if (all.length === 1 || JSON.stringify(pattern).length <= patternLimit) return [pattern];
  const half = Math.ceil(all.length / 2);
  return [...inPieces(all.slice(0, half)), ...inPieces(all.slice(half))];
}

/** The fields of a pattern, without their values. */
const shapeOf = (detail: Matching): string[] =>
  Object.entries(detail).flatMap(([field, value]) =>
    isList(value) ? [field] : shapeOf(value).map((one) => `${field}.${one}`),
  );
