import { CloudTrailClient, DescribeTrailsCommand, GetTrailStatusCommand, type Trail } from '@aws-sdk/client-cloudtrail';
import {
  GetDetectorCommand,
  type GetDetectorCommandOutput,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import { DescribeHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { type At, aws, type Check, fail, notProven, ok, warn } from '../check.ts';
import { createTrail, enableDetector, enableHub, inAccount, quarterHourly } from '../mends.ts';

const concerns = { role: 'start-playbooks', action: 'states:StartExecution' };

interface Detector {
  readonly id: string;
  readonly found: GetDetectorCommandOutput;
}

/** The one detector of an account and Region; null where there is none. */
async function detectorOf({ client }: At): Promise<Detector | null> {
  const guardDuty = client(GuardDutyClient);
  const [id] = (await guardDuty.send(new ListDetectorsCommand())).DetectorIds ?? [];
  return id ? { id, found: await guardDuty.send(new GetDetectorCommand({ DetectorId: id })) } : null;
}

const guardDuty: Check = {
  id: 'guardduty',
  about: 'region',
  title: 'GuardDuty is on',
  asks: ['guardduty:ListDetectors', 'guardduty:GetDetector'],
  concerns,
  async run(at) {
    const detector = await detectorOf(at);
    if (detector?.found.Status === 'ENABLED') return ok(`Detector ${detector.id}`);
    if (!detector) return fail('No detector', ...enableDetector(at));
    return fail(`The detector ${detector.id} is suspended`, ...enableDetector(at, detector.id));
  },
};

const frequency: Check = {
  id: 'guardduty-frequency',
  about: 'region',
  title: 'GuardDuty publishes updates every 15 minutes',
  asks: ['guardduty:ListDetectors', 'guardduty:GetDetector'],
  concerns,
  async run(at) {
    const detector = await detectorOf(at);
    if (!detector) return notProven('Not asked: there is no detector (guardduty)');
    const { FindingPublishingFrequency: every = 'unknown' } = detector.found;
    if (every === 'FIFTEEN_MINUTES') return ok(every);
    const mend = aws(at.region, `guardduty update-detector --detector-id ${detector.id} ${quarterHourly}`);
    return warn(
      `${every}: what a thief does after the first finding is heard that late`,
      ...inAccount(at.account, at.patient, mend),
    );
  },
};

async function isSubscribed({ client }: At): Promise<boolean> {
  try {
    await client(SecurityHubClient).send(new DescribeHubCommand());
    return true;
  } catch (error) {
    // Not that it is forbidden: that is AccessDeniedException (Security Hub API reference, DescribeHub).
    if (error instanceof Error && /InvalidAccess|ResourceNotFound/.test(error.name)) return false;
    throw error;
  }
}

const securityHub: Check = {
  id: 'securityhub',
  about: 'region',
  title: 'Security Hub is on',
  asks: ['securityhub:DescribeHub'],
  concerns,
  async run(at) {
    if (await isSubscribed(at)) return ok('On');
    return warn('Off: findings of other products are not heard', ...enableHub(at));
  },
};

async function isLogging(client: CloudTrailClient, { TrailARN: Name }: Trail): Promise<boolean> {
  return (await client.send(new GetTrailStatusCommand({ Name }))).IsLogging === true;
}

const trail: Check = {
  id: 'trail',
  about: 'region',
  title: 'A trail records what is called here',
  asks: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus'],
  concerns,
  async run(at) {
    const client = at.client(CloudTrailClient);
    // Shadows of trails of other Regions and of the organisation are among them (CloudTrail API reference, DescribeTrails).
    const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    const logging = await Promise.all(trailList.map((one) => isLogging(client, one)));
    const names = trailList.filter((_, index) => logging[index]).map(({ Name = '' }) => Name);
    if (names.length > 0) return ok(names.join(', '));
    const lost = 'EventBridge hears no call of this account and Region';
    const [stopped] = trailList;
    if (!stopped) {
      return fail(`No trail: ${lost}`, ...createTrail(at));
    }
    const start = `cloudtrail start-logging --name ${stopped.TrailARN}`;
    const mend = inAccount(at.account, at.patient, aws(stopped.HomeRegion ?? at.region, start));
    return fail(`${stopped.Name} does not log: ${lost}`, ...mend);
  },
};

export const detection: readonly Check[] = [guardDuty, frequency, securityHub, trail];
