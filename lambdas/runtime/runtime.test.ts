import { describe, expect, it } from 'vitest';
import { Broken, Refused, Throttled, Transient } from '../../lib/domain/errors.ts';
import { all } from './all.ts';
import { answered, escaped, list, section } from './blocks.ts';
import { isDenied, isGone, oneOfThree, sentence } from './errors.ts';
import { redacted } from './redact.ts';

const aws = (name: string, message = 'no', status = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

describe('oneOfThree', () => {
  it.each([
    ['ThrottlingException', Throttled],
    ['RequestLimitExceeded', Throttled],
    ['TransactionConflict', Transient],
    ['InvalidInstanceID.NotFound', Refused],
    ['NoSuchEntityException', Refused],
    ['AccessDenied', Broken],
    ['UnauthorizedOperation', Broken],
    ['SomethingNew', Broken],
    ['EntityTemporarilyUnmodifiableException', Transient],
    ['AuthorizationNotFoundFault', Broken],
    ['DBInstanceNotFoundFault', Refused],
    ['TimeoutError', Transient],
  ])('%s', (name, kind) => {
    const error = oneOfThree(aws(name));
    expect(error).toBeInstanceOf(kind);
    expect(error.cause).toMatchObject({ name });
  });

  it.each([
    'AuthorizationErrorException',
    'AuthFailure',
    'OptInRequired',
    'RegionDisabledException',
    'UnauthorizedOperation',
  ])('knows a refusal by each of its names: %s', (name) => {
    expect(isDenied(aws(name))).toBe(true);
  });

  it('takes any 5xx for passing', () => {
    expect(oneOfThree(aws('Odd', 'x', 503))).toBeInstanceOf(Transient);
  });

  // As node:net, node:dns and undici report them: the SDK's own handler throws the first kind, fetch the second.
  it.each([
    'EAI_AGAIN',
    'ENOTFOUND',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENETDOWN',
    'ETIMEDOUT',
    'ECONNRESET',
    'ECONNREFUSED',
    'ECONNABORTED',
    'EPIPE',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_SOCKET',
  ])('takes a network that does not answer for passing: %s', (code) => {
    const bare = Object.assign(new Error('the network'), { code });
    expect(oneOfThree(bare)).toBeInstanceOf(Transient);
    expect(oneOfThree(new TypeError('fetch failed', { cause: bare }))).toBeInstanceOf(Transient);
    expect(isGone(bare)).toBe(false);
  });

  it('leaves ours as they are', () => {
    const ours = new Refused('because');
    expect(oneOfThree(ours)).toBe(ours);
  });

  it('tells no encoded authorisation message, and no novel', () => {
    expect(sentence(aws('AccessDenied', 'not allowed. Encoded authorization failure message: AQICAH…'))).toBe(
      'AccessDenied: not allowed.',
    );
    expect(sentence(aws('X', 'y'.repeat(1000))).length).toBeLessThanOrEqual(300);
  });
});

describe('redacted', () => {
  it('takes out secrets by their key, and by their looks', () => {
    const seen = JSON.stringify(
      redacted({
        botToken: 'anything',
        text: 'key AKIAIOSFODNN7EXAMPLE and xoxb-123-abc',
        deep: [{ taskToken: 'x', note: 'A'.repeat(300) }],
      }),
    );
    expect(seen).not.toMatch(/anything|AKIA|xoxb|A{200}/);
  });

  it('leaves what people need', () => {
    const entry = { incident: 'inc-1', sha256: 'a'.repeat(64), reason: 'rebuilt' };
    expect(redacted(entry)).toEqual(entry);
  });
});

describe('all', () => {
  it('says of each whether it was done', async () => {
    const refused = () => Promise.reject(aws('UnauthorizedOperation'));
    const { done, failed } = await all([
      ['eni-1', async () => {}],
      ['eni-2', refused],
    ]);
    expect(done).toEqual(['eni-1']);
    expect(failed).toEqual([{ what: 'eni-2', error: 'UnauthorizedOperation: no' }]);
  });

  it('throws Transient only after the others had their turn', async () => {
    let second = 'not tried';
    const jobs = all([
      ['eni-1', () => Promise.reject(aws('Throttling'))],
      [
        'eni-2',
        async () => {
          second = 'done';
        },
      ],
    ]);
    await expect(jobs).rejects.toBeInstanceOf(Transient);
    expect(second).toBe('done');
  });
});

describe('blocks', () => {
  it('keep text from outside from pinging a channel', () => {
    expect(escaped('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  });

  it('stay within Slack’s limits', () => {
    expect(section('x'.repeat(5000))).toMatchObject({ text: { text: `${'x'.repeat(2999)}…` } });
  });

  it('leave out an empty list, and number the rest', () => {
    expect(list('Title', [])).toEqual([]);
    expect(JSON.stringify(list('Title', ['a', 'b'], 'numbered'))).toContain('1. a\\n2. b');
  });

  it('lose their buttons once answered', () => {
    const message = {
      text: 't',
      blocks: [section('what'), { type: 'actions' as const, elements: [] }, section('foot')],
    };
    const { blocks } = answered(message, 'Approved');
    expect(blocks.map(({ type }) => type)).toEqual(['section', 'section', 'section']);
  });
});
