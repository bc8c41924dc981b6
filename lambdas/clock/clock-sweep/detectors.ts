import { GetDetectorCommand, GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { Broken } from '../../../lib/domain/errors.ts';
import { heardPartition } from '../../../lib/domain/heartbeat.ts';
import { respondsIn } from '../../../lib/domain/membership.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { type Detector, detectorItem, detectorsPartition } from '../../../lib/items/detector.ts';
import { heardItem } from '../../../lib/items/heard.ts';
import { config, environment } from '../../runtime/environment.ts';
import { isDenied } from '../../runtime/errors.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { assume, type Session } from '../../runtime/session.ts';
import { each } from './each.ts';
import { clockSweep } from './entrance.ts';
import { newsOfDetector } from './versions.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

/** Where something is heard from: the hub in each Region, and every forwarder of an account in which we have roles. */
async function placesOf({ table }: Work): Promise<Place[]> {
  const hub = environment('HUB');
  const { listening } = config();
  const own = listening?.regions ?? [process.env.AWS_REGION ?? ''];
  const heard = heardItem.all(await table.query(heardPartition));
  return [
    ...own.map((region) => ({ account: hub, region })),
    ...heard.filter(({ account }) => account !== hub && respondsIn(account, config())),
  ];
}

function sessionIn(work: Work, account: string): Promise<Session> {
  const { run } = clockSweep.operations;
  const place = { partition: environment('PARTITION'), account, region: process.env.AWS_REGION ?? '' };
  const detectors = `arn:${place.partition}:guardduty:*:${account}:detector/*`;
  const permissions = [allow('guardduty:ListDetectors'), allow('guardduty:GetDetector', () => [detectors])];
  return assume(work, { ...run, permissions }, place, 'detectors');
}

async function seenIn(session: Session, region: string): Promise<Detector['seen']> {
  const client = session.client(GuardDutyClient, region);
  // An account has one in a Region, or none (GuardDuty API reference, CreateDetector).
  const [DetectorId] = (await client.send(new ListDetectorsCommand({}))).DetectorIds ?? [];
  if (!DetectorId) return 'off';
  return (await client.send(new GetDetectorCommand({ DetectorId }))).Status === 'ENABLED' ? 'on' : 'off';
}

/** Which detectors fell silent because somebody took them away or suspended them, and which are on again. */
export async function newsOfDetectors(
  work: Work,
): Promise<{ news: ReturnType<typeof newsOfDetector>[]; failed: string[] }> {
  const before = detectorItem.all(await work.table.query(detectorsPartition));
  const byAccount = Map.groupBy(await placesOf(work), ({ account }) => account);
  const { done, failed } = await each(
    [...byAccount],
    ([account]) => `the detectors of ${account}`,
    async ([account, places]) => {
      try {
        const session = await sessionIn(work, account);
        const looks = places.map(async ({ region }) => {
          const known = before.find((one) => one.account === account && one.region === region);
          const item = { account, region, seen: await seenIn(session, region), seenAt: work.now() };
          return newsOfDetector(known ?? null, item);
        });
        return await Promise.all(looks);
      } catch (error) {
        // Roles that are not there, or older: that is told of the account already, and once.
        if (error instanceof Broken || isDenied(error)) return [];
        throw error;
      }
    },
  );
  return { news: done.flat(), failed };
}

/** Once people are told: a page that failed is tried again. */
export async function rememberDetectors(
  work: Work,
  news: Awaited<ReturnType<typeof newsOfDetectors>>['news'],
): Promise<void> {
  await each(
    news,
    ({ item: { account, region } }) => `${account} in ${region}`,
    ({ item: { account, region, seen, seenAt } }) =>
      work.table.update(detectorItem.key(account, region), {
        UpdateExpression: 'SET #account = :account, #region = :region, seen = :seen, seenAt = :now, v = :v',
        ExpressionAttributeNames: { '#account': 'account', '#region': 'region' },
        ExpressionAttributeValues: {
          ':account': account,
          ':region': region,
          ':seen': seen,
          ':now': seenAt,
          ':v': detectorItem.v,
        },
      }),
  );
}
