import type { TimelineEvent } from '../../lib/timeline/event.ts';
import { asked, eventIn, outside, own, read } from './a-record.ts';

/** As with calls, of what is no record of CloudTrail. */
export interface LineCase {
  readonly yes: readonly TimelineEvent[];
  readonly no: readonly TimelineEvent[];
}

const one = (yes: TimelineEvent, no: TimelineEvent): LineCase => ({ yes: [yes], no: [no] });
const counted = (of: number, made: (index: number) => TimelineEvent): LineCase => ({
  yes: Array.from({ length: of }, (_, index) => made(index)),
  no: Array.from({ length: of - 1 }, (_, index) => made(index)),
});
const line = (from: string, to: string, port: number, action = 'ACCEPT', own = 51234): TimelineEvent =>
  eventIn(
    `2 111122223333 eni-0abc1234def567890 ${from} ${to} ${own} ${port} 6 12 4821 1763647200 1763647260 ${action} OK`,
  );

const query = { version: '1.100000', account_id: own, region: 'eu-central-1', vpc_id: 'vpc-0abc1234def567890' };
const resolver = (more: object): TimelineEvent =>
  read({
    ...query,
    query_timestamp: '2026-11-20T14:03:07Z',
    query_name: 'bad.example.',
    query_type: 'A',
    srcaddr: '10.0.1.5',
    ...more,
  });
const acl = {
  timestamp: 1763647387000,
  formatVersion: 1,
  webaclId: 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/shop/1',
};
const waf = (...conditions: string[]): TimelineEvent =>
  read({
    ...acl,
    action: 'BLOCK',
    terminatingRuleMatchDetails: conditions.map((conditionType) => ({ conditionType, location: 'QUERY_STRING' })),
    httpRequest: { clientIp: outside, headers: [], uri: '/', httpMethod: 'GET' },
  });
const owner = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';
const s3 = (action: string, id: string | null): TimelineEvent =>
  eventIn(
    `${owner} shop-data [20/Nov/2026:14:03:07 +0000] ${outside} ${id ?? '-'} 3E57427F3EXAMPLE ${action} a "GET /a HTTP/1.1" 200 - 113 113 7 6 "-" "curl/8.9.1" -`,
  );
const postgres = (text: string): TimelineEvent =>
  eventIn(`2026-11-20 14:03:07 UTC:${outside}(40512):app@shop:[811]:${text}`);
const mysql = (operation: string, code: number): TimelineEvent =>
  eventIn(`20261120 14:03:07,ip-10-0-1-5,app,${outside},52,0,${operation},shop,,${code}`);
const host = (text: string): TimelineEvent => eventIn(`Nov 20 14:03:07 web1 sshd[811]: ${text}`);
const ask = (verb: string, resource: string, more: Readonly<Record<string, unknown>> = {}): TimelineEvent =>
  read(asked(verb, resource, more));
const as = (username: string): Readonly<Record<string, unknown>> => ({ user: { username, groups: [] } });
const pod = (spec: object): Readonly<Record<string, unknown>> => ({ requestObject: { kind: 'Pod', spec } });
const binding = (name: string): Readonly<Record<string, unknown>> => ({
  requestObject: { roleRef: { kind: 'ClusterRole', name } },
});
const role = (resource: string, verb: string): Readonly<Record<string, unknown>> => ({
  requestObject: { rules: [{ apiGroups: ['*'], resources: [resource], verbs: [verb] }] },
});
const node = as('system:node:ip-10-0-1-5.eu-central-1.compute.internal');
const controller = as('system:kube-controller-manager');

