import { describe, expect, it } from 'vitest';
import {
  invokersIn,
  invokersSentence,
  mayRunAtTheEdge,
  provisionedSentence,
  runsSentence,
  settingsSentences,
  sourceSentence,
  urlSentence,
} from './plan.ts';

describe('what people read before they stop a function', () => {
  it.each([
    [0, 'It did not run in the last 7 days'],
    [1, 'It ran 1 time in the last 7 days'],
    [1204, 'It ran 1,204 times in the last 7 days'],
  ])('%i runs', (runs, words) => {
    expect(runsSentence(runs)).toBe(words);
  });

  it.each([
    ['arn:aws:sqs:eu-central-1:444455556666:orders', 'Enabled', /sqs orders is enabled; messages wait/],
    [
      'arn:aws:dynamodb:eu-central-1:444455556666:table/t/stream/2026',
      'Disabled',
      /dynamodb table\/t is disabled; .*24 hours/,
    ],
    [
      'arn:aws:kinesis:eu-central-1:444455556666:stream/clicks',
      'Updating',
      /kinesis stream\/clicks is enabled; .*lost/,
    ],
    ['arn:aws:mq:eu-central-1:444455556666:broker:b', 'Enabled', /mq broker:b is enabled$/],
  ])('the event source %s', (arn, state, words) => {
    expect(sourceSentence(arn, state)).toMatch(words);
  });

  it('who may invoke it, each once, and nobody who may only read', () => {
    const Statement = [
      { Action: 'lambda:InvokeFunction', Principal: { Service: 's3.amazonaws.com' } },
      { Action: 'lambda:InvokeFunction', Principal: { Service: 's3.amazonaws.com' } },
      { Action: 'lambda:InvokeFunctionUrl', Principal: '*' },
      { Action: 'lambda:GetFunction', Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
    ];
    const invokers = invokersIn(JSON.stringify({ Statement }));
    expect(invokers).toEqual(['everybody', 's3.amazonaws.com']);
    expect(invokersSentence(invokers)).toBe('By policy everybody, s3.amazonaws.com may invoke it');
    expect(invokersSentence([])).toMatch(/^No policy/);
    expect(invokersSentence(['a', 'b', 'c', 'd', 'e', 'f'])).toContain('and 1 more');
  });

  it('what waits and what is lost', () => {
    const usual = { state: 'Active', timeout: 900, vpc: null, eventAge: 21_600, lastResort: null };
    expect(settingsSentences(usual)).toEqual([
      'Runs under way end within 15 minutes',
      'While it is stopped, asynchronous events wait for up to 6 hours, then they are dropped',
      'Undo takes seconds',
    ]);
    const other = { state: 'Inactive', timeout: 3, vpc: 'vpc-1', eventAge: 60, lastResort: 'arn:aws:sqs:::dead' };
    expect(settingsSentences(other).join()).toMatch(/Inactive.*3 seconds.*1 minute.*go to arn:aws:sqs:::dead.*vpc-1/);
  });

  it('what is provisioned for which version or alias', () => {
    expect(provisionedSentence({})).toBeNull();
    expect(provisionedSentence({ 3: 1, live: 20 })).toMatch(/\(3: 1, live: 20\) is removed .*minutes/);
  });

  it('its URL, and copies at the edge', () => {
    expect(urlSentence([])).toBeNull();
    expect(urlSentence([{ auth: 'NONE' }])).toContain('without authentication');
    expect(urlSentence([{ auth: 'AWS_IAM' }])).toContain('IAM credentials');
    expect(mayRunAtTheEdge('{"Service":["lambda.amazonaws.com","edgelambda.amazonaws.com"]}')).toBe(true);
    expect(mayRunAtTheEdge('{"Service":"lambda.amazonaws.com"}')).toBe(false);
  });
});
