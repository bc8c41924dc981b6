import type { Named } from '../named.ts';
import { accountOf, arnParts } from './value.ts';

/** Where a finding is at home, and what of it cannot be used. */
export interface Home extends Pick<Named, 'account' | 'region'> {
  readonly missing: readonly string[];
}

/** Codes as in eu-central-1, us-gov-west-1, eusc-de-east-1. Health says `global` of some events: that is none. */
const regionCode = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

const lacking = (what: string, given: string | null | undefined, shape: string): string =>
  given ? `${what} (${given.slice(0, 40)} is no ${shape})` : what;

/** Account and Region as a finding gives them; what is none is missing, and never replaced by another. */
export function homeOf(account: string | null | undefined, region: string | null | undefined): Home {
  const sure = { account: accountOf(account), region: region && regionCode.test(region) ? region : null };
  const missing = [
    ...(sure.account ? [] : [lacking('account', account, '12-digit account id')]),
    ...(sure.region ? [] : [lacking('region', region, 'Region')]),
  ];
  return { ...sure, missing };
}

/** Partitions by the beginning of their Regions' codes (IAM user guide, "ARN format"; botocore's partitions.json). */
const partitions: readonly [prefix: string, partition: string][] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
];

const partitionName = /^aws(-[a-z]+)*$/;

/** The partition: as the finding gives it, else that of the first of these ARNs, else the one its Region lies in. */
export function partitionOf(
  region: string | null,
  arns: readonly (string | null | undefined)[],
  given: string | null = null,
): string {
  const told = [given, ...arns.map((arn) => arnParts(arn)?.partition)].find((one) => one && partitionName.test(one));
  return told ?? partitions.find(([prefix]) => region?.startsWith(prefix))?.[1] ?? 'aws';
}
