import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Place } from '../../lib/domain/resource.ts';
import { sentence } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';
import { globalRegionOf } from './global-region.ts';

/** All Regions that the account has switched on: the target's own first, then that of IAM. Where they cannot be listed, these two. */
export async function regionsOf(
  { region, partition }: Place,
  session: Session,
): Promise<{ regions: string[]; unknown: string[] }> {
  const first = [region, globalRegionOf({ partition, region })];
  try {
    const { Regions = [] } = await session
      .client(EC2Client)
      .send(new DescribeRegionsCommand({}), { abortSignal: AbortSignal.timeout(5000) });
    const listed = Regions.flatMap(({ RegionName }) => RegionName ?? []);
    return { regions: [...new Set([...first, ...listed])], unknown: [] };
  } catch (error) {
    return { regions: [...new Set(first)], unknown: [`Which other Regions there are: ${sentence(error)}`] };
  }
}
