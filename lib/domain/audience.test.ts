import { expect, it } from 'vitest';
import { type Audience, audienceNews, isIdentity } from './audience.ts';

const of = (members: string[], kind: Audience['kind'] = 'private'): Audience => ({ kind, members });

it.each<[string, Audience | null, Audience, string | null]>([
  ['the first look at a private channel', null, of(['U1']), null],
  ['the first look at a public one', null, of(['U1'], 'public'), 'The channel is public'],
  ['the first look at a shared one', null, of(['U1'], 'shared'), 'shared with another organisation'],
  ['no change', of(['U1', 'U2']), of(['U1', 'U2']), null],
  ['a public one, which was said', of(['U1'], 'public'), of(['U1'], 'public'), null],
  ['somebody more', of(['U1']), of(['U1', 'U2', 'U3']), 'Joined the channel during this incident: U2, U3.'],
  ['somebody less', of(['U1', 'U2']), of(['U1']), 'Left it: U2.'],
  ['another in their place', of(['U1']), of(['U2']), 'Joined the channel during this incident: U2. Left it: U1.'],
  ['one that is opened to all', of(['U1']), of(['U1'], 'public'), 'The channel is public'],
  ['very many', of([]), of(Array.from({ length: 30 }, (_, n) => `U${n}`)), 'U9 and 20 more.'],
])('%s', (_, before, now, news) => {
  expect(audienceNews(before, now)).toEqual(news === null ? null : expect.stringContaining(news));
});

it.each([
  ['arn:aws:iam::111122223333:user/bob', true],
  ['arn:aws:iam::111122223333:root', true],
  ['arn:aws:sts::111122223333:assumed-role/r/s', true],
  ['arn:aws:identitystore:::user/1', true],
  ['arn:aws:ec2:eu-central-1:111122223333:instance/i-1', false],
  ['arn:aws:s3:::iam', false],
])('%s is somebody: %s', (arn, is) => {
  expect(isIdentity(arn)).toBe(is);
});
