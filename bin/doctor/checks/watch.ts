import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, type LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { type At, aws, type Check, deployAgain, fail, list, ok } from '../check.ts';
import { limited } from '../limited.ts';

/** The alarms of the stack as they are; those that are missing are not among them. */
async function alarmsOf({ patient, hub }: At): Promise<MetricAlarm[]> {
  const AlarmNames = [...patient.resources('AWS::CloudWatch::Alarm')];
  const found: MetricAlarm[] = [];
  for await (const page of paginateDescribeAlarms({ client: hub(CloudWatchClient) }, { AlarmNames })) {
    found.push(...(page.MetricAlarms ?? []));
  }
  return found;
}

const concerns = { role: 'tell-responders', action: 'sns:Publish' };

const armed: Check = {
  id: 'alarms-armed',
  about: 'hub',
  title: 'Every alarm is there and publishes to the alert topic',
  asks: ['cloudwatch:DescribeAlarms'],
  concerns,
  async run(at) {
    const topic = at.patient.output('TopicArn');
    const expected = at.patient.resources('AWS::CloudWatch::Alarm');
    const works = (await alarmsOf(at)).filter(
      ({ ActionsEnabled, AlarmActions = [] }) => ActionsEnabled !== false && AlarmActions.includes(topic),
    );
    const names = new Set(works.map(({ AlarmName }) => AlarmName));
    const mute = expected.filter((name) => !names.has(name));
    if (mute.length === 0) return ok(`${expected.length} alarms`);
    const enable = aws(at.region, `cloudwatch enable-alarm-actions --alarm-names ${mute.join(' ')}`);
    return fail(`Missing, or without action: ${list(mute)}`, enable, deployAgain);
  },
};

const quiet: Check = {
  id: 'alarms-quiet',
  about: 'hub',
  title: 'No alarm is ringing',
  asks: ['cloudwatch:DescribeAlarms'],
  concerns,
  async run(at) {
    const ringing = (await alarmsOf(at)).filter(({ StateValue }) => StateValue === 'ALARM');
    if (ringing.length === 0) return ok('None is in ALARM');
    const history = ({ AlarmName }: MetricAlarm): string =>
      aws(at.region, `cloudwatch describe-alarm-history --alarm-name ${AlarmName} --max-items 5`);
    return fail(list(ringing.map(({ AlarmDescription = '' }) => AlarmDescription)), ...ringing.map(history));
  },
};

async function logGroup(client: CloudWatchLogsClient, name: string): Promise<LogGroup | undefined> {
  const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
  return (await client.send(command)).logGroups?.find(({ logGroupName }) => logGroupName === name);
}

const logs: Check = {
  id: 'log-retention',
  about: 'hub',
  title: 'Logs are kept as long as configured',
  asks: ['logs:DescribeLogGroups'],
  concerns: { role: 'open-incident', action: 'logs:PutLogEvents' },
  async run({ patient, hub, region }) {
    const client = hub(CloudWatchLogsClient);
    const { logRetentionDays: days } = patient.config;
    const names = patient.resources('AWS::Logs::LogGroup');
    const groups = await limited(names, async (name) => ({ name, group: await logGroup(client, name) }));
    const missing = groups.filter(({ group }) => !group).map(({ name }) => name);
    if (missing.length > 0) return fail(`Missing: ${list(missing)}`, deployAgain);
    // Without a number it is kept for ever, which is long enough.
    const short = groups.filter(({ group }) => (group?.retentionInDays ?? days) < days);
    if (short.length === 0) return ok(`${names.length} groups, ${days} days`);
    const put = ({ name }: { name: string }): string =>
      aws(region, `logs put-retention-policy --log-group-name ${name} --retention-in-days ${days}`);
    const words = short.map(({ name, group }) => `${name}: ${group?.retentionInDays} days`);
    return fail(`${list(words)}; the configuration says ${days}`, ...short.map(put));
  },
};

export const watch: readonly Check[] = [armed, quiet, logs];
