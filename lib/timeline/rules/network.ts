import type { TimelineEvent } from '../event.ts';
import { isPrivate, isPublic } from './address.ts';
import { aws, mitre, table } from './rule.ts';
import { says } from './when.ts';

/** Ports of pools that mine, without those that other programs use too, or that systems give to whoever connects (from 32768). */
const pools = ['3333', '3334', '3335', '3336', '3357', '5730', '8333', '9332', '14433', '14444'];

/** Where a flow went: the reader puts `address:port` last among the resources. */
function target({ resources }: TimelineEvent): { readonly to: string; readonly port: string } {
  const last = resources.at(-1) ?? '';
  const colon = last.lastIndexOf(':');
  return { to: last.slice(0, colon), port: last.slice(colon + 1) };
}

const accepted = ({ action }: TimelineEvent): boolean => action === 'ACCEPT';
const fromInside = ({ address }: TimelineEvent): boolean => address !== null && isPrivate(address);
/** A server’s answer goes to whatever port its client had, so what comes from a port of a server is none. */
const isAnswer = (event: TimelineEvent): boolean => Number(event.fields().srcport) < 1024;
const administered = ['22', '3389', '5985', '5986'];

const falco = 'https://github.com/falcosecurity/rules/blob/main/rules/falco-sandbox_rules.yaml';

/** What is seen of a network. Flow logs never show requests to the metadata of instances (VPC user guide, "Flow log limitations"). */
export const network = table(
  [
    'pool-port',
    'T1496.001',
    'vpc-flow',
    'Traffic went out to a port where pools for mining listen',
    falco,
    (event) =>
      accepted(event) &&
      pools.includes(target(event).port) &&
      fromInside(event) &&
      isPublic(target(event).to) &&
      !isAnswer(event),
  ],
  [
    'administered-from-outside',
    'T1133',
    'vpc-flow',
    'SSH, RDP or WinRM was accepted from the internet',
    mitre('T1133'),
    (event) => accepted(event) && administered.includes(target(event).port) && isPublic(event.address),
  ],
  [
    'ports-tried',
    'T1046',
    'vpc-flow',
    'One address inside was refused at 20 different ports or addresses within a minute: it looks for a way',
    mitre('T1046'),
    (event) => event.action === 'REJECT' && fromInside(event),
    {
      of: 20,
      within: 60,
      by: 'address',
      different: ({ resources }) => resources.at(-1) ?? '',
    },
  ],
  [
    'name-refused',
    'T1071.004',
    'resolver',
    'A name was asked for that a rule of the DNS Firewall blocks, or raises an alarm about',
    aws('Route53/latest/DeveloperGuide/resolver-query-logs-format.html'),
    { firewall_rule_action: ['BLOCK', 'ALERT'] },
  ],
  [
    'web-attack',
    'T1190',
    'waf',
    'A web request was an injection or a script, by WAF’s own rules',
    aws('waf/latest/developerguide/logging-fields.html'),
    says('terminatingRuleMatchDetails', /SQL_INJECTION|XSS/),
  ],
);
