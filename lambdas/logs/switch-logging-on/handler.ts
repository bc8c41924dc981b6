import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  ConfigServiceClient,
  DescribeConfigurationRecorderStatusCommand,
  StartConfigurationRecorderCommand,
  StopConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { GetDetectorCommand, GuardDutyClient, UpdateDetectorCommand } from '@aws-sdk/client-guardduty';
import { differences } from '../../../lib/domain/before-state.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { type Log, log, nameOf, type Writer, writerOf } from '../log/target.ts';
import { carryOutFlowLog, lookAtFlowLog } from './flow-logs.ts';
import { planLogging } from './plan.ts';
import { type Recording, Selectors, switchLoggingOn } from './step.ts';

/** How each of them is read and switched. */
interface Switch {
  look(target: Log, session: Session): Promise<Recording>;
  turn(target: Log, session: Session, to: 'on' | 'off'): Promise<unknown>;
}

const switches: Readonly<Record<Exclude<Writer, 'vpc-flow-log'>, Switch>> = {
  trail: {
    async look(target, session) {
      const trails = session.client(CloudTrailClient);
      const Name = log.arn(target);
      const [status, found] = await Promise.all([
        trails.send(new GetTrailStatusCommand({ Name })),
        trails.send(new GetEventSelectorsCommand({ TrailName: Name })),
      ]);
      const { EventSelectors: plain = [], AdvancedEventSelectors: advanced = [] } = found;
      const selectors = Selectors.parse(advanced.length > 0 ? { plain: null, advanced } : { plain, advanced: null });
      return { recording: status.IsLogging ?? false, selectors };
    },
    turn(target, session, to) {
      const Name = log.arn(target);
      const trails = session.client(CloudTrailClient);
      return to === 'on'
        ? trails.send(new StartLoggingCommand({ Name }))
        : trails.send(new StopLoggingCommand({ Name }));
    },
  },
  detector: {
    async look(target, session) {
      const DetectorId = nameOf(target);
      const { Status } = await session.client(GuardDutyClient).send(new GetDetectorCommand({ DetectorId }));
      return { recording: Status === 'ENABLED', selectors: null };
    },
    turn: (target, session, to) =>
      session
        .client(GuardDutyClient)
        .send(new UpdateDetectorCommand({ DetectorId: nameOf(target), Enable: to === 'on' })),
  },
  'configuration-recorder': {
    async look(target, session) {
      const ConfigurationRecorderNames = [nameOf(target)];
      const { ConfigurationRecordersStatus: [status] = [] } = await session
        .client(ConfigServiceClient)
        .send(new DescribeConfigurationRecorderStatusCommand({ ConfigurationRecorderNames }));
      return { recording: status?.recording ?? false, selectors: null };
    },
    turn(target, session, to) {
      const which = { ConfigurationRecorderName: nameOf(target) };
      const config = session.client(ConfigServiceClient);
      return to === 'on'
        ? config.send(new StartConfigurationRecorderCommand(which))
        : config.send(new StopConfigurationRecorderCommand(which));
    },
  },
};

function look(target: Log, session: Session): Promise<Recording> {
  const writer = writerOf(target);
  return writer === 'vpc-flow-log' ? lookAtFlowLog(target, session) : switches[writer].look(target, session);
}

function select(target: Log, session: Session, { plain, advanced }: Selectors): Promise<unknown> {
  const what = advanced ? { AdvancedEventSelectors: advanced } : { EventSelectors: plain ?? [] };
  const command = new PutEventSelectorsCommand({ TrailName: log.arn(target), ...what });
  return session.client(CloudTrailClient).send(command);
}

/** Apply and release are the same walk, in opposite directions. */
async function carryOut(job: LeverJob<Log, Recording>): Promise<Change> {
  const { from, to, target, session } = job;
  const writer = writerOf(target);
  if (writer === 'vpc-flow-log') return carryOutFlowLog(job);
  const { recording, selectors } = to;
  const turned = recording ? 'on' : 'off';
  const turn = () => switches[writer].turn(target, session, turned);
  const selected = selectors && differences(from.selectors, selectors).length > 0 ? selectors : null;
  const jobs = [
    ...(from.recording === recording ? [] : [[`logging: ${turned}`, turn] as const]),
    ...(selected ? [['event selectors', () => select(target, session, selected)] as const] : []),
  ];
  const { done, failed } = await all(jobs);
  return changeOf(done, failed);
}

export const handler = serveLever(switchLoggingOn, {
  look,
  plan: planLogging,
  apply: carryOut,
  release: carryOut,
  // A flow log that somebody else has made since is theirs, and stays.
  left: (before, now) => (now.flow?.by === 'somebody' ? [] : differences(before, now)),
});
