import { describe, expect, test } from 'vitest';
import {
  asked,
  call,
  eventIn,
  outside,
  own,
  read,
  service,
  session,
  stranger,
} from '../../../test/timeline/a-record.ts';
import type { TimelineEvent } from '../event.ts';
import { explainNormal } from './explain.ts';
import { judging } from './judge.ts';
import { normalOf, normalRules } from './normal.ts';
import { type Ours, oursOf } from './ours.ts';

const run = 'ec2-instance-compromise-4f2a';
const configured = { name: 'tourniquet', rolePath: '/security/', hub: own, members: [], organization: undefined };
const roles = oursOf(configured);
const ours: Ours | undefined = roles && { ...roles, runs: new Set([run]) };
const contain = (
  name: string,
  account = own,
  path = '/security/',
  role = 'tourniquet-contain',
  recipient = account,
): TimelineEvent =>
  read(
    call(
      'ec2:ModifyNetworkInterfaceAttribute',
      {},
      { userIdentity: session(role, name, account, path), recipientAccountId: recipient },
    ),
  );
const linked = (name: string, path: string, action = 'config:DescribeConfigRules', more: object = {}): TimelineEvent =>
  read(call(action, null, { userIdentity: session(name, 'configLambdaExecution', own, path), ...more }));
const slr = '/aws-service-role/config.amazonaws.com/';
const delivery = (name: string, action = 's3:PutObject'): TimelineEvent =>
  read(call(action, {}, { userIdentity: service(name), sourceIPAddress: `${name}.amazonaws.com` }));
const nothing = (status: string): TimelineEvent =>
  eventIn(`2 ${own} eni-0abc1234def567890 - - - - - - - 1763647200 1763647260 - ${status}`);
const request = (
  address: string,
  agent: string,
  line = 'GET http://10.0.1.5:80/ HTTP/1.1',
  status = 200,
): TimelineEvent =>
  eventIn(
    `http 2026-11-20T14:03:07.186641Z app/shop/50dc6c495c0c9188 ${address}:2817 10.0.2.7:80 0.000 0.001 0.000 ${status} ${status} 34 366 "${line}" "${agent}" - - - "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0`,
  );
const as = (username: string, extra?: object) => ({ user: { username, groups: [], ...(extra && { extra }) } });
const anonymous = (requestURI: string, verb = 'get'): TimelineEvent =>
  read(asked(verb, '', { ...as('system:anonymous'), objectRef: undefined, requestURI }));
const arn = { arn: [`arn:aws:iam::${own}:user/mallory`] };

const cases: Readonly<
  Record<string, { readonly yes: readonly TimelineEvent[]; readonly no: readonly TimelineEvent[] }>
> = {
  'own-act': {
    yes: [contain(run)],
    // Another run, a role of that name elsewhere, and one under another path, which anybody who may make roles can make.
    no: [
      contain('some-run'),
      contain(run, stranger),
      contain(run, stranger, '/security/', 'tourniquet-contain', own),
      contain(run, own, '/'),
      contain(run, own, '/security/', 'tourniquet-helper'),
    ],
  },
  'log-delivery': {
    yes: [delivery('cloudtrail'), delivery('delivery.logs')],
    no: [delivery('lambda'), read(call('s3:PutObject', {}, { sourceIPAddress: 'cloudtrail.amazonaws.com' }))],
  },
  'aws-service': {
    yes: [delivery('lambda', 'sts:AssumeRole'), delivery('cloudtrail', 's3:GetBucketAcl')],
    no: [
      // The user's own act, carried out by a service: it stays the user's.
      read(
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
      request('10.0.1.5', 'ELB-HealthChecker/2.0', 'GET http://10.0.1.5:80/ HTTP/1.1', 404),
    ],
  },
  'cluster-health': {
    yes: [anonymous('/readyz?verbose')],
    no: [anonymous('/api/v1/pods'), anonymous('/healthz', 'create'), anonymous('/readyz-not')],
  },
  'cluster-controller': {
    yes: [read(asked('list', 'secrets', as('system:kube-controller-manager')))],
    no: [
      // A principal of AWS whom aws-auth maps to that name.
      read(asked('list', 'secrets', as('system:kube-controller-manager', arn))),
      read(asked('create', 'pods/exec', as('system:kube-controller-manager'))),
      read(asked('list', 'secrets', as('kube-controller-manager'))),
    ],
  },
  'cluster-chore': {
    yes: [read(asked('update', 'leases', as('system:node:ip-10-0-1-5.ec2.internal', arn)))],
    no: [
      read(asked('list', 'secrets', as('system:node:ip-10-0-1-5.ec2.internal', arn))),
      read(asked('create', 'pods', as('system:serviceaccount:kube-system:helper'))),
      read(asked('update', 'leases')),
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
    expect(oursOf({ ...configured, hub: undefined })).toBeUndefined();
    expect(normalOf(contain('any-run'), roles)?.id).toBe('own-act');
    // Of an organisation no list of accounts is known: a role of that name in an account elsewhere is not ours in our log.
    const anywhere = oursOf({ ...configured, organization: { id: 'o-exampleorgid' } });
    expect(normalOf(contain('any-run', '444455556666'), anywhere)?.id).toBe('own-act');
    expect(normalOf(contain(run, stranger, '/security/', 'tourniquet-contain', own), anywhere)).toBeNull();
  });

  test('has no label, and counts for nothing', () => {
    const judge = judging();
    const inventory = (identity: object) => read(call('ec2:DescribeInstances', null, { userIdentity: identity }));
    const judged = Array.from({ length: 12 }, () => judge(inventory(service('config'))));
    expect(judged.at(-1)).toEqual({ labels: [], normal: 'aws-service' });
  });

  test('is no session name, and no name of a program', () => {
    const named = call(
      'iam:CreateUser',
      {},
      { userIdentity: session('deploy', run), userAgent: 'ELB-HealthChecker/2.0' },
    );
    expect(normalOf(read(named), ours)).toBeNull();
  });

  test('is explained', () => {
    expect(explainNormal('aws-service')).toMatch(/^aws-service: A service of AWS .*; source: https:\/\/docs\.aws/);
    expect(explainNormal('else')).toMatch(/not know/);
  });
});
