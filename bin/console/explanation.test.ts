import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known } from '../../lambdas/targets/target.ts';
import type { Ask, Playbook } from '../../lib/asl/notation.ts';
import { stepsOf } from '../../lib/asl/wiring.ts';
import { guardDutyTypes, retiredGuardDutyTypes } from '../../lib/domain/finding/guardduty-types.ts';
import { TargetKind } from '../../lib/domain/named.ts';
import { playbooksFor } from '../../lib/routing/check.ts';
import { playbooks } from '../../playbooks/index.ts';
import { doingsOf } from './doings.ts';
import { explainedType } from './explained-type.ts';
import { explainedIn } from './explanation.ts';
import { principalWords, targetWords } from './target-words.ts';

const responses = playbooks.filter(({ startedBy }) => startedBy === 'findings');

describe('the steps', () => {
  test.for(responses.map((book) => [book.name, book] as const))(
    'of %s on all that has levers are all it has',
    ([, book]) => {
      const steps = new Set(stepsOf(book).map(({ name }) => name));
      const doings = known.flatMap(({ kind }) => doingsOf(book, kind)).filter(({ byHand }) => !byHand);
      expect(new Set(doings.map(({ name }) => name))).toEqual(steps);
    },
  );

  test.for(TargetKind.options.filter((kind) => kind !== 'instance'))('on a %s none works on instances only', (kind) => {
    const names = responses.flatMap((book) => doingsOf(book, kind)).map(({ name }) => name);
    expect(names).not.toContain('quarantine-interfaces');
    expect(names).toContain('open-obligations');
  });

  test('that hurt are never said to run by themselves', () => {
    const hurting = responses.flatMap((book) =>
      doingsOf(book, 'instance').filter(({ phase }) => phase === 'contain' || phase === 'eradicate'),
    );
    expect(hurting.length).toBeGreaterThan(0);
    expect(hurting.filter(({ authority }) => authority === 'auto')).toEqual([]);
  });

  test('an eradication asks two people', () => {
    const book = responses.find(({ name }) => name === 'ec2-instance-compromise');
    const ask = book?.asks[0];
    if (!book || !ask) throw new Error('no question');
    const eradicate: Ask = { ...ask, kind: 'eradicate', needs: 'two', unless: 'nothing', measure: null };
    const changed: Playbook = { ...book, preservation: [], volatile: [], information: [], last: [], asks: [eradicate] };
    expect(new Set(doingsOf(changed, 'instance').map(({ authority }) => authority))).toEqual(new Set(['ask-two']));
  });
});

describe('a type', () => {
  test.for([...guardDutyTypes, ...retiredGuardDutyTypes])('%s goes where the catalogue says', (type) => {
    const { playbook, alternatives = [], didYouMean, steps } = explainedType(playbooks, type);
    expect([playbook, ...alternatives]).toEqual(playbooksFor(playbooks, type));
    expect(didYouMean).toBeUndefined();
    // Whether a log is among what it names, or whose a container is, such a type does not tell.
    const unsaid = type.includes(':Container/');
    const inDoubt = steps.filter(({ when, name }) => when && name !== 'switch-logging-on' && !unsaid);
    expect(inDoubt).toEqual([]);
  });
});

test('any JSON value is explained or says why it is not', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const one of explainedIn(playbooks, { at: 'f', value }))
        expect('error' in one ? one.error : one.because).not.toBe('');
    }),
  );
});

describe('in words', () => {
  const home = { account: '111122223333', region: 'eu-central-1' };
  const user = { kind: 'iam-user', name: 'alice', id: 'AIDAEXAMPLE', session: null } as const;

  test.for([
    [user, 'IAM user alice'],
    [{ ...user, name: null }, 'IAM user with id AIDAEXAMPLE'],
    [{ ...user, kind: 'root' }, 'the root user'],
    [{ ...user, kind: 'role-session', name: 'deploy', session: 'i-0a1b' }, 'role deploy in session i-0a1b'],
    [{ ...user, kind: 'federated-user', name: 'eve', session: 'eve' }, 'federated user eve'],
    [{ ...user, kind: 'unknown', name: null, id: null }, 'holder without a name'],
  ] as const)('%j is %s', ([principal, words]) => {
    expect(principalWords(principal)).toBe(words);
  });

  test.for([
    [{ kind: 'access-key', id: 'AKIA', ...home, principal: user }, 'access key AKIA of IAM user alice'],
    [{ kind: 'principal', id: 'alice', ...home, principal: user }, 'IAM user alice'],
    [
      { kind: 'bucket', id: 'b', account: '444455556666', region: 'eu-west-1' },
      'S3 bucket b (444455556666, eu-west-1)',
    ],
    [{ kind: 'object', id: 'b/k', ...home, inside: 'b', version: '7' }, 'S3 object b/k, version 7'],
    [{ kind: 'db-instance', id: 'd', ...home, inside: 'c', user: 'admin' }, 'database d in c, as admin'],
  ] as const)('%j is %s', ([target, words]) => {
    expect(targetWords(target, home)).toBe(words);
  });
});
