import { CfnResource } from 'aws-cdk-lib';
import type { Config } from '../../lib/domain/config.ts';
import { full, plain } from './configurations.ts';
import { bareAppOf, stackOf } from './template.ts';

/** Dollars a month for what costs something when nothing happens (AWS's price lists for KMS, CloudWatch and Secrets Manager, us-east-1). */
const prices = [
  { type: 'AWS::KMS::Key', named: 'keys', cents: 100 },
  // By the metric; each of ours watches one.
  { type: 'AWS::CloudWatch::Alarm', named: 'alarms', cents: 10 },
  { type: 'AWS::SecretsManager::Secret', named: 'secrets', cents: 40 },
] as const;

export function idleCost(config: Config) {
  const resources = stackOf(bareAppOf(config), 'Tourniquet').node.findAll().filter(CfnResource.isCfnResource);
  const items = prices.map(({ type, named, cents }) => {
    const count = resources.filter(({ cfnResourceType }) => cfnResourceType === type).length;
    return { what: `${count} ${named}`, count, cents: count * cents };
  });
  return { items, dollars: items.reduce((sum, { cents }) => sum + cents, 0) / 100 };
}

/** As README says it. */
export function costSentence(): string {
  const { items, dollars } = idleCost(plain);
  const parts = items.filter(({ count }) => count > 0).map(({ what, cents }) => `${what} ${(cents / 100).toFixed(2)}`);
  const withSlack = idleCost(full).dollars.toFixed(2);
  return `When nothing happens, the hub costs **${dollars.toFixed(2)} dollars a month** (${parts.join(', ')}), with Slack's secret ${withSlack}, before KMS rotates its keys.`;
}
