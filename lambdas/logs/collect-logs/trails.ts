import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { recordsObjects } from '../../../lib/domain/trail-selectors.ts';
import { sentence } from '../../runtime/errors.ts';
import { atHome, type Context, type Copied, type Folder, nothingCopied, type Room } from './files.ts';
import { copyFolders } from './folders.ts';
import { homesOf } from './history.ts';
import type { Span } from './plan.ts';

/** A trail with what it records, whether it does, and since when not. */
export interface Seen {
  readonly trail: Trail;
  readonly state: 'logging' | 'stopped';
  readonly stoppedAt: Date | null;
  readonly objects: 'recorded' | 'not recorded';
}

/** All trails that record calls of this account in this Region, those of the organisation and of other Regions among them. */
export async function trailsIn({ session }: Context): Promise<Seen[]> {
  const client = session.client(CloudTrailClient);
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  return Promise.all(
    trailList.map(async (trail) => {
      const Name = trail.TrailARN;
      const [status, selectors] = await Promise.all([
        client.send(new GetTrailStatusCommand({ Name })),
        client.send(new GetEventSelectorsCommand({ TrailName: Name })),
      ]);
      return {
        trail,
        state: status.IsLogging ? 'logging' : 'stopped',
        stoppedAt: status.IsLogging ? null : (status.StopLoggingTime ?? null),
        objects: recordsObjects(selectors) ? 'recorded' : 'not recorded',
      } as const;
    }),
  );
}

const rootOf = ({ S3KeyPrefix }: Trail): string => `${S3KeyPrefix ? `${S3KeyPrefix}/` : ''}AWSLogs/`;

/** A trail of the organisation writes below the organisation's id, which no trail says (CloudTrail user guide, "Finding your CloudTrail log files"). */
async function organizationIn({ session }: Context, trail: Trail): Promise<string> {
  const request = new ListObjectsV2Command({
    Bucket: trail.S3BucketName,
    Prefix: `${rootOf(trail)}o-`,
    Delimiter: '/',
  });
  const { CommonPrefixes = [] } = await atHome(session, (s3) => s3.send(request));
  return CommonPrefixes[0]?.Prefix?.slice(rootOf(trail).length) ?? '';
}

async function foldersOf(context: Context, trail: Trail): Promise<Folder[]> {
  const own = trail.IsOrganizationTrail ? await organizationIn(context, trail) : '';
  const regions = trail.IsMultiRegionTrail ? homesOf(context) : [trail.HomeRegion ?? context.target.region];
  const bucket = trail.S3BucketName ?? '';
  const base = `${rootOf(trail)}${own}${context.target.account}/CloudTrail/`;
  return regions.map((region) => ({ bucket, base: `${base}${region}/`, layout: 'plain' }));
}

/** What was taken of a trail's files. */
export interface Taken extends Copied {
  readonly trail: Trail;
  readonly where: string;
  readonly listed: number;
  readonly commands: readonly string[];
}

/** Takes the files of a trail; what forbids it is said with the bucket's name. */
export async function takeTrail(context: Context, { trail }: Seen, span: Span, room: Room): Promise<Taken> {
  const where = `s3://${trail.S3BucketName}/${rootOf(trail)}`;
  try {
    const folders = await foldersOf(context, trail);
    return { trail, where, ...(await copyFolders(context, { kind: 'audit', folders, span, room })) };
  } catch (error) {
    return { trail, where, listed: 0, commands: [], ...nothingCopied, failed: [`${where}: ${sentence(error)}`] };
  }
}
