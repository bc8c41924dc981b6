import type { Fields, Outcome } from '../event.ts';
import { isoMoment } from '../moment.ts';
import { accountIn, present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

function outcomeOf(record: Fields): Outcome {
  const code = Number(said(record, 'responseStatus', 'code') ?? '0');
  if (code === 0) return 'unknown';
  return code < 400 ? 'success' : 'failure';
}

function objectOf(record: Fields): string | null {
  const parts = present(
    said(record, 'objectRef', 'namespace'),
    said(record, 'objectRef', 'resource'),
    said(record, 'objectRef', 'name'),
  );
  return parts.length > 0 ? parts.join('/') : said(record, 'requestURI');
}

/** Audit events of the API server (Kubernetes, audit.k8s.io/v1 Event), as EKS writes them to CloudWatch Logs. */
export const readEksAudit: JsonReader = (record) => {
  if (record.kind !== 'Event' || !said(record, 'apiVersion')?.startsWith('audit.k8s.io/')) return null;
  const time = said(record, 'requestReceivedTimestamp') ?? said(record, 'stageTimestamp') ?? '';
  const at = isoMoment(time);
  if (!at) return 'It has no requestReceivedTimestamp that is a time.';
  const user = said(record, 'impersonatedUser', 'username') ?? said(record, 'user', 'username');
  const arn = said(record, 'user', 'extra', 'canonicalArn', 0) ?? said(record, 'user', 'extra', 'arn', 0);
  const resource = present(said(record, 'objectRef', 'resource'), said(record, 'objectRef', 'subresource')).join('/');
  const id = said(record, 'auditID');
  return {
    format: 'eks-audit',
    kind: 'kubernetes',
    at,
    actor: user ? { kind: 'kubernetes-user', id: user, account: accountIn(arn) } : null,
    action: `${said(record, 'verb') ?? 'unknown'} ${resource}`.trim(),
    resources: present(objectOf(record), arn),
    address: said(record, 'sourceIPs', 0),
    outcome: outcomeOf(record),
    // A request is written once for each stage.
    ...(id && { identity: `eks ${id} ${said(record, 'stage')}` }),
  };
};
