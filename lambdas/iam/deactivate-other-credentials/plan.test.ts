import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareThreeWay, differences } from '../../../lib/domain/before-state.ts';
import type { User } from '../user/target.ts';
import { active, left, planSwitchingOff, toGiveBack, verdictOf } from './plan.ts';
import type { CredentialStatus, OtherCredentials } from './step.ts';

const target: User = {
  kind: 'user',
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  id: 'alice',
  arn: 'arn:aws:iam::444455556666:user/shop/alice',
  principal: null,
  seenAt: '2026-11-03T10:00:00.000Z',
  tags: {},
  since: '2026-11-03T09:00:00.000Z',
  key: 'AKIALEAKED',
  keys: [],
  attached: [],
  boundary: null,
};
const none: OtherCredentials = { service: {}, ssh: {}, certificates: {} };
const before: OtherCredentials = {
  service: { ACCABEDROCK: 'Active', ACCAOLDGIT: 'Expired' },
  ssh: { APKALAPTOP: 'Active', APKAFORMER: 'Inactive' },
  certificates: { CERTSOAP: 'Active' },
};
const ours: OtherCredentials = {
  service: { ACCABEDROCK: 'Inactive', ACCAOLDGIT: 'Expired' },
  ssh: { APKALAPTOP: 'Inactive', APKAFORMER: 'Inactive' },
  certificates: { CERTSOAP: 'Inactive' },
};

describe('planSwitchingOff', () => {
  it('means every active one inactive, of each kind; an expired one stays expired', () => {
    expect(planSwitchingOff(target, before)).toEqual({ ours });
  });

  it('has nothing to do where there is none, and where none is active', () => {
    expect(planSwitchingOff(target, none)).toEqual({ nothing: 'alice has no other credentials' });
    const said = [
      'service-specific credential ACCABEDROCK: inactive',
      'service-specific credential ACCAOLDGIT: expired',
      'SSH key APKALAPTOP: inactive',
      'SSH key APKAFORMER: inactive',
      'signing certificate CERTSOAP: inactive',
    ];
    expect(planSwitchingOff(target, ours)).toEqual({ nothing: `alice: none is active: ${said.join(', ')}` });
  });
});

describe('what the thief makes meanwhile', () => {
  const now: OtherCredentials = { ...ours, service: { ...ours.service, ACCATHIEF: 'Active' } };

  it('is a difference, is switched off too, and is named until it is', () => {
    expect(differences(ours, now)).toHaveLength(1);
    expect(active(now)).toEqual([{ kind: 'service', id: 'ACCATHIEF', status: 'Active' }]);
    const because = 'still active: service-specific credential ACCATHIEF (created since)';
    expect(verdictOf(ours, now)).toEqual({ outcome: 'not-verified', because });
  });

  it('is left as it is when letting go', () => {
    expect(toGiveBack(now, before).map(({ id }) => id)).toEqual(['ACCABEDROCK', 'APKALAPTOP', 'CERTSOAP']);
    expect(left(before, { ...before, service: now.service }).map(({ path }) => path)).toEqual(['service.ACCABEDROCK']);
  });
});

it('one that is switched on again is named as ours', () => {
  const because = 'still active: SSH key APKALAPTOP';
  expect(verdictOf(ours, { ...ours, ssh: before.ssh })).toEqual({ outcome: 'not-verified', because });
});

describe('one that is gone or has expired meanwhile', () => {
  const now: OtherCredentials = { ...ours, service: { ACCABEDROCK: 'Expired' }, ssh: { APKAFORMER: 'Inactive' } };

  it('is no error: it can do no harm', () => {
    expect(verdictOf(ours, now)).toEqual({
      outcome: 'verified',
      seen: [
        'SSH key APKAFORMER: Inactive',
        'SSH key APKALAPTOP: deleted',
        'service-specific credential ACCABEDROCK: Expired',
        'service-specific credential ACCAOLDGIT: deleted',
        'signing certificate CERTSOAP: Inactive',
      ],
    });
  });

  it('cannot be given back: a person is shown that, and letting go ends', () => {
    expect(compareThreeWay(before, ours, now).changedMeanwhile.map(({ path }) => path)).toEqual([
      'service.ACCABEDROCK',
      'service.ACCAOLDGIT',
      'ssh.APKALAPTOP',
    ]);
    expect(toGiveBack(now, before)).toEqual([{ kind: 'certificates', id: 'CERTSOAP', status: 'Active' }]);
    expect(left(before, { ...now, certificates: before.certificates })).toEqual([]);
  });
});

it('from any statuses, what is done and undone is as before', () => {
  const status = fc.constantFrom<CredentialStatus>('Active', 'Inactive', 'Expired');
  const held = (...ids: string[]) => fc.dictionary(fc.constantFrom(...ids), status);
  const any = fc.record({ service: held('A', 'B', 'C'), ssh: held('A', 'D'), certificates: held('E') });
  fc.assert(
    fc.property(any, (was) => {
      const plan = planSwitchingOff(target, was);
      const done = 'ours' in plan ? plan.ours : was;
      expect('ours' in plan).toBe(active(was).length > 0);
      expect(verdictOf(done, done)).toHaveProperty('outcome', 'verified');
      const again = structuredClone(done);
      for (const { kind, id, status: meant } of toGiveBack(done, was)) again[kind][id] = meant;
      expect(again).toEqual(was);
      expect(left(was, again)).toEqual([]);
    }),
  );
});
