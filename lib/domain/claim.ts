import * as z from 'zod';
import { kinds, outcomes } from './logs.ts';

const text = z.string().trim().min(1).max(1000);
const moment = z.iso.datetime({ offset: true });

/** One address, or a network. What is written with digits and dots alone, or with a colon, is meant as one; else it is the name of a service. */
const Network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
const isMeantAsOne = /^[\d.]+(\/\d*)?$|:/;
const Address = text.refine(
  (one) => !isMeantAsOne.test(one) || Network.safeParse(one).success,
  'is no address, and no network as 203.0.113.0/24',
);

/** Events, by what is true of them. In `identity`, `action`, `resource` and `technique` a `*` stands for anything. */
const Conditions = z.strictObject({
  identity: text.optional(),
  address: Address.optional(),
  action: text.optional(),
  resource: text.optional(),
  /** Of ATT&CK, by which an event is labelled: `*` is whatever is labelled at all. */
  technique: text.optional(),
  kind: z.enum(kinds).optional(),
  outcome: z.enum(outcomes).optional(),
  from: moment.optional(),
  to: moment.optional(),
});
export type About = z.infer<typeof Conditions>;

const isSomething = (value: object): boolean => Object.keys(value).length > 0;
const something = 'has to name something';

/** Which events a claim is about. */
export const About = Conditions.refine(isSomething, something).refine(
  ({ from, to }) => from === undefined || to === undefined || Date.parse(from) <= Date.parse(to),
  'ends before it begins',
);
/** What has to be true of each of them, if it is so. */
export const Holds = Conditions.omit({ from: true, to: true }).refine(isSomething, something);

const asSaid = { who: text, when: moment, said: text };

/** What somebody says of events: who says it, when, in what words; which events it is about, and what has to be true of each if it is so. */
const Something = z.strictObject({ ...asSaid, about: About, holds: Holds });
/** The same, where they say that there is no such event. */
const Never = z.strictObject({ ...asSaid, about: About, holds: z.literal('never') });
/** Words that name no event: no record can be held against them. */
const Words = z.strictObject({ ...asSaid, about: z.undefined().optional(), holds: z.undefined().optional() });

/** What people say of what happened. */
export const Claim = z.union([Something, Never, Words]);
export type Claim = z.infer<typeof Claim>;

/** The schema of a claim that names events, by what it says: so that what is wrong in it can be named. */
export const claimSchema = (value: unknown): typeof Something | typeof Never =>
  typeof value === 'object' && value !== null && 'holds' in value && typeof value.holds === 'string'
    ? Never
    : Something;

const named = ({ from, to, ...conditions }: About): string[] => [
  ...Object.entries(conditions).map(([name, value]) => `${name} ${value}`),
  ...(from === undefined ? [] : [`from ${from}`]),
  ...(to === undefined ? [] : [`until ${to}`]),
];

/** As what a claim is held against records: `each record with address 203.0.113.7 has identity …`. */
export function heldAs({ about, holds }: Claim): string {
  if (about === undefined || holds === undefined) return 'It names no event, so no record can be held against it.';
  const which = `record with ${named(about).join(', ')}`;
  return holds === 'never' ? `There is no ${which}.` : `Each ${which} has ${named(holds).join(', ')}.`;
}
