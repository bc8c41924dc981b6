import { isoMoment } from '../moment.ts';
import { present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

/** DNS queries of Route 53 Resolver and its firewall (developer guide, "Values that appear in Resolver query logs"). */
export const readResolver: JsonReader = (record) => {
  const time = said(record, 'query_timestamp');
  const name = said(record, 'query_name');
  if (time === null || name === null) return null;
  const at = isoMoment(time);
  if (!at) return 'Its query_timestamp is no time.';
  const instance = said(record, 'srcids', 'instance');
  const endpoint = said(record, 'srcids', 'resolver_endpoint');
  const blocked = said(record, 'firewall_rule_action') === 'BLOCK';
  return {
    format: 'resolver',
    kind: 'network',
    at,
    actor: instance ? { kind: 'instance', id: instance, account: said(record, 'account_id') } : null,
    action: `query ${said(record, 'query_type') ?? 'unknown'}`,
    resources: present(name.replace(/\.$/, ''), said(record, 'vpc_id'), endpoint),
    address: said(record, 'srcaddr'),
    outcome: !blocked && said(record, 'rcode') === 'NOERROR' ? 'success' : 'failure',
  };
};
