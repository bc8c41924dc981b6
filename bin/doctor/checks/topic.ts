import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { type At, aws, type Check, deployAgain, fail, ok } from '../check.ts';
import { allowedServices } from '../policy.ts';
import { keyVerdict } from './keys.ts';

const concerns = { role: 'tell-responders', action: 'sns:Publish' };

async function attributes({ patient, hub }: At): Promise<Record<string, string>> {
  const command = new GetTopicAttributesCommand({ TopicArn: patient.output('TopicArn') });
  return (await hub(SNSClient).send(command)).Attributes ?? {};
}

/** Until the link in the first message is followed, its ARN is a word in place of an ARN (SNS API reference, ListSubscriptionsByTopic). */
const isConfirmed = ({ SubscriptionArn = '' }): boolean => SubscriptionArn.startsWith('arn:');

const subscribed: Check = {
  id: 'topic-subscribed',
  about: 'people',
  title: 'Somebody receives what the alert topic publishes',
  asks: ['sns:ListSubscriptionsByTopic'],
  concerns,
  async run({ patient, hub, region }) {
    const TopicArn = patient.output('TopicArn');
    const { Subscriptions = [] } = await hub(SNSClient).send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    const confirmed = Subscriptions.filter(isConfirmed);
    if (confirmed.length > 0) return ok(`${confirmed.length} confirmed: ${confirmed.map((one) => one.Protocol)}`);
    const subscribe = `sns subscribe --topic-arn ${TopicArn} --protocol email --notification-endpoint ADDRESS`;
    return Subscriptions.length > 0
      ? fail(`${Subscriptions.length} subscribed, none confirmed: somebody has to follow the link in the first message`)
      : fail('No subscription: alarms, failed runs and broken evidence reach nobody', aws(region, subscribe));
  },
};

const admits: Check = {
  id: 'topic-policy',
  about: 'people',
  title: 'Alarms and rules may publish to the alert topic',
  asks: ['sns:GetTopicAttributes'],
  concerns,
  async run(at) {
    const allowed = allowedServices((await attributes(at)).Policy ?? '', 'sns:Publish');
    const missing = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'].filter((service) => !allowed.has(service));
    if (missing.length === 0) return ok('The topic policy admits CloudWatch and EventBridge');
    return fail(`The topic policy does not admit ${missing.join(' and ')}`, deployAgain);
  },
};

const key: Check = {
  id: 'topic-key',
  about: 'people',
  title: 'The key that encrypts the alert topic is enabled',
  asks: ['sns:GetTopicAttributes', 'kms:DescribeKey'],
  concerns: { role: 'tell-responders', action: 'kms:GenerateDataKey' },
  async run(at) {
    const { KmsMasterKeyId: KeyId } = await attributes(at);
    if (!KeyId) return fail('The topic is not encrypted by the deployment’s key', deployAgain);
    const { KeyMetadata } = await at.hub(KMSClient).send(new DescribeKeyCommand({ KeyId }));
    return keyVerdict(at.region, KeyMetadata);
  },
};

export const topic: readonly Check[] = [subscribed, admits, key];
