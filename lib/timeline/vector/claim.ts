import { BlockList, isIP } from 'node:net';
import * as z from 'zod';
import { kinds, outcomes, type PrintedEvent } from '../event.ts';

const said = z.string().trim().min(1).max(1000);
const moment = z.iso.datetime({ offset: true });

/** Events, by what is true of them. In `identity`, `action` and `resource` a `*` stands for anything. */
const About = z.strictObject({
  identity: said.optional(),
  /** One address, or a network: 203.0.113.0/24. */
  address: said.optional(),
  action: said.optional(),
  resource: said.optional(),
  kind: z.enum(kinds).optional(),
  outcome: z.enum(outcomes).optional(),
  from: moment.optional(),
  to: moment.optional(),
});
export type About = z.infer<typeof About>;

const isSomething = (value: object): boolean => Object.keys(value).length > 0;

const asSaid = { who: said, when: moment, said, about: About.refine(isSomething, 'has to name something') };

/** What somebody says of events: who says it, when, in what words; which events it is about, and what has to be true of each if it is so. */
const Something = z.strictObject({
  ...asSaid,
  holds: About.omit({ from: true, to: true }).refine(isSomething, 'has to name something'),
});
/** The same, where they say that there is no such event. */
const Never = z.strictObject({ ...asSaid, holds: z.literal('never') });
export type Claim = z.infer<typeof Something> | z.infer<typeof Never>;

/** The schema of a claim, by what it says: so that what is wrong in it can be named. */
export const claimSchema = (value: unknown): typeof Something | typeof Never =>
  typeof value === 'object' && value !== null && 'holds' in value && typeof value.holds === 'string'
    ? Never
    : Something;

/** What a record says to a condition. */
type Fits = 'yes' | 'no' | 'not said';
type Test = (event: PrintedEvent) => Fits;

const fits = (is: unknown): Fits => (is ? 'yes' : 'no');

function glob(pattern: string): (text: string) => boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${escaped.join('.*')}$`, 's');
  return (text) => expression.test(text);
}

/** Null where it is no address and no network. */
export function networkOf(text: string): BlockList | null {
  const [address = '', length] = text.split('/');
  const family = isIP(address);
  const bits = length === undefined ? (family === 4 ? 32 : 128) : Number(length);
  if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return null;
  const list = new BlockList();
  list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list;
}

function fromAddress(wanted: string): Test {
  const network = networkOf(wanted);
  return ({ address }) => {
    if (address === null) return 'not said';
    const family = isIP(address);
    return fits(network && family !== 0 ? network.check(address, family === 4 ? 'ipv4' : 'ipv6') : address === wanted);
  };
}

function byIdentity(wanted: string): Test {
  const is = glob(wanted);
  // Who is named by a session is also whoever took it on.
  return ({ actor, thread }) =>
    actor === null ? 'not said' : fits([actor.id, actor.id.split('/').at(-1) ?? '', thread?.name ?? ''].some(is));
}

/** The conditions of a claim as tests, one each. */
export function testsOf({ identity, address, action, resource, kind, outcome, from, to }: About): readonly Test[] {
  const [isAction, isResource] = [glob(action ?? '*'), glob(resource ?? '*')];
  const tests: readonly (Test | false)[] = [
    identity !== undefined && byIdentity(identity),
    address !== undefined && fromAddress(address),
    action !== undefined && ((event) => fits(isAction(event.action))),
    resource !== undefined &&
      (({ resources }) => (resources.length === 0 ? 'not said' : fits(resources.some(isResource)))),
    kind !== undefined && ((event) => fits(event.kind === kind)),
    outcome !== undefined && ((event) => (event.outcome === 'unknown' ? 'not said' : fits(event.outcome === outcome))),
    from !== undefined && (({ time }) => fits(Date.parse(time) >= Date.parse(from))),
    to !== undefined && (({ time }) => fits(Date.parse(time) <= Date.parse(to))),
  ];
  return tests.filter((one) => one !== false);
}

/** What a record says to all conditions: one that fails decides, then one of which it says nothing. */
export function heldAgainst(tests: readonly Test[], event: PrintedEvent): Fits {
  const all = tests.map((test) => test(event));
  return all.includes('no') ? 'no' : all.includes('not said') ? 'not said' : 'yes';
}
