/** The recorded calls that Tourniquet made itself, each with the rights it was made under. */
import type { RecordedCall } from '../sandbox/sandbox.ts';
import { type Document, type Policies, parsePolicy } from './policies.ts';
import type { Caller, Check } from './simulate.ts';

export interface MadeCall {
  readonly caller: Caller;
  readonly checks: readonly Check[];
  /** What the sandbox itself refused; a fault put there by a test is no refusal. */
  readonly refused: RecordedCall['refused'];
  readonly request: RecordedCall['request'];
}

/** Sessions with this name are the tests' own: they try what must be refused. */
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
  /** Sentences about calls whose rights could not be told. */
  readonly unknown: readonly string[];
}

export function madeByUs(recorded: readonly RecordedCall[], { roles }: Policies): Made {
  const narrowed = sessionPolicies(recorded);
  const calls: MadeCall[] = [];
  const unknown: string[] = [];
  for (const { principal, accessKeyId, action, checks, refused, request } of recorded) {
    const [, account, name, who] = session.exec(principal) ?? [];
    if (!name || who === probing) continue;
    const role = roles.find((one) => one.account === account && one.name === name);
    if (role) calls.push({ caller: { role, principal, session: narrowed.get(accessKeyId) ?? null }, checks, refused, request });
    else unknown.push(`${principal} called ${action}, and no deployed stack has that role.`);
  }
  return { calls, unknown };
}
