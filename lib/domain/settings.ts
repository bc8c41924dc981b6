import * as z from 'zod';
import { Approver } from './approval.ts';
import { Exemption, Mode, StandingOrder, TwoPeople } from './authority.ts';
import { AccountId } from './resource.ts';
import { isPermissionSetRole, sameLogin, samePrincipal } from './same-principal.ts';

export const UnitId = z
  .string()
  .regex(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/, 'should be the id of an organisational unit such as ou-ab12-cdefgh34');

const Breaker = z.strictObject({ account: z.int().min(1).default(5), all: z.int().min(1).default(20) });

/** What may change at night, each with its value where nobody has said anything. */
const keys = {
  mode: Mode.default('observe').describe(
    'observe: records, and changes nothing; respond: acts, and asks before it contains',
  ),
  approvers: z.array(Approver).default([]).describe('Who may approve, decline and release'),
  standingOrders: z.array(StandingOrder).default([]).describe('Containment that needs no question'),
  exemptions: z.array(Exemption).default([]).describe('What is never contained, until a date'),
  breakGlass: z
    .array(z.string().startsWith('arn:', 'should be the ARN of an IAM user or role'))
    .default([])
    .describe('Identities for emergencies, by the ARN of the user or role: Tourniquet never contains them'),
  breaker: Breaker.prefault({}).describe('Containments an hour before standing orders fall back to a question'),
  // Settings that were kept before there was such a rule say nothing of it: no default may be read into them.
  twoPeople: TwoPeople.optional().describe(
    'What takes two people besides the root user, the organisation and permanent deletion',
  ),
} as const;

/** The same for one account, or for one unit and those below it: what is named there replaces what is said more generally. */
const Part = z.strictObject({
  mode: Mode.optional(),
  approvers: keys.approvers.unwrap().optional(),
  standingOrders: keys.standingOrders.unwrap().optional(),
  exemptions: keys.exemptions.unwrap().optional(),
  breakGlass: keys.breakGlass.unwrap().optional(),
  breaker: Breaker.optional(),
  twoPeople: TwoPeople.optional(),
});
export type Part = z.infer<typeof Part>;

/** The settings: part of the configuration until a first version of them is in the table, and then they count from there. */
export const Settings = z.strictObject({
  ...keys,
  inUnits: z.record(UnitId, Part).default({}).describe('What differs in an organisational unit and those below it'),
  inAccounts: z.record(AccountId, Part).default({}).describe('What differs in an account; before what its units say'),
});
export type Settings = z.infer<typeof Settings>;

/** What counts in one account. */
export type Effective = Omit<Settings, 'inUnits' | 'inAccounts'>;
export type SettingName = keyof Effective;
export const settingNames = [
  'mode',
  'approvers',
  'standingOrders',
  'exemptions',
  'breakGlass',
  'breaker',
  'twoPeople',
] as const;

/** The units that an account is in, of those that settings name, the nearest first; null where nobody knows. */
export type UnitsOf = (account: string) => readonly string[] | null;

/** What is said more generally, but for what is said here. */
export const under = (general: Effective, part: Part | undefined): Effective => ({
  ...general,
  ...Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== undefined)),
});

/**
 * What counts in an account: setting by setting what is said of it, else of its nearest unit, else of all. Null where settings differ by
 * unit and nobody knows its units.
 */
export function settingsIn(account: string, settings: Settings, unitsOf: UnitsOf): Effective | null {
  const { inUnits, inAccounts, ...all } = settings;
  const units = Object.keys(inUnits).length === 0 ? [] : unitsOf(account);
  if (!units) return null;
  const parts = [...units.toReversed().map((unit) => inUnits[unit]), inAccounts[account]];
  return parts.reduce(under, all);
}

/** Of a whole configuration. */
export const settingsOf = (config: Settings): Settings => {
  const { mode, approvers, standingOrders, exemptions, breakGlass, breaker, twoPeople, inUnits, inAccounts } = config;
  return { mode, approvers, standingOrders, exemptions, breakGlass, breaker, twoPeople, inUnits, inAccounts };
};

/** Everything that is said, with its place in the settings. */
export const partsOf = ({ inUnits, inAccounts, ...all }: Settings) => [
  { path: [], part: all },
  ...Object.entries(inUnits).map(([unit, part]) => ({ path: ['inUnits', unit], part })),
  ...Object.entries(inAccounts).map(([account, part]) => ({ path: ['inAccounts', account], part })),
];

/** Who may approve anywhere, each person once. */
export function everyApprover(settings: Settings): Approver[] {
  const all = partsOf(settings).flatMap(({ part }) => part.approvers ?? []);
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

interface Contradiction {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Whether two entries are of one person, or claim to be. */
const meet = (one: Approver, other: Approver): string | null => {
  const ids = ['name', 'slack', 'login'] as const;
  const shared = ids.find((id) => one[id] !== undefined && one[id] === other[id]);
  if (shared) return `${shared} ${one[shared]}`;
  if (!one.iam || !other.iam || !samePrincipal(one.iam, other.iam)) return null;
  return haveLogins(one, other) ? null : `iam ${one.iam}`;
};

/** Whether Identity Center tells apart two who share one of its roles. */
const haveLogins = (one: Approver, other: Approver): boolean =>
  isPermissionSetRole(one.iam ?? '') &&
  one.login !== undefined &&
  other.login !== undefined &&
  !sameLogin(one.login, other.login);

const signers = /^arn:[\w-]+:iam::\d{12}:(user|role)\/[^*?]+$/;

/** The record says so where nobody answered. */
const nobody = 'silence';

/** An entry that nobody could use, anybody could, or that the record would take for something else. */
function noPerson({ name, slack, iam }: Approver): string | null {
  if (name.trim().toLowerCase() === nobody) return `"${name}" is what the record says where nobody answered`;
  if (!slack && !iam) return `${name} has neither slack nor iam, and so no way to decide`;
  if (!iam || signers.test(iam)) return null;
  return `${iam} of ${name} is no ARN of one IAM user or role, such as arn:aws:iam::111122223333:user/${name.toLowerCase()}`;
}

function twice(list: readonly Approver[]): string | null {
  for (const [index, one] of list.entries()) {
    const same = list.slice(0, index).flatMap((other) => meet(one, other) ?? [])[0];
    if (same) return `${same} is there twice: two entries of one person are not two people`;
  }
  return null;
}

const isSame = (one: Approver, other: Approver): boolean =>
  one.name === other.name && one.slack === other.slack && one.iam === other.iam && one.login === other.login;

/** What no value by itself shows: people who are there twice, and orders of one name. */
export function contradictionsIn(settings: Settings): Contradiction[] {
  const everybody = everyApprover(settings);
  const elsewhere = (list: readonly Approver[]): string | null => {
    const other = list.flatMap((one) =>
      everybody.flatMap((same) => (isSame(one, same) ? [] : (meet(one, same) ?? []))),
    )[0];
    return other ? `${other} is another person, or has other ids, elsewhere in these settings` : null;
  };
  return partsOf(settings).flatMap(({ path, part: { approvers = [], standingOrders = [] } }) => {
    const wrong = approvers.flatMap((one) => noPerson(one) ?? [])[0] ?? twice(approvers) ?? elsewhere(approvers);
    const names = standingOrders.map(({ name }) => name);
    const doubled = names.find((name, index) => names.indexOf(name) < index);
    return [
      ...(wrong ? [{ path: [...path, 'approvers'], message: wrong }] : []),
      ...(doubled ? [{ path: [...path, 'standingOrders'], message: `two orders have the name "${doubled}"` }] : []),
    ];
  });
}
