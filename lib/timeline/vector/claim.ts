import { BlockList, isIP } from 'node:net';
import type { About } from '../../domain/claim.ts';
import type { PrintedEvent } from '../event.ts';

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
function networkOf(text: string): BlockList | null {
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
export function testsOf({
  identity,
  address,
  action,
  resource,
  technique,
  kind,
  outcome,
  from,
  to,
}: About): readonly Test[] {
  const [isAction, isResource, isTechnique] = [glob(action ?? '*'), glob(resource ?? '*'), glob(technique ?? '*')];
  const tests: readonly (Test | false)[] = [
    identity !== undefined && byIdentity(identity),
    address !== undefined && fromAddress(address),
    action !== undefined && ((event) => fits(isAction(event.action))),
    resource !== undefined &&
      (({ resources }) => (resources.length === 0 ? 'not said' : fits(resources.some(isResource)))),
    technique !== undefined && (({ labels }) => fits(labels.some((label) => isTechnique(label.technique)))),
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
