import type { Outcome } from '../event.ts';
import { isoMoment, millisecondsMoment } from '../moment.ts';
import { listed, present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

const outcomes: Readonly<Record<string, Outcome>> = { ALLOW: 'success', COUNT: 'success', BLOCK: 'failure' };

/** Web requests that AWS WAF judged (developer guide, "Log fields for protection pack (web ACL) traffic"). */
export const readWaf: JsonReader = (record) => {
  const acl = said(record, 'webaclId');
  const client = said(record, 'httpRequest', 'clientIp');
  if (acl === null || client === null) return null;
  const time = said(record, 'timestamp') ?? '';
  const at = millisecondsMoment(Number(time)) ?? isoMoment(time);
  if (!at) return 'Its timestamp is no time.';
  const action = said(record, 'action') ?? 'unknown';
  const headers = listed(record, 'httpRequest', 'headers');
  const host = said(
    headers.find((one) => said(one, 'name')?.toLowerCase() === 'host'),
    'value',
  );
  const id = said(record, 'httpRequest', 'requestId');
  return {
    format: 'waf',
    kind: 'network',
    at,
    actor: null,
    action: `${action} ${said(record, 'httpRequest', 'httpMethod') ?? ''}`.trim(),
    resources: present(`${host ?? ''}${said(record, 'httpRequest', 'uri') ?? ''}`, said(record, 'httpSourceId'), acl),
    address: client,
    outcome: outcomes[action] ?? 'unknown',
    ...(id && { identity: `waf ${id} ${acl} ${action}` }),
  };
};
