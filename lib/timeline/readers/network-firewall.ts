import type { Outcome } from '../event.ts';
import { isoMoment, secondsMoment } from '../moment.ts';
import { present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

const outcomes: Readonly<Record<string, Outcome>> = { allowed: 'success', blocked: 'failure' };

/** Alerts, flows and TLS of Network Firewall: an envelope of AWS around an event of Suricata's EVE (developer guide, "Contents of a firewall log"). */
export const readNetworkFirewall: JsonReader = (record) => {
  const firewall = said(record, 'firewall_name');
  const type = said(record, 'event', 'event_type');
  if (firewall === null || type === null) return null;
  const at =
    isoMoment(said(record, 'event', 'timestamp') ?? '') ??
    secondsMoment(Number(said(record, 'event_timestamp') ?? 'x'));
  if (!at) return 'Its timestamp is no time.';
  const [to, port] = [said(record, 'event', 'dest_ip'), said(record, 'event', 'dest_port')];
  const name = said(record, 'event', 'tls', 'sni') ?? said(record, 'event', 'http', 'hostname');
  return {
    format: 'network-firewall',
    kind: 'network',
    at,
    actor: null,
    action: type,
    resources: present(to && port ? `${to}:${port}` : to, name, firewall, said(record, 'event', 'alert', 'signature')),
    address: said(record, 'event', 'src_ip'),
    outcome: outcomes[said(record, 'event', 'alert', 'action') ?? ''] ?? 'unknown',
  };
};
