import type { Place } from '../../lib/domain/resource.ts';

/** Where a partition keeps the record of IAM and the other services that have no Region (AWS CloudTrail user guide, "Global service events"). */
const globalRegion = new Map([
  ['aws', 'us-east-1'],
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
]);

/** Where an account keeps the record of what has no Region. */
export const globalRegionOf = ({ partition, region }: Pick<Place, 'partition' | 'region'>): string =>
  globalRegion.get(partition) ?? region;
