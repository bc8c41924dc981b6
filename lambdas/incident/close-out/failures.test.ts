import { expect, test } from 'vitest';
import { unwrittenFailures } from './failures.ts';

const session = (id: string) =>
  ({
    kind: 'role-session',
    partition: 'aws',
    account: '444455556666',
    region: 'eu-central-1',
    id: `web/${id}`,
    arn: `arn:aws:sts::444455556666:assumed-role/web/${id}`,
    principal: null,
    tags: {},
    since: null,
    key: null,
    role: null,
    session: id,
    seenAt: '2026-11-29T03:00:00Z',
  }) as const;
const [a, b] = [session('a'), session('b')];

const cause = (errorMessage: string) => JSON.stringify({ errorType: 'Transient', errorMessage, trace: ['at x'] });
const passed = (step: string, error: object, earlier: unknown = {}, more: object = {}) => ({
  step,
  operation: 'run',
  phase: 'preserve',
  error,
  earlier,
  ...more,
});
const transient = { Error: 'Transient', Cause: cause('InternalError: Fault') };
const nothing = { failures: [], receipts: [] };
const found = (from: unknown, onRecord: Parameters<typeof unwrittenFailures>[3] = nothing) =>
  unwrittenFailures('run-1', a, from, onRecord);
const whys = (from: unknown) => found(from).map(({ failure: { step, because } }) => [step, because]);

test('what a state machine has seen fail is on the record, whoever could not write it down', () => {
  const died = { Error: 'Runtime.ExitError', Cause: cause('Runtime exited with error: signal: killed') };
  const silent = { Error: 'States.Timeout' };
  const branches = [{}, passed('three', silent, passed('two', died, passed('one', transient)))];
  expect(whys(branches)).toEqual([
    ['one', 'InternalError: Fault'],
    ['two', 'Runtime.ExitError: Runtime exited with error: signal: killed'],
    ['three', 'States.Timeout: the function gave no answer'],
  ]);
  expect(found(branches)[0]?.entry).toEqual({
    kind: 'failure',
    actor: 'step one',
    what: 'one',
    act: { step: 'one', operation: 'run', phase: 'preserve', of: a.arn },
    detail: { run: 'run-1', error: 'Transient', because: 'InternalError: Fault', from: 'the state machine' },
  });
});

test('what a function has written down itself, or done, is not written again', () => {
  const written = { step: 'one', operation: 'run', phase: 'preserve', of: a.arn, because: 'denied' } as const;
  const receipt = { step: 'two', operation: 'run', of: a.arn } as const;
  const both = passed('two', transient, passed('one', { Error: 'Broken', Cause: cause('denied') }));
  expect(found(both)).toHaveLength(2);
  expect(found(both, { failures: [written], receipts: [receipt] })).toEqual([]);
  // Of another target.
  const release = passed('one', transient, {}, { target: b });
  expect(found(release, { failures: [written], receipts: [] }).map(({ failure }) => failure.of)).toEqual([b.arn]);
  expect(found(release, { failures: [{ ...written, of: '' }], receipts: [] })).toEqual([]);
});

test('a cause that no function gave may quote the input of a state, and stays out', () => {
  const Cause = 'An error occurred while executing the state (entered at the event id #7). {"token":"AQCEAAAAK"}';
  expect(whys(passed('one', { Error: 'States.QueryEvaluationError', Cause }))).toEqual([
    ['one', 'States.QueryEvaluationError: the function gave no answer'],
  ]);
});

test('nothing that failed is nothing: what goes on may be anything', () => {
  for (const none of [undefined, null, 'x', {}, [], [{ outcome: 'closed' }], { Error: 'x', Cause: 'y' }])
    expect(whys(none)).toEqual([]);
});

test('what failed with nothing before it, as a comparison of a release does, is on the record too', () => {
  const { earlier: _, ...first } = passed('deny-session', transient);
  expect(whys([{ ...first, operation: 'compare' }])).toEqual([['deny-session', 'InternalError: Fault']]);
});
