import { describe, expect, test } from 'vitest';
import {
  asked,
  audit,
  call,
  cloudTrail,
  event,
  flow,
  outside,
  own,
  service,
  session,
  stranger,
} from '../../../test/timeline/a-record.ts';
import type { TimelineEvent } from '../event.ts';
import { explainNormal } from './explain.ts';
import { judging } from './judge.ts';
import { normalOf, normalRules, type Ours } from './normal.ts';

const role = `arn:aws:iam::${own}:role/security/tourniquet-contain`;
const run = 'ec2-instance-compromise-4f2a';
const ours: Ours = { roles: new Set([role]), runs: new Set([run]) };
const contain = (name: string, account = own, path = '/security/'): TimelineEvent =>
  cloudTrail(
    call(
      'ec2:ModifyNetworkInterfaceAttribute',
      {},
      { userIdentity: session('tourniquet-contain', name, account, path) },
    ),
  );
const linked = (name: string, path: string, action = 'config:DescribeConfigRules', more: object = {}): TimelineEvent =>
  cloudTrail(call(action, null, { userIdentity: session(name, 'configLambdaExecution', own, path), ...more }));
const slr = '/aws-service-role/config.amazonaws.com/';
const delivery = (name: string, action = 's3:PutObject'): TimelineEvent =>
  cloudTrail(call(action, {}, { userIdentity: service(name), sourceIPAddress: `${name}.amazonaws.com` }));
const nothing = (status: string): TimelineEvent =>
  flow(`2 ${own} eni-0abc1234def567890 - - - - - - - 1763647200 1763647260 - ${status}`);
const request = (
  address: string,
  user_agent: string,
  line = 'GET http://10.0.1.5:80/ HTTP/1.1',
  outcome: 'success' | 'failure' = 'success',
) =>
  event({ format: 'load-balancer', kind: 'network', actor: null, action: 'GET', address, outcome }, line, {
    user_agent,
    request: line,
  });
const as = (username: string, extra?: object) => ({ user: { username, groups: [], ...(extra && { extra }) } });
const anonymous = (requestURI: string, verb = 'get'): TimelineEvent =>
  audit(asked(verb, '', { ...as('system:anonymous'), objectRef: undefined, requestURI }));
const arn = { arn: [`arn:aws:iam::${own}:user/mallory`] };

const cases: Readonly<
  Record<string, { readonly yes: readonly TimelineEvent[]; readonly no: readonly TimelineEvent[] }>
> = {
  'own-act': {
    yes: [contain(run)],
    // Another run, a role of that name elsewhere, and one under another path, which anybody who may make roles can make.
    no: [contain('some-run'), contain(run, stranger), contain(run, own, '/')],
  },
  'log-delivery': {
    yes: [delivery('cloudtrail'), delivery('delivery.logs')],
    no: [delivery('lambda'), cloudTrail(call('s3:PutObject', {}, { sourceIPAddress: 'cloudtrail.amazonaws.com' }))],
  },
  'aws-service': {
    yes: [delivery('lambda', 'sts:AssumeRole'), delivery('cloudtrail', 's3:GetBucketAcl')],
    no: [
      // The user's own act, carried out by a service: it stays the user's.
      cloudTrail(
        call(
          'kms:GenerateDataKey',
          {},
          {
            userIdentity: {
              type: 'IAMUser',
              arn: `arn:aws:iam::${own}:user/mallory`,
              invokedBy: 'secretsmanager.amazonaws.com',
            },
            sourceIPAddress: 'secretsmanager.amazonaws.com',
          },
        ),
      ),
      delivery('ec2', 'ec2:SharedSnapshotVolumeCreated'),
      delivery('kms', 'kms:DeleteKey'),
    ],
  },
  'watching-service': {
    yes: [linked('AWSServiceRoleForConfig', slr)],
    no: [
      linked('AWSServiceRoleForConfig', '/'),
      linked('AWSServiceRoleForConfig', slr, 's3:PutBucketPolicy'),
      linked('AWSServiceRoleForAutoScaling', '/aws-service-role/autoscaling.amazonaws.com/', 'ec2:DescribeInstances'),
    ],
  },
  'flow-nothing': { yes: [nothing('NODATA')], no: [nothing('SKIPDATA')] },
  'flow-skipped': { yes: [nothing('SKIPDATA')], no: [nothing('NODATA')] },
  'health-check': {
    yes: [request('10.0.1.5', 'ELB-HealthChecker/2.0')],
    no: [
      request(outside, 'ELB-HealthChecker/2.0'),
      request('10.0.1.5', 'curl/8.9.1'),
      request('10.0.1.5', 'ELB-HealthChecker/2.0', 'POST http://10.0.1.5:80/admin HTTP/1.1'),
      request('10.0.1.5', 'ELB-HealthChecker/2.0', 'GET http://10.0.1.5:80/?q=1 HTTP/1.1'),
      request('10.0.1.5', 'ELB-HealthChecker/2.0', 'GET http://10.0.1.5:80/ HTTP/1.1', 'failure'),
    ],
  },
  'cluster-health': {
    yes: [anonymous('/readyz?verbose')],
    no: [anonymous('/api/v1/pods'), anonymous('/healthz', 'create'), anonymous('/readyz-not')],
  },
  'cluster-controller': {
    yes: [audit(asked('list', 'secrets', as('system:kube-controller-manager')))],
    no: [
      // A principal of AWS whom aws-auth maps to that name.
      audit(asked('list', 'secrets', as('system:kube-controller-manager', arn))),
      audit(asked('create', 'pods/exec', as('system:kube-controller-manager'))),
      audit(asked('list', 'secrets', as('kube-controller-manager'))),
    ],
  },
  'cluster-chore': {
    yes: [audit(asked('update', 'leases', as('system:node:ip-10-0-1-5.ec2.internal', arn)))],
    no: [
      audit(asked('list', 'secrets', as('system:node:ip-10-0-1-5.ec2.internal', arn))),
      audit(asked('create', 'pods', as('system:serviceaccount:kube-system:helper'))),
      audit(asked('update', 'leases')),
    ],
  },
};

describe('what is normal', () => {
  test.each(normalRules)('$id', ({ id }) => {
    for (const one of cases[id]?.yes ?? []) expect(normalOf(one, ours)?.id).toBe(id);
    for (const one of cases[id]?.no ?? []) expect(normalOf(one, ours)?.id).not.toBe(id);
    expect(cases[id]?.yes.length && cases[id]?.no.length).toBeTruthy();
  });

  test('is nobody’s own act where it is not known whose roles are ours', () => {
    expect(normalOf(contain(run))).toBeNull();
    expect(normalOf(contain('any-run'), { roles: new Set([role]) })?.id).toBe('own-act');
  });

  test('has no label, and counts for nothing', () => {
    const judge = judging();
    const inventory = (identity: object) => cloudTrail(call('ec2:DescribeInstances', null, { userIdentity: identity }));
    const judged = Array.from({ length: 12 }, () => judge(inventory(service('config'))));
    expect(judged.at(-1)).toEqual({ labels: [], normal: 'aws-service' });
  });

  test('is no session name, and no name of a program', () => {
    const named = call(
      'iam:CreateUser',
      {},
      { userIdentity: session('deploy', run), userAgent: 'ELB-HealthChecker/2.0' },
    );
    expect(normalOf(cloudTrail(named), ours)).toBeNull();
  });

  test('is explained', () => {
    expect(explainNormal('aws-service')).toMatch(/^aws-service: A service of AWS .*; source: https:\/\/docs\.aws/);
    expect(explainNormal('else')).toMatch(/not know/);
  });
});
