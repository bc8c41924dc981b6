import type { TimelineEvent } from '../../lib/timeline/event.ts';
import { FileReader } from '../../lib/timeline/input/reader.ts';
import { Splitter } from '../../lib/timeline/input/split.ts';
import { listNames, table } from '../../lib/timeline/json/names.ts';

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
    requestReceivedTimestamp: '2026-11-20T14:03:07.110000Z',
    stageTimestamp: '2026-11-20T14:03:07.120000Z',
    ...more,
  };
};

/** The one event that is read from a text: a record of JSON, or lines. */
export function eventIn(text: string): TimelineEvent {
  const found: TimelineEvent[] = [];
  const wrong = (_: number, why: string): void => {
    throw new Error(`${why}: ${text}`);
  };
  const reader = new FileReader('a.log', 2026, {
    event: (draft) => found.push(draft),
    unreadable: wrong,
    doubt: () => {},
  });
  const splitter = new Splitter(reader, table, listNames);
  splitter.add(Buffer.from(`${text}\n`));
  splitter.end();
  reader.end();
  const [event, ...others] = found;
  if (!event || others.length > 0) throw new Error(`${found.length} events: ${text}`);
  return event;
}

/** An event of a record of JSON, as the readers of files read it. */
export const read = (record: Something): TimelineEvent => eventIn(JSON.stringify(record));
