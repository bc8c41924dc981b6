import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Log } from '../log/target.ts';
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

/** Everything that is certain: it records, and a trail all management events. Which data events were selected before, nobody can tell here. */
export function planLogging(_target: Log, before: Recording): LeverPlan<Recording> {
  const ours = { recording: true, selectors: before.selectors && widened(before.selectors) };
  if (differences(before, ours).length > 0) return { ours };
  return { nothing: 'it records, and a trail all management events: compare its other settings by hand' };
}
