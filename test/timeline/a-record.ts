import type { Actor, Fields, Format, Kind, Outcome, TimelineEvent } from '../../lib/timeline/event.ts';

type Something = Readonly<Record<string, unknown>>;

/** Names and addresses that stand for somebody in documents: RFC 5737, and accounts of AWS's own examples. */
export const own = '111122223333';
export const stranger = '999988887777';
export const outside = '203.0.113.77';

const user: Something = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLEMALLORY000',
  arn: `arn:aws:iam::${own}:user/mallory`,
  accountId: own,
  accessKeyId: 'AKIAEXAMPLEMALLORY00',
  userName: 'mallory',
};

export const root: Something = {
  type: 'Root',
  principalId: own,
  arn: `arn:aws:iam::${own}:root`,
  accountId: own,
  accessKeyId: '',
};

/** A session of a role, as CloudTrail writes whose it is. */
export const session = (role: string, name: string, account = own, path = '/'): Something => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE${role.toUpperCase().slice(0, 9)}:${name}`,
  arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
  accountId: account,
  accessKeyId: 'ASIAEXAMPLESESSION00',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: `AROAEXAMPLE${role.toUpperCase().slice(0, 9)}`,
      arn: `arn:aws:iam::${account}:role${path}${role}`,
      accountId: account,
      userName: role,
    },
    attributes: { creationDate: '2026-11-20T14:00:00Z', mfaAuthenticated: 'false' },
  },
});

/** A service of AWS that acts for itself. */
export const service = (name: string): Something => ({ type: 'AWSService', invokedBy: `${name}.amazonaws.com` });

/** Somebody of whom only the account is said. */
export const another: Something = { type: 'AWSAccount', principalId: 'AIDAEXAMPLESTRANGER', accountId: stranger };

/** A record of CloudTrail, in the shape in which AWS writes them. */
export function call(action: string, requestParameters: unknown = null, more: Something = {}): Something {
  const [prefix = '', eventName = ''] = action.split(':');
  return {
    eventVersion: '1.11',
    userIdentity: user,
    eventTime: '2026-11-20T14:03:07Z',
    eventSource: `${prefix}.amazonaws.com`,
    eventName,
    awsRegion: 'eu-central-1',
    sourceIPAddress: outside,
    userAgent: 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 lang/python#3.13.7',
    requestParameters,
    responseElements: null,
    requestID: '0c9c1a52-5d07-4a51-8a52-3d8f5a0b7e11',
    eventID: '6d2f1e1b-8b43-4f7f-9d38-2f0b5cfa0001',
    readOnly: /^(?:Get|List|Describe)/.test(eventName),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: own,
    eventCategory: 'Management',
    ...more,
  };
}

/** Refused for want of rights. */
export const refused: Something = { errorCode: 'AccessDenied', errorMessage: 'User is not authorized to perform this' };

/** A record of the audit log of a cluster of EKS. */
export const asked = (verb: string, resource: string, more: Something = {}): Something => {
  const [name = '', subresource] = resource.split('/');
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: '4f2a5f0e-61c5-4e0c-8f3f-0f5bb1a70001',
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/shop/${name}`,
    verb,
    user: {
      username: 'mallory',
      groups: ['system:authenticated'],
      extra: { arn: [`arn:aws:iam::${own}:user/mallory`] },
    },
    sourceIPs: [outside],
    userAgent: 'kubectl/v1.34.0 (linux/amd64)',
    objectRef: { resource: name, namespace: 'shop', apiVersion: 'v1', ...(subresource && { subresource }) },
    responseStatus: { code: 200 },
    stageTimestamp: '2026-11-20T14:03:07.120000Z',
    ...more,
  };
};

interface Made {
  readonly format: Format;
  readonly kind: Kind;
  readonly actor: Actor | null;
  readonly action: string;
  readonly address: string | null;
  readonly outcome?: Outcome;
  readonly resources?: readonly string[];
  readonly time?: string;
}

/** An event as a reader makes it. */
export const event = (made: Made, raw: string, fields: Fields = {}): TimelineEvent => ({
  time: '2026-11-20T14:03:07Z',
  outcome: 'success',
  ...made,
  resources: [...(made.resources ?? [])],
  source: { file: 'a.log', line: 1 },
  raw,
  fields: () => fields,
});

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** An event of a record of CloudTrail. */
export function cloudTrail(record: Something): TimelineEvent {
  const who = (record.userIdentity ?? {}) as Something;
  const id = text(who.arn) ?? text(who.invokedBy) ?? text(who.principalId);
  const answer = JSON.stringify(record.responseElements ?? null);
  return event(
    {
      format: 'cloudtrail',
      kind: 'audit',
      time: String(record.eventTime),
      actor: id === null ? null : { kind: String(who.type), id, account: text(who.accountId) },
      action: `${String(record.eventSource).replace(/\.amazonaws\.com$/, '')}:${record.eventName}`,
      address: text(record.sourceIPAddress),
      outcome: record.errorCode || answer.includes('"ConsoleLogin":"Failure"') ? 'failure' : 'success',
      resources: [...JSON.stringify(record.requestParameters ?? '').matchAll(/"bucketName":"([^"]+)"/g)].map(
        ([, name = '']) => name,
      ),
    },
    JSON.stringify(record),
    record,
  );
}

/** An event of a record of a cluster's audit log. */
export function audit(record: Something): TimelineEvent {
  const user = record.user as { readonly username: string };
  const object = record.objectRef as { readonly resource: string } | undefined;
  const code = Number((record.responseStatus as { readonly code: number }).code);
  return event(
    {
      format: 'eks-audit',
      kind: 'kubernetes',
      actor: { kind: 'kubernetes-user', id: user.username, account: null },
      action: `${record.verb} ${object?.resource ?? record.requestURI}`,
      address: outside,
      outcome: code < 400 ? 'success' : 'failure',
    },
    JSON.stringify(record),
    record,
  );
}

const columns =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** An event of a line of flow logs in the default format. */
export function flow(line: string, time = '2026-11-20T14:03:07Z'): TimelineEvent {
  const values = line.split(' ');
  const fields = Object.fromEntries(columns.split(' ').map((name, index) => [name, values[index] ?? '-']));
  const said = (value: string | undefined): string | null => (value === '-' || !value ? null : value);
  const action = fields.action === '-' ? String(fields['log-status']) : String(fields.action);
  return event(
    { format: 'vpc-flow', kind: 'network', actor: null, action, address: said(fields.srcaddr), time },
    line,
    fields,
  );
}
