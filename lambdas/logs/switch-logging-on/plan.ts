import { differences } from '../../../lib/domain/before-state.ts';
import { type Flow, kindOfResource } from '../../../lib/domain/flow-log.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Log, writerOf } from '../log/target.ts';
import type { AdvancedEventSelector, EventSelector, Recording, Selectors } from './step.ts';

/** What a trail selects that nobody has set (CloudTrail user guide, "Logging management events"). */
const usual: EventSelector = {
  ReadWriteType: 'All',
  IncludeManagementEvents: true,
  DataResources: [],
  ExcludeManagementEventSources: [],
};

const selectsAll = ({
  ReadWriteType,
  IncludeManagementEvents,
  ExcludeManagementEventSources,
}: EventSelector): boolean =>
  ReadWriteType === 'All' && IncludeManagementEvents && ExcludeManagementEventSources.length === 0;

/** The first one widened: a trail has five at most, and the data events of each stay. */
function plainly(selectors: readonly EventSelector[]): EventSelector[] {
  if (selectors.some(selectsAll)) return [...selectors];
  const [first = usual, ...others] = selectors;
  return [{ ...usual, DataResources: first.DataResources }, ...others];
}

const management: AdvancedEventSelector = {
  Name: 'Management events',
  FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }],
};

const isManagement = ({ FieldSelectors }: AdvancedEventSelector): boolean =>
  FieldSelectors.some(({ Field, Equals = [] }) => Field === 'eventCategory' && Equals.includes('Management'));

/** In place of those that take some management events only. */
function byFields(selectors: readonly AdvancedEventSelector[]): AdvancedEventSelector[] {
  if (selectors.some((one) => isManagement(one) && one.FieldSelectors.length === 1)) return [...selectors];
  return [management, ...selectors.filter((one) => !isManagement(one))];
}

const widened = ({ plain, advanced }: Selectors): Selectors => ({
  plain: plain && plainly(plain),
  advanced: advanced && byFields(advanced),
});

const day = 24 * 3600 * 1000;

/** Why a flow log is not made again by itself; null where it is. */
function against(target: Log, { was, since, fails }: Flow): string | null {
  if (fails) return `one of the same kind is there and delivers nothing: ${fails}`;
  if (was.to === 'kinesis-data-firehose')
    return `it went to a stream of Firehose, which would have to be tagged for it: ${byHand}`;
  if (!kindOfResource(was.resource))
    return `it was of ${was.resource}, which is nothing that Tourniquet makes flow logs of: ${byHand}`;
  // Whoever makes one and deletes it would have it made by us, to wherever they want the records.
  if (Date.parse(target.seenAt) - Date.parse(since) < day)
    return `AWS Config knows it only since ${since}, and the one who deleted it may have made it: find out where it sent records. Otherwise ${byHand}`;
  return null;
}

const byHand = 'the command beside the finding makes it again';

function planFlowLog(target: Log, before: Recording): LeverPlan<Recording> {
  const { flow } = before;
  if (!flow) return { refused: `AWS Config has nothing of what it was: ${byHand}, or says which call had made it` };
  if (before.recording) return { nothing: 'a flow log of the same kind is active' };
  const because = against(target, flow);
  return because ? { refused: because } : { ours: { ...before, recording: true, flow: { ...flow, by: 'Tourniquet' } } };
}

/**
 * Everything that is certain: it records, and a trail all management events. Which data events were selected before, nobody can tell here. A flow log
 * is what AWS Config has kept of it.
 */
export function planLogging(target: Log, before: Recording): LeverPlan<Recording> {
  if (writerOf(target) === 'vpc-flow-log') return planFlowLog(target, before);
  const ours = { recording: true, selectors: before.selectors && widened(before.selectors) };
  if (differences(before, ours).length > 0) return { ours };
  return { nothing: 'it records, and a trail all management events: compare its other settings by hand' };
}
