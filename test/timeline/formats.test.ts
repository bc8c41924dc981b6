import { describe, expect, test } from 'vitest';
import type { PrintedEvent } from '../../lib/timeline/event.ts';
import { record, timelineOf } from './logs.ts';

type Expected = Partial<Omit<PrintedEvent, 'actor'>> & { readonly actor?: string | null };

/** One record in each format, in the shape in which AWS documents it, and what it says. */
const samples: readonly (readonly [what: string, text: string | object, says: Expected])[] = [
  [
    'VPC flow, default',
    '2 111122223333 eni-0a1b2c3d 203.0.113.7 10.0.0.5 51000 22 6 12 840 1772600000 1772600059 REJECT OK',
    {
      time: '2026-03-04T04:53:20Z',
      kind: 'network',
      action: 'REJECT',
      outcome: 'failure',
      address: '203.0.113.7',
      resources: ['eni-0a1b2c3d', '10.0.0.5:22'],
    },
  ],
  [
    'VPC flow, own columns',
    'start srcaddr dstaddr dstport action instance-id log-status\n1772600000 10.0.0.5 198.51.100.9 443 ACCEPT i-0123456789abcdef0 OK',
    {
      time: '2026-03-04T04:53:20Z',
      kind: 'network',
      action: 'ACCEPT',
      outcome: 'success',
      address: '10.0.0.5',
      resources: ['i-0123456789abcdef0', '198.51.100.9:443'],
    },
  ],
  [
    'VPC flow, nothing seen',
    '2 unknown eni-0a1b2c3d - - - - - - - 1772600000 1772600059 - SKIPDATA',
    { kind: 'network', action: 'SKIPDATA', outcome: 'unknown', address: null, resources: ['eni-0a1b2c3d'] },
  ],
  [
    'Route 53 Resolver',
    {
      version: '1.100000',
      account_id: '111122223333',
      query_timestamp: '2026-03-04T05:06:07Z',
      query_name: 'pool.example.com.',
      query_type: 'A',
      rcode: 'NOERROR',
      srcaddr: '10.0.0.5',
      vpc_id: 'vpc-1',
      srcids: { instance: 'i-0123456789abcdef0' },
      firewall_rule_action: 'BLOCK',
    },
    {
      kind: 'network',
      action: 'query A',
      outcome: 'failure',
      actor: 'i-0123456789abcdef0',
      resources: ['pool.example.com', 'vpc-1'],
    },
  ],
  [
    'Network Firewall',
    {
      firewall_name: 'edge',
      availability_zone: 'us-east-1a',
      event_timestamp: '1772600767',
      event: {
        timestamp: '2026-03-04T05:06:07.123456+0000',
        event_type: 'alert',
        src_ip: '10.0.0.5',
        src_port: 50000,
        dest_ip: '198.51.100.9',
        dest_port: 4444,
        alert: { action: 'blocked', signature: 'miner' },
      },
    },
    {
      time: '2026-03-04T05:06:07.123456Z',
      kind: 'network',
      action: 'alert',
      outcome: 'failure',
      resources: ['198.51.100.9:4444', 'edge', 'miner'],
    },
  ],
  [
    'Application Load Balancer',
    'https 2026-03-04T05:06:07.186641Z app/web/50dc6c495c0c9188 203.0.113.7:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 34 366 "GET https://www.example.com:443/a HTTP/1.1" "curl/8" ECDHE TLSv1.3 arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/t/1 "Root=1" "www.example.com" "session-reused" 1 2026-03-04T05:06:07.000000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"',
    { time: '2026-03-04T05:06:07.186641Z', kind: 'network', action: 'GET', outcome: 'success', address: '203.0.113.7' },
  ],
  [
    'Classic Load Balancer',
    '2026-03-04T05:06:07.945958Z old-balancer 203.0.113.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 503 503 0 29 "POST http://www.example.com:80/login HTTP/1.1" "curl/8" - -',
    {
      kind: 'network',
      action: 'POST',
      outcome: 'failure',
      resources: ['old-balancer', 'http://www.example.com:80/login', '10.0.0.1:80'],
    },
  ],
  [
    'WAF',
    {
      timestamp: 1772600767502,
      formatVersion: 1,
      webaclId: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/1',
      action: 'BLOCK',
      httpSourceId: 'E1',
      httpRequest: {
        clientIp: '203.0.113.7',
        headers: [{ name: 'HOST', value: 'www.example.com' }],
        uri: '/admin',
        httpMethod: 'GET',
        requestId: 'r',
      },
    },
    {
      time: '2026-03-04T05:06:07.502Z',
      kind: 'network',
      action: 'BLOCK GET',
      outcome: 'failure',
      resources: ['www.example.com/admin', 'E1', 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/1'],
    },
  ],
  [
    'S3 server access',
    `${'a'.repeat(64)} my-bucket [04/Mar/2026:07:06:07 +0200] 203.0.113.7 arn:aws:iam::111122223333:user/mia 3E57427F3EXAMPLE REST.GET.OBJECT secret.csv "GET /my-bucket/secret.csv HTTP/1.1" 403 AccessDenied 243 - 7 - "-" "odd "agent" 1.0" - hostid= SigV4 ECDHE AuthHeader my-bucket.s3.amazonaws.com TLSv1.3 - - us-east-1 a-new-column`,
    {
      time: '2026-03-04T05:06:07Z',
      kind: 'storage',
      action: 'REST.GET.OBJECT',
      outcome: 'failure',
      actor: 'arn:aws:iam::111122223333:user/mia',
      resources: ['my-bucket/secret.csv'],
    },
  ],
  [
    'EKS audit',
    {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      auditID: 'x',
      stage: 'ResponseComplete',
      verb: 'create',
      user: { username: 'system:anonymous' },
      sourceIPs: ['203.0.113.7'],
      objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
      responseStatus: { code: 101 },
      requestReceivedTimestamp: '2026-03-04T05:06:07.123456Z',
    },
    {
      time: '2026-03-04T05:06:07.123456Z',
      kind: 'kubernetes',
      action: 'create pods/exec',
      outcome: 'success',
      actor: 'system:anonymous',
      resources: ['shop/pods/web'],
    },
  ],
  [
    'EKS authenticator',
    'time="2026-03-04T05:06:07Z" level=info msg="access granted" arn="arn:aws:iam::111122223333:role/admin" client="127.0.0.1:50000" groups="[system:masters]" method=POST path=/authenticate username=kubernetes-admin',
    {
      kind: 'kubernetes',
      action: 'access granted',
      outcome: 'success',
      actor: 'arn:aws:iam::111122223333:role/admin',
      address: '127.0.0.1',
    },
  ],
  [
    'audit of MySQL on RDS',
    "20260304 05:06:07,ip-10-0-0-1,admin,203.0.113.7,42,1001,QUERY,shop,'select * from cards, users where a = 1',0",
    {
      time: '2026-03-04T05:06:07Z',
      kind: 'database',
      action: 'QUERY',
      outcome: 'success',
      actor: 'admin',
      address: '203.0.113.7',
      resources: ['shop', 'ip-10-0-0-1'],
    },
  ],
  [
    'audit of Aurora MySQL',
    '1772600767123456,aurora-1,admin,203.0.113.7,42,0,FAILED_CONNECT,,,1045',
    { time: '2026-03-04T05:06:07.123456Z', kind: 'database', action: 'FAILED_CONNECT', outcome: 'failure' },
  ],
  [
    'errors of MySQL',
    "2026-03-04T05:06:07.123456Z 11 [Note] [MY-010926] [Server] Access denied for user 'root'@'203.0.113.7' (using password: YES)",
    { kind: 'database', action: 'connect', outcome: 'failure', actor: 'root', address: '203.0.113.7' },
  ],
  [
    'slow queries of MySQL',
    '# Time: 2026-03-04T05:06:07.123456Z\n# User@Host: admin[admin] @  [203.0.113.7]  Id:    42\n# Query_time: 9.0  Lock_time: 0.0 Rows_sent: 9  Rows_examined: 9\nuse shop;\nSET timestamp=1772600767;\nselect *\n  from cards;',
    {
      time: '2026-03-04T05:06:07.123456Z',
      kind: 'database',
      actor: 'admin',
      address: '203.0.113.7',
      resources: ['shop'],
    },
  ],
  [
    'PostgreSQL, pgaudit, over two lines',
    '2026-03-04 05:06:07 UTC:203.0.113.7(5432):app@shop:[1170]:LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.cards,"select *\n\tfrom cards",<none>',
    {
      kind: 'database',
      action: 'SELECT',
      outcome: 'success',
      actor: 'app',
      address: '203.0.113.7',
      resources: ['shop', 'public.cards'],
    },
  ],
  [
    'PostgreSQL, refused',
    '2026-03-04 05:06:07 UTC:203.0.113.7(5432):app@shop:[1170]:FATAL:  password authentication failed for user "app"',
    { kind: 'database', action: 'password authentication failed for user', outcome: 'failure' },
  ],
  [
    'an activity stream',
    {
      type: 'DatabaseActivityMonitoringRecord',
      clusterId: 'c',
      databaseActivityEventList: [
        {
          logTime: '2026-03-04 05:06:07.123+00',
          command: 'SELECT',
          databaseName: 'shop',
          dbUserName: 'app',
          remoteHost: '203.0.113.7',
          objectName: 'public.cards',
          exitCode: 0,
        },
      ],
    },
    {
      time: '2026-03-04T05:06:07.123Z',
      kind: 'database',
      action: 'SELECT',
      actor: 'app',
      resources: ['shop', 'public.cards'],
    },
  ],
  [
    'Lambda',
    '2026-03-04T05:06:07.123Z\t8f507cfc-0000-4000-8000-000000000000\tERROR\tit fell',
    { time: '2026-03-04T05:06:07.123Z', kind: 'compute', action: 'log error', outcome: 'failure' },
  ],
  [
    'Lambda, from CloudWatch Logs',
    {
      events: [
        {
          logStreamName: 's',
          timestamp: 1772600767123,
          message: 'START RequestId: 8f507cfc-0000-4000-8000-000000000000 Version: $LATEST\n',
        },
      ],
    },
    {
      time: '2026-03-04T05:06:07.123Z',
      kind: 'compute',
      action: 'START',
      resources: ['8f507cfc-0000-4000-8000-000000000000'],
    },
  ],
  [
    'Lambda, exported by CloudWatch Logs',
    '2026-03-04T05:06:07.123Z START RequestId: 8f507cfc-0000-4000-8000-000000000000 Version: $LATEST',
    { time: '2026-03-04T05:06:07.123Z', kind: 'compute', action: 'START' },
  ],
  [
    'Session Manager',
    {
      eventVersion: '1.0',
      eventTime: '2026-03-04T05:06:07Z',
      awsRegion: 'us-east-1',
      target: { id: 'i-0123456789abcdef0' },
      userIdentity: { arn: 'arn:aws:iam::111122223333:user/mia' },
      runAsUser: 'ssm-user',
      sessionId: 'mia-1',
      sessionData: ['id'],
    },
    {
      kind: 'compute',
      action: 'session',
      actor: 'arn:aws:iam::111122223333:user/mia',
      resources: ['i-0123456789abcdef0', 'mia-1', 'ssm-user'],
    },
  ],
  [
    'Run Command',
    {
      CommandInvocations: [
        {
          CommandId: 'c-1',
          InstanceId: 'i-0123456789abcdef0',
          DocumentName: 'AWS-RunShellScript',
          RequestedDateTime: '2026-03-04T06:06:07.123000+01:00',
          Status: 'Success',
        },
      ],
    },
    { time: '2026-03-04T05:06:07.123000Z', kind: 'compute', action: 'AWS-RunShellScript', outcome: 'success' },
  ],
  [
    'console',
    { InstanceId: 'i-0123456789abcdef0', Timestamp: '2026-03-04T05:06:07.000Z', Output: 'booting' },
    { kind: 'compute', action: 'console output', resources: ['i-0123456789abcdef0'] },
  ],
  [
    'container',
    { log: 'hello\n', stream: 'stderr', time: '2026-03-04T05:06:07.123456789Z' },
    { time: '2026-03-04T05:06:07.123456789Z', kind: 'compute', action: 'container stderr' },
  ],
  [
    'sshd',
    '2026-03-04T05:06:07.123456+00:00 web sshd[1]: Accepted publickey for ec2-user from 203.0.113.7 port 5000 ssh2: ED25519 SHA256:x',
    {
      time: '2026-03-04T05:06:07.123456Z',
      kind: 'compute',
      action: 'sshd login publickey',
      outcome: 'success',
      actor: 'ec2-user',
      address: '203.0.113.7',
    },
  ],
  [
    'auditd',
    'type=USER_LOGIN msg=audit(1772600767.123:42): pid=1 uid=0 auid=4294967295 msg=\'op=login acct="root" exe="/usr/sbin/sshd" addr=203.0.113.7 res=failed\'',
    { time: '2026-03-04T05:06:07.123Z', kind: 'compute', action: 'audit USER_LOGIN', outcome: 'failure' },
  ],
  [
    'a web server',
    '203.0.113.7 - - [04/Mar/2026:05:06:07 +0000] "GET /shell.php?c=id HTTP/1.1" 200 12 "-" "curl/8"',
    {
      time: '2026-03-04T05:06:07Z',
      kind: 'compute',
      action: 'GET',
      outcome: 'success',
      address: '203.0.113.7',
      resources: ['/shell.php?c=id'],
    },
  ],
  [
    'Bedrock',
    {
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
      timestamp: '2026-03-04T05:06:07Z',
      accountId: '111122223333',
      identity: { arn: 'arn:aws:iam::111122223333:user/mia' },
      region: 'us-east-1',
      requestId: 'r',
      operation: 'Converse',
      modelId: 'a.model',
    },
    { kind: 'audit', action: 'bedrock:Converse', actor: 'arn:aws:iam::111122223333:user/mia', resources: ['a.model'] },
  ],
  [
    'KMS',
    record(1, { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt' }),
    { kind: 'key', action: 'kms:Decrypt' },
  ],
  [
    'Secrets Manager',
    record(1, { eventSource: 'secretsmanager.amazonaws.com', eventName: 'GetSecretValue', errorCode: 'AccessDenied' }),
    { kind: 'key', outcome: 'failure' },
  ],
  [
    'S3 data event',
    record(1, {
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      eventCategory: 'Data',
      resources: [{ ARN: 'arn:aws:s3:::b/k' }, { ARN: 'arn:aws:s3:::b' }],
      requestParameters: { bucketName: 'b', key: 'k' },
    }),
    { kind: 'storage', resources: ['arn:aws:s3:::b/k', 'arn:aws:s3:::b', 'mia'].slice(0, 2) },
  ],
  [
    'S3 management event',
    record(1, { eventSource: 's3.amazonaws.com', eventName: 'PutBucketPolicy' }),
    { kind: 'audit' },
  ],
  [
    'EBS direct',
    record(1, { eventSource: 'ebs.amazonaws.com', eventName: 'GetSnapshotBlock', eventCategory: 'Data' }),
    { kind: 'storage' },
  ],
  [
    'a log-in that failed',
    record(1, {
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      responseElements: { ConsoleLogin: 'Failure' },
    }),
    { action: 'signin:ConsoleLogin', outcome: 'failure' },
  ],
  [
    'a service of AWS',
    record(1, {
      userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
      sourceIPAddress: 'ec2.amazonaws.com',
    }),
    { actor: 'ec2.amazonaws.com', address: 'ec2.amazonaws.com' },
  ],
];

const content = (text: string | object): string => (typeof text === 'string' ? text : JSON.stringify(text));

describe('each format', () => {
  test.each(samples)('%s', async (_, text, { actor, ...says }) => {
    const { events, unreadable } = await timelineOf({ log: `${content(text)}\n` });
    expect(unreadable).toEqual([]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject(says);
    if (actor !== undefined) expect(events[0]?.actor?.id ?? null).toBe(actor);
  });

  test.each(samples)('%s, as CloudWatch Logs hands it over', async (_, text, { actor, ...says }) => {
    const whole = content(text);
    const message = whole.startsWith('start srcaddr') ? null : whole;
    if (message === null || /"(events|CommandInvocations|databaseActivityEventList)":\[|Z START/.test(message)) return;
    const logged = { logGroup: 'g', logStream: 'x', logEvents: [{ id: '1', timestamp: 1772600767000, message }] };
    const { events } = await timelineOf({ log: JSON.stringify(logged) });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ ...says, resources: expect.arrayContaining(says.resources ?? []) });
  });

  test('all of them in one file, each once', async () => {
    const all = samples.map(([, text]) => content(text));
    const { events, sum } = await timelineOf({
      log: `${all.join('\n')}\n`,
      'again.gz': `${all.toReversed().join('\r\n')}\r\n`,
    });
    expect(new Set(events.map(({ kind }) => kind)).size).toBe(7);
    expect(sum.unreadable).toBe(0);
    expect(sum.events + sum.merged).toBe(sum.read);
  });
});

test('what has no year is read as of the year of its file, which is said', async () => {
  const { events, unreadable } = await timelineOf({
    log: 'Mar  4 05:06:07 web sudo: mia : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh\n',
  });
  const year = new Date().getUTCFullYear();
  expect(events[0]).toMatchObject({
    time: `${year}-03-04T05:06:07Z`,
    action: 'sudo',
    outcome: 'success',
    resources: ['/bin/sh'],
  });
  expect(unreadable).toEqual([`log:1: Times without year and zone are read as of ${year}, the file's own, in UTC.`]);
});

test.each([
  [
    'a zone that has no number',
    '2026-03-04 05:06:07 CET:203.0.113.7(5432):app@shop:[1170]:LOG:  statement: select 1',
    'Its zone CET is not known here',
  ],
  [
    'an encrypted activity stream',
    '{"type":"DatabaseActivityMonitoringRecords","version":"1.1","databaseActivityEvents":"AYAD","key":"AQI"}',
    'still encrypted',
  ],
  [
    'a line of Lambda without a time',
    'START RequestId: 8f507cfc-0000-4000-8000-000000000000 Version: $LATEST',
    'It has no time',
  ],
  ['a flow log without times', 'srcaddr dstaddr action\n10.0.0.1 10.0.0.2 ACCEPT', 'neither start nor end'],
])('%s is named', async (_, text, why) => {
  const { unreadable, sum } = await timelineOf({ log: text });
  expect(unreadable.join()).toContain(why);
  expect(sum.unreadable).toBe(1);
});
