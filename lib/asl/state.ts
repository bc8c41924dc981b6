import type { Act } from '../domain/act.ts';
import { camel } from '../domain/step.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Payload = Readonly<Record<string, Json>>;

/** The fields of a state that check reads; all others are plain Amazon States Language. */
export interface State {
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Wait' | 'Parallel' | 'Map' | 'Succeed' | 'Fail';
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string; readonly Assign?: Payload }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Branches?: readonly Branch[];
  readonly ItemProcessor?: Branch;
  readonly Arguments?: { readonly FunctionName?: string; readonly Payload?: Payload };
  readonly [field: string]: unknown;
}
export type States = Readonly<Record<string, State>>;
export interface Branch {
  readonly StartAt: string;
  readonly States: States;
  readonly [field: string]: unknown;
}

/** Seconds a cold start may add to a function's own budget. */
const coldStart = 10;
/** Seconds. No entrance, and no lever's compare or release, declares more; a test compares. */
export const ceilings = { entrance: 30, release: 60 };

/** Seconds after which Step Functions ends a run: a day. */
export const longestRun = 86_400;

export const closeOut = 'Close out';
export const closeEradication = 'Close out the eradication';
/** The only ends without a close-out: there is no incident to close. */
export const earlyEnds = {
  nothing: 'Nothing to do: joined, advised or ignored',
  incident: 'The incident could not be opened',
  release: 'The release could not be opened',
};
export const whether = 'Is there something to do?';
/** Only words: advice about an attempt from outside, or that a running incident has grown worse or has one more type. */
export const onlyTold = 'Tell the responders';

export const from = (path: string): string => `{% ${path} %}`;
export const opened = { run: from('$opened.run'), target: from('$opened.target'), finding: from('$opened.finding') };

/** A few states that begin with the one named first, and are told the name of the state that follows them. */
export type Part = (next: string) => States;

export const startOf = (states: States, otherwise: string): string => Object.keys(states)[0] ?? otherwise;

export const join =
  (parts: readonly Part[]): Part =>
  (next) => {
    let states: States = {};
    for (const part of parts.toReversed()) states = { ...part(startOf(states, next)), ...states };
    return states;
  };

export const invoke = `arn:$\{Partition}:states:::lambda:invoke`;
export const substituted = (name: string): string => `$\{${camel(name)}}`;
export const caught = (Next: string, more: object = {}) => [{ ErrorEquals: ['States.ALL'], ...more, Next }];

/**
 * The only place that retries: the SDK's own attempts would multiply with these. A function that died or ran out of time is retried
 * too, since its replay finishes the job (Step Functions guide, "Handle Lambda service exceptions"; Lambda guide, "Runtime.ExitError").
 */
const lambda = [
  'ClientExecutionTimeoutException',
  'ServiceException',
  'AWSLambdaException',
  'SdkClientException',
  'Unknown',
];
const passing = ['Transient', ...lambda.map((name) => `Lambda.${name}`), 'Runtime.ExitError', 'Sandbox.Timedout'];
const throttling = ['Throttled', 'Lambda.TooManyRequestsException'];

/** How often a task tries again what is throttled: for three minutes on average, six at most. */
export const patience = 8;
const patiently = { IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 120, MaxAttempts: patience };
const JitterStrategy = 'FULL';

/** Step Functions counts the tries of each retrier by itself (Step Functions guide, "Handling errors"). */
export const retry = [
  { ErrorEquals: throttling, ...patiently, JitterStrategy },
  { ErrorEquals: passing, IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 4, JitterStrategy },
];

/** For what is not done yet: two and a half hours. Whoever is called so gives up before, and says so. */
export const again = { ErrorEquals: ['Unfinished'], IntervalSeconds: 60, BackoffRate: 1, MaxAttempts: 150 };

/** For what comes last: nothing after it could write down why it failed. One retrier, so that RetryCount tells how many tries are left. */
export const retryPatiently = [{ ErrorEquals: [...throttling, ...passing], ...patiently, JitterStrategy }];

/** What a state does, as the ledger says it; of whom it is a state of a run knows. */
type Deed = Omit<Act, 'of'>;

/**
 * Goes on where something failed, with the reason in front of those before it: that is all that goes from state to state within a response,
 * and the close-out writes down what the functions themselves could not. `more` may name what else the reason belongs to.
 */
export const failed = (Next: string, deed: Payload, more: object = {}) =>
  caught(Next, { Output: { ...deed, error: from('$states.errorOutput'), earlier: from('$states.input') }, ...more });

export const call = (FunctionName: string, within: number, Payload: Payload) =>
  ({
    Type: 'Task',
    Resource: invoke,
    Arguments: { FunctionName, Payload },
    TimeoutSeconds: within + coldStart,
    Retry: retry,
  }) as const;

/** Calls a step. A failure goes on to the next state too: it must not hold the others back. */
export const task = (name: string, within: number, payload: Payload, Next: string, deed: Deed) =>
  ({
    ...call(substituted(name), within, payload),
    Catch: failed(Next, deed),
    Output: from('$states.input'),
    Next,
  }) as const;

/** Calls a function that is no step. */
export const entrance = (name: string, payload: Payload, Next: string) =>
  ({
    ...call(substituted(name), ceilings.entrance, payload),
    Catch: caught(Next),
    Output: from('$states.result.Payload'),
    Next,
  }) as const;
