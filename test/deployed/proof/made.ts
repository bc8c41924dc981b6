/** The recorded calls that Tourniquet made itself, each with the rights it was made under. */
import type { RecordedCall } from '../../sandbox/sandbox.ts';
import { type Document, type Policies, parsePolicy } from './policies.ts';
import type { Caller, Check } from './simulate.ts';

export interface MadeCall {
  readonly caller: Caller;
  readonly checks: readonly Check[];
  /** What the sandbox itself refused; a fault put there by a test is no refusal. */
  readonly refused: RecordedCall['refused'];
}

/** The name of the tests' own sessions, which try what must be refused. */
export const probing = 'probe';

const session = /^arn:aws:sts::(\d{12}):assumed-role\/(tourniquet-[^/]+)\/(.+)$/;

/** The policy each session was narrowed by, by its key id. */
function sessionPolicies(calls: readonly RecordedCall[]): Map<string, Document> {
  return new Map(
    calls.flatMap(({ issued, request: { Policy } }) =>
      issued && typeof Policy === 'string' ? [[issued, parsePolicy(Policy)] as const] : [],
    ),
  );
}

export interface Made {
  readonly calls: readonly MadeCall[];
  /** Sentences about calls whose rights cannot be told. */
  readonly unexplained: readonly string[];
}

/** Roles that are only ever to be used through a session narrowed by a policy. */
const narrowedAlways = /^tourniquet-(read-evidence|contain|release|eradicate)$/;

/** What forwards from afar may put events on the hub's bus and do nothing else; test/operated/reach.test.ts tries that. */
const forwarder = /^tourniquet-(forward|alive)-/;

/**
 * Of the hub and of one member: the further accounts that the sandbox plays have the very same templates.
 */
export function madeByUs(recorded: readonly RecordedCall[], { roles }: Policies): Made {
  const narrowed = sessionPolicies(recorded);
  const accounts = new Set(roles.map(({ account }) => account));
  const elsewhere = (arn: string): boolean =>
    /^\d{12}$/.test(arn.split(':')[4] ?? '') && !accounts.has(arn.split(':')[4] ?? '');
  const calls: MadeCall[] = [];
  const unexplained: string[] = [];
  for (const { principal, accessKeyId, action, checks, refused } of recorded) {
    const [, account, name = '', who] = session.exec(principal) ?? [];
    if (!name || who === probing || forwarder.test(name)) continue;
    if (elsewhere(principal) || checks.some(({ resource }) => elsewhere(resource))) continue;
    const role = roles.find((one) => one.account === account && one.name === name);
    const policy = narrowed.get(accessKeyId) ?? null;
    if (!role) unexplained.push(`${principal} called ${action}, and no deployed stack has that role.`);
    else if (!policy && narrowedAlways.test(name))
      unexplained.push(`${principal} called ${action} without a session policy.`);
    else calls.push({ caller: { role, principal, session: policy }, checks, refused });
  }
  return { calls, unexplained };
}
