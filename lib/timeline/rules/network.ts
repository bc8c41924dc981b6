import type { Fields, TimelineEvent } from '../event.ts';
import { isPrivate } from './address.ts';
import { aws, mitre, table } from './rule.ts';
import { says } from './when.ts';

/** Ports of pools that mine, without those that other programs use too. */
const pools = ['3333', '3334', '3335', '3336', '3357', '5730', '8333', '9332', '14433', '14444', '45560', '45700'];
const aPool = new RegExp(` (?:${pools.join('|')}) `);
const flow = (fields: Fields, name: string): string => String(fields[name] ?? '');
const accepted = ({ action }: TimelineEvent): boolean => action === 'ACCEPT';
const outward = (fields: Fields): boolean => isPrivate(flow(fields, 'srcaddr')) && !isPrivate(flow(fields, 'dstaddr'));

const falco = 'https://github.com/falcosecurity/rules/blob/main/rules/falco-sandbox_rules.yaml';

/** What is seen of a network. Flow logs never show requests to the metadata of instances (VPC user guide, "Flow log limitations"). */
export const network = table(
  [
    'pool-port',
    'T1496.001',
    'vpc-flow',
    'Traffic went out to a port where pools for mining listen',
    falco,
    (_, event) =>
      accepted(event) &&
      aPool.test(event.raw) &&
      pools.includes(flow(event.fields(), 'dstport')) &&
      outward(event.fields()),
  ],
  [
    'administered-from-outside',
    'T1133',
    'vpc-flow',
    'SSH, RDP or WinRM was accepted from the internet',
    mitre('T1133'),
    (_, event) =>
      accepted(event) &&
      / (?:22|3389|598[56]) /.test(event.raw) &&
      ['22', '3389', '5985', '5986'].includes(flow(event.fields(), 'dstport')) &&
      !isPrivate(flow(event.fields(), 'srcaddr')),
  ],
  [
    'ports-tried',
    'T1046',
    'vpc-flow',
    'One address inside was refused at 20 different ports or addresses within a minute: it looks for a way',
    mitre('T1046'),
    (_, event) => event.action === 'REJECT' && isPrivate(flow(event.fields(), 'srcaddr')),
    {
      of: 20,
      within: 60,
      by: 'address',
      different: (event) => `${flow(event.fields(), 'dstaddr')}:${flow(event.fields(), 'dstport')}`,
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
