import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { measured } from '../../runtime/measure.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { hasFlags } from '../database.ts';
import { described } from '../describe.ts';
import type { Database } from '../kinds.ts';
import {
  clusterSentence,
  connectionsSentence,
  flagsSentence,
  instanceSentences,
  proxySentence,
  undoSentence,
} from './plan.ts';
import { measureDatabase } from './step.ts';

type Looking = Pick<StepContext<Database>, 'target' | 'session' | 'now'>;

const day = 86_400_000;

async function reached({ target, session }: Looking): Promise<string[]> {
  const { cluster, instances } = await described(target, session);
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

const parts = { 'How it is reached': reached, Connections: connections } as const;

export const handler = serveStep(measureDatabase, (looking) => measured<Looking>(parts, looking));
