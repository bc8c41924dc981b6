import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { beforeSentence } from '../../backup/older.ts';
import { backupSentences } from '../../backup/points.ts';
import { pointsOf } from '../../backup/points-of.ts';
import { measured } from '../../runtime/measure.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { clusterArns, hasFlags, instanceArns } from '../database.ts';
import { described } from '../describe.ts';
import type { Database } from '../kinds.ts';
import { currentOf, describeSecret } from '../master-secret.ts';
import {
  clusterSentence,
  connectionsSentence,
  flagsSentence,
  instanceSentences,
  passwordSentences,
  proxySentence,
  streamSentence,
  undoSentence,
} from './plan.ts';
import { type DatabaseMeasured, measureDatabase } from './step.ts';

type Context = Pick<StepContext<Database>, 'target' | 'session' | 'now' | 'finding'>;

interface Looking extends Context {
  readonly found: ReturnType<typeof described>;
  readonly secret: ReturnType<typeof describeSecret>;
}

const day = 86_400_000;

async function reached({ target, found }: Looking): Promise<string[]> {
  const { cluster, instances } = await found;
  return [
    ...(target.cluster && cluster ? [clusterSentence(target.cluster, instances.length)] : []),
    ...instances.flatMap(instanceSentences),
    ...(hasFlags(target) ? [] : [flagsSentence]),
    proxySentence,
    undoSentence,
  ];
}

async function connections({ target, session, now }: Looking): Promise<string[]> {
  const end = Date.parse(now());
  const most = target.instances.map(async (id) => {
    const { Datapoints = [] } = await session.client(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/RDS',
        MetricName: 'DatabaseConnections',
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: id }],
        StartTime: new Date(end - day),
        EndTime: new Date(end),
        Period: day / 1000,
        Statistics: ['Maximum'],
      }),
    );
    return Math.max(0, ...Datapoints.map(({ Maximum = 0 }) => Maximum));
  });
  return [connectionsSentence((await Promise.all(most)).reduce((sum, one) => sum + one, 0))];
}

async function queried({ found }: Looking): Promise<string[]> {
  const { cluster, instances } = await found;
  return [streamSentence([cluster, ...instances])];
}

const password = async ({ target, secret }: Looking): Promise<string[]> => passwordSentences(target, await secret);

/** A cluster is backed up as a whole (AWS Backup developer guide, "Amazon Aurora"). */
async function backups({ target, session, finding, now }: Looking): Promise<string[]> {
  const [source = ''] = target.cluster ? clusterArns(target) : instanceArns(target);
  const points = await pointsOf(source, session);
  return [...backupSentences(points), ...beforeSentence(points, finding?.firstSeen ?? now())];
}

const parts = {
  'How it is reached': reached,
  Connections: connections,
  Queries: queried,
  Password: password,
  'Its backups': backups,
} as const;

/** What several parts tell of is asked once. */
async function measure(context: Context): Promise<DatabaseMeasured> {
  const { target, session } = context;
  const secret = target.secret ? describeSecret(target.secret, session) : Promise.resolve(null);
  const looking = { ...context, found: described(target, session), secret };
  const [seen, version] = await Promise.all([
    measured<Looking>(parts, looking),
    secret.then(currentOf).catch(() => null),
  ]);
  return { ...seen, removable: version ? 'some' : 'none', version };
}

export const handler = serveStep(measureDatabase, measure);