/** Cases of the rules about networks, requests to buckets, databases, machines and clusters. */
export const lines: Readonly<Record<string, LineCase>> = {
  'pool-port': {
    yes: [line('10.0.1.5', '198.51.100.9', 3333)],
    // Somebody who connects to such a port of ours, and what a web server answers to a client that has such a port.
    no: [line('198.51.100.9', '10.0.1.5', 3333), line('10.0.1.5', '198.51.100.9', 3333, 'ACCEPT', 443)],
  },
  'administered-from-outside': one(line(outside, '10.0.1.5', 22), line('10.0.9.9', '10.0.1.5', 22)),
  'ports-tried': counted(20, (index) => line('10.0.1.5', '10.0.2.7', 1000 + index, 'REJECT')),
  'name-refused': one(resolver({ firewall_rule_action: 'BLOCK' }), resolver({ rcode: 'NOERROR' })),
  'web-attack': one(waf('SQL_INJECTION'), waf()),
  's3-anonymous': one(s3('REST.GET.OBJECT', null), s3('REST.GET.OBJECT', `arn:aws:iam::${own}:user/leo`)),
  's3-read': counted(100, () => s3('REST.GET.OBJECT', `arn:aws:iam::${own}:user/mallory`)),
  's3-deleted-at-once': one(s3('REST.POST.MULTI_OBJECT_DELETE', 'x'), s3('REST.PUT.OBJECT', 'x')),
  's3-deleted': counted(20, () => s3('REST.DELETE.OBJECT', 'x')),
  'database-failures': counted(5, (index) =>
    index % 2 === 0 ? postgres('FATAL:  password authentication failed for user "app"') : mysql('FAILED_CONNECT', 1045),
  ),
  'database-dropped': one(
    postgres('LOG:  AUDIT: SESSION,1,1,DDL,DROP TABLE,TABLE,public.orders,DROP TABLE orders;,<none>'),
    postgres('LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.orders,SELECT 1;,<none>'),
  ),
  'database-written-out': one(
    postgres("LOG:  statement: SELECT * FROM aws_s3.query_export_to_s3('SELECT * FROM customers', 'x');"),
    postgres('LOG:  statement: SELECT count(*) FROM customers;'),
  ),
  'database-shell': one(
    postgres("LOG:  statement: COPY t FROM PROGRAM 'id';"),
    postgres("LOG:  statement: COPY t FROM '/tmp/t.csv';"),
  ),
  'database-rights': one(
    postgres('LOG:  statement: GRANT rds_superuser TO mallory;'),
    postgres('LOG:  statement: CREATE ROLE report NOSUPERUSER;'),
  ),
  'host-failures': counted(5, () => host(`Failed password for root from ${outside} port 40512 ssh2`)),
  anonymous: one(
    ask('list', 'pods', as('system:anonymous')),
    ask('get', '', { ...as('system:anonymous'), objectRef: undefined, requestURI: '/readyz' }),
  ),
  entered: one(ask('create', 'pods/exec'), ask('get', 'pods/log')),
  'container-added': one(ask('patch', 'pods/ephemeralcontainers'), ask('patch', 'pods')),
  forwarded: one(ask('create', 'pods/portforward'), ask('get', 'services')),
  'secrets-listed': one(ask('list', 'secrets'), ask('list', 'secrets', controller)),
  'secret-read': one(ask('get', 'secrets'), ask('get', 'secrets', node)),
  'token-made': one(ask('create', 'serviceaccounts/token'), ask('create', 'serviceaccounts/token', node)),
  'certificate-made': one(
    ask('create', 'certificatesigningrequests'),
    ask('create', 'certificatesigningrequests', node),
  ),
  'bound-to-administrator': one(
    ask('create', 'clusterrolebindings', binding('cluster-admin')),
    ask('create', 'clusterrolebindings', binding('view')),
  ),
  'role-for-all': one(
    ask('create', 'clusterroles', role('*', '*')),
    ask('create', 'clusterroles', role('pods', 'get')),
  ),
  'access-map': one(
    ask('update', 'configmaps', { objectRef: { resource: 'configmaps', namespace: 'kube-system', name: 'aws-auth' } }),
    ask('update', 'configmaps'),
  ),
  privileged: one(
    ask('create', 'pods', pod({ containers: [{ securityContext: { privileged: true } }] })),
    ask('create', 'pods', pod({ containers: [{ image: 'web' }] })),
  ),
  'host-path': one(
    ask('create', 'pods', pod({ volumes: [{ hostPath: { path: '/' } }] })),
    ask('create', 'pods', pod({ volumes: [{ emptyDir: {} }] })),
  ),
  'node-proxied': one(ask('get', 'nodes/proxy'), ask('get', 'nodes')),
  schedule: one(ask('create', 'cronjobs'), ask('get', 'cronjobs')),
  admission: one(ask('create', 'mutatingwebhookconfigurations'), ask('list', 'mutatingwebhookconfigurations')),
  'what-may-i': one(ask('create', 'selfsubjectrulesreviews'), ask('create', 'selfsubjectrulesreviews', node)),
  'refused-in-cluster': counted(10, (index) => ask('list', `things${index}`, { responseStatus: { code: 403 } })),
};
