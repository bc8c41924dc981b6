import { describe, expect, it } from 'vitest';
import { named, type Principal } from '../named.ts';
import { actorsIn } from './actors.ts';

const place = { account: '444455556666', region: 'eu-central-1' };
const key = (id: string, name: string, kind: Principal['kind'] = 'iam-user') =>
  named('access-key', id, place, { principal: { kind, name, id: null, session: null } });
const bucket = named('bucket', 'ledgers', place);
const [alice, again, bob] = [
  key('AKIAIOSFODNN7EXAMPLE', 'alice'),
  key('AKIAIOSFODNN7EXAMPLF', 'alice'),
  key('AKIAIOSFODNN7EXAMPLG', 'bob'),
];
const of = (source: 'guardduty' | 'cloudtrail', ...targets: (typeof bucket)[]) => ({
  source,
  targets,
  partition: 'aws',
  missing: [],
});

describe('who acted', () => {
  it('is whoever holds the key beside what was done, once for all keys of one holder', () => {
    expect(actorsIn(of('guardduty', bucket, alice, again))).toEqual([again]);
  });

  it('are all actors of an attack sequence', () => {
    expect(actorsIn(of('guardduty', alice, bob, bucket))).toEqual([alice, bob]);
  });

  it('is the caller of a call, and nobody it was called on', () => {
    expect(actorsIn(of('cloudtrail', alice, bob))).toEqual([alice]);
    expect(actorsIn({ ...of('cloudtrail', bob), missing: ['caller'] })).toEqual([]);
  });

  it('is nobody where only things are named, or a holder without a name', () => {
    expect(actorsIn(of('guardduty', bucket))).toEqual([]);
    const unknown = named('principal', 'x', place, {
      principal: { kind: 'unknown', name: null, id: null, session: null },
    });
    expect(actorsIn(of('guardduty', unknown))).toEqual([]);
  });
});
