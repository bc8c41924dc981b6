import type { Approver } from './approval.ts';
import { type Exemption, matched, type StandingOrder, typeMatches, usualTwoPeople, type When } from './authority.ts';
import { type Effective, type Part, type SettingName, type Settings, settingNames, under } from './settings.ts';
import { atLeast } from './severity.ts';

/** Why one setting gives more power than another, a sentence each. Power is what Tourniquet may do, or a person may allow, unasked. */
type Wider = (before: Effective, after: Effective, today: string) => string[];

const within = (inner: readonly string[], outer: readonly string[], fits: (o: string, i: string) => boolean): boolean =>
  inner.every((one) => outer.some((other) => fits(other, one)));

const same = (one: string, other: string): boolean => one === other;

/** Whether everything that `inner` matches is matched by `outer` too. */
function covers(outer: When, inner: When): boolean {
  if (outer.accounts && !(inner.accounts && within(inner.accounts, outer.accounts, same))) return false;
  // A pattern is covered by one that matches it as it is written: Trojan:EC2/* by Trojan:*.
  if (outer.resources && !(inner.resources && within(inner.resources, outer.resources, same))) return false;
  if (outer.types && !(inner.types && within(inner.types, outer.types, typeMatches))) return false;
  return Object.entries(outer.tags ?? {}).every(([key, value]) => inner.tags?.[key] === value);
}

/** Whether what an order would decide was decided by another already. */
function ordersNoMore(after: StandingOrder, before: StandingOrder): boolean {
  if (after.question !== before.question || after.until > before.until) return false;
  if (!atLeast(after.severity, before.severity)) return false;
  // Only an order that names types covers a finding without a severity.
  if (after.when.types && !before.when.types) return false;
  return covers(before.when, after.when);
}

/** One by a tag that nobody answers for only has people asked. */
const exemptsNoLess = (after: Exemption, before: Exemption): boolean =>
  after.until >= before.until &&
  covers(after.when, before.when) &&
  (after.tagsSetBy !== undefined || !after.when.tags || (before.when.tags !== undefined && !before.tagsSetBy));

const wider: Readonly<Record<SettingName, Wider>> = {
  mode: (before, after) => (before.mode === 'observe' && after.mode === 'respond' ? ['the mode becomes respond'] : []),
  approvers: (before, after) => {
    const idsOf = ({ name, slack, iam, login }: Approver): string => JSON.stringify([name, slack, iam, login]);
    const known = new Set(before.approvers.map(idsOf));
    return after.approvers.flatMap((one) => (known.has(idsOf(one)) ? [] : [`${one.name} may approve`]));
  },
  standingOrders: (before, after, today) =>
    after.standingOrders
      .filter(({ until }) => until >= today)
      .filter((order) => !before.standingOrders.some((one) => ordersNoMore(order, one)))
      .map(({ name }) => `the standing order "${name}" is new or wider`),
  exemptions: (before, after, today) =>
    before.exemptions
      .filter(({ until }) => until >= today)
      .filter((exemption) => !after.exemptions.some((one) => exemptsNoLess(one, exemption)))
      .map(({ because, owner }) => `an exemption ends or covers less: ${because} (${owner})`),
  breakGlass: (before, after) =>
    before.breakGlass
      .filter((arn) => !after.breakGlass.includes(arn))
      .map((arn) => `${arn} is a break-glass identity no more`),
  breaker: (before, after) =>
    (['account', 'all'] as const)
      .filter((limit) => after.breaker[limit] > before.breaker[limit])
      .map((limit) => `the circuit breaker allows ${after.breaker[limit]} containments an hour (${limit})`),
  twoPeople: ({ twoPeople: before = usualTwoPeople }, { twoPeople: after = usualTwoPeople }) => [
    ...before.for
      .filter((when) => !after.for.some((other) => covers(other, when)))
      .map((when) => `one person is enough for ${matched(when)}`),
    ...(after.over > before.over ? [`one person is enough up to ${after.over} resources of a finding`] : []),
  ],
};

/** All that may count in a unit or an account: what is said of it, or else what any unit says, or what is said of all. */
function candidates(name: SettingName, settings: Settings, part: Part | undefined): Effective[] {
  const says = (one: Part | undefined): boolean => one?.[name] !== undefined;
  if (says(part)) return [under(settings, part)];
  const units = Object.values(settings.inUnits).filter(says);
  return [settings, ...units.map((unit) => under(settings, unit))];
}

type Place = 'inUnits' | 'inAccounts';

/** In one unit or account: setting by setting, each value that may have counted against each that may count now. */
function widerAt(place: Place, id: string, before: Settings, after: Settings, today: string): string[] {
  const [was, is] = [before[place][id], after[place][id]];
  // What neither says is compared where it is said.
  const said = settingNames.filter((name) => was?.[name] !== undefined || is?.[name] !== undefined);
  return said.flatMap((name) =>
    candidates(name, before, was).flatMap((one) =>
      candidates(name, after, is).flatMap((other) => wider[name](one, other, today).map((why) => `in ${id} ${why}`)),
    ),
  );
}

/**
 * What a change adds to what may be done without asking, or to who may say so, in sentences: one person is not enough for that. None where
 * it only narrows. Widening is: an approver, or another id of one; a standing order, or a wider, milder or longer one; respond instead of
 * observe; a higher limit of the circuit breaker; an exemption or a break-glass identity less. Where a unit or an account begins or stops
 * to differ, every value that it may fall back to is compared. What has ended `today` (YYYY-MM-DD) counts no more.
 */
export function widens(before: Settings, after: Settings, today: string): string[] {
  const ids = (place: Place): string[] => [...new Set([...Object.keys(before[place]), ...Object.keys(after[place])])];
  return [
    ...new Set([
      ...settingNames.flatMap((name) => wider[name](before, after, today)),
      ...(['inUnits', 'inAccounts'] as const).flatMap((place) =>
        ids(place).flatMap((id) => widerAt(place, id, before, after, today)),
      ),
    ]),
  ];
}
