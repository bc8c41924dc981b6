import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ConfigServiceClient, GetResourceConfigHistoryCommand } from '@aws-sdk/client-config-service';
import {
  CreateFlowLogsCommand,
  type CreateFlowLogsRequest,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  EC2Client,
  type FlowLog,
} from '@aws-sdk/client-ec2';
import { type Flow, keptIn, kindOfResource, type Made, madeFor, madeOf } from '../../../lib/domain/flow-log.ts';
import { incidentTag } from '../../../lib/domain/marks.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import type { LeverJob } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { type Log, nameOf } from '../log/target.ts';
import type { Recording } from './step.ts';

/** AWS Config has nothing of it, or records nothing here at all (AWS Config API reference, GetResourceConfigHistory). */
const unknown = ['ResourceNotDiscoveredException', 'NoAvailableConfigurationRecorderException'];

async function kept(target: Log, session: Session): Promise<Pick<Flow, 'was' | 'since'> | null> {
  const which = { resourceType: 'AWS::EC2::FlowLog', resourceId: nameOf(target), limit: 100 } as const;
  try {
    const { configurationItems = [] } = await session
      .client(ConfigServiceClient)
      .send(new GetResourceConfigHistoryCommand(which));
    return keptIn(configurationItems);
  } catch (error) {
    if (error instanceof Error && unknown.includes(error.name)) return null;
    throw error;
  }
}

const isMadeFor = (target: Log, { Tags = [] }: FlowLog): boolean =>
  Tags.some(({ Key, Value }) => Key === madeFor && Value === nameOf(target));

/** By whichever role it is delivered. */
const isLike = (one: Made | null, was: Made): boolean => isDeepStrictEqual(one && { ...one, role: was.role }, was);

/** Active flow logs of the same kind: ours first. */
async function alike(target: Log, was: Made, session: Session): Promise<FlowLog[]> {
  const Filter = [{ Name: 'resource-id', Values: [was.resource] }];
  const { FlowLogs = [] } = await session.client(EC2Client).send(new DescribeFlowLogsCommand({ Filter }));
  const same = FlowLogs.filter((one) => one.FlowLogStatus === 'ACTIVE' && isLike(madeOf(one), was));
  return same.toSorted((a, b) => Number(isMadeFor(target, b)) - Number(isMadeFor(target, a)));
}

/** Whether a flow log like the one that was deleted is there, whose it is, and whether it delivers. */
export async function lookAtFlowLog(target: Log, session: Session): Promise<Recording> {
  const known = await kept(target, session);
  if (!known) return { recording: false, selectors: null, flow: null };
  const [one] = await alike(target, known.was, session);
  const fails = one?.DeliverLogsStatus === 'FAILED' ? (one.DeliverLogsErrorMessage ?? 'AWS does not say why') : null;
  const by = one && (isMadeFor(target, one) ? 'Tourniquet' : 'somebody');
  return { recording: Boolean(one) && fails === null, selectors: null, flow: { ...known, by: by ?? null, fails } };
}

/** The same again. Its token is that of the run and the flow log: a replay makes no second one. */
function asCreated(target: Log, { incident, id }: { incident: string; id: string }, was: Made): CreateFlowLogsRequest {
  const Tags = [
    { Key: incidentTag, Value: incident },
    { Key: madeFor, Value: nameOf(target) },
  ];
  const toGroup = was.to === 'cloud-watch-logs';
  return {
    ClientToken: createHash('sha256')
      .update(`${id} ${nameOf(target)}`)
      .digest('hex'),
    ResourceIds: [was.resource],
    ResourceType: kindOfResource(was.resource),
    LogDestinationType: was.to,
    LogFormat: was.format,
    MaxAggregationInterval: was.interval,
    TagSpecifications: [{ ResourceType: 'vpc-flow-log', Tags }],
    ...(toGroup ? { LogGroupName: was.destination } : { LogDestination: was.destination }),
    ...(was.traffic && { TrafficType: was.traffic }),
    ...(was.role && { DeliverLogsPermissionArn: was.role }),
    ...(was.options && { DestinationOptions: was.options }),
  };
}

async function make({ target, session, run }: LeverJob<Log, Recording>, was: Made): Promise<void> {
  const command = new CreateFlowLogsCommand(asCreated(target, run, was));
  const { Unsuccessful: [refused] = [] } = await session.client(EC2Client).send(command);
  if (refused) throw new Error(`${refused.Error?.Code}: ${refused.Error?.Message}`);
}

/** That one alone which we made. */
async function takeAway({ target, session }: LeverJob<Log, Recording>, was: Made): Promise<void> {
  const FlowLogIds = (await alike(target, was, session))
    .filter((one) => isMadeFor(target, one))
    .flatMap(({ FlowLogId }) => FlowLogId ?? []);
  if (FlowLogIds.length === 0) return;
  const { Unsuccessful: [refused] = [] } = await session
    .client(EC2Client)
    .send(new DeleteFlowLogsCommand({ FlowLogIds }));
  if (refused) throw new Error(`${refused.Error?.Code}: ${refused.Error?.Message}`);
}

/** Makes it again, or takes away what we made. */
export async function carryOutFlowLog(job: LeverJob<Log, Recording>): Promise<Change> {
  const { from, to } = job;
  if (!to.flow) return { outcome: 'already-applied' };
  const { was, by } = to.flow;
  const name = `flow log of ${was.resource} to ${was.destination}`;
  const wanted = by === 'Tourniquet';
  if (wanted === (from.flow?.by === 'Tourniquet') || (wanted && from.flow?.by)) return { outcome: 'already-applied' };
  const jobs = [
    wanted
      ? ([`${name}: made again`, () => make(job, was)] as const)
      : ([`${name}: deleted`, () => takeAway(job, was)] as const),
  ];
  const { done, failed } = await all(jobs);
  return changeOf(done, failed);
}
