import { EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ownPatterns } from '../routing/own-parts.ts';
import { named } from './names.ts';
import { delivery, forRule, saying } from './rule.ts';
import { digestOf, ruleParts } from './rule-names.ts';

interface SelfDefenceProps {
  /** The deployment's. */
  readonly name: string;
  readonly topic: ITopic;
  readonly routing: LambdaFunction;
  /** Without them nothing on record can be read or believed. */
  readonly keys: readonly IKey[];
  readonly deadLetters: IQueue;
}

const field = EventField.fromPath;

/** No name, address or parameter: those stand in CloudTrail, for whoever may read it. */
const changed = RuleTargetInput.fromText(
  `A part of Tourniquet itself was changed: ${field('$.detail.eventName')} in account ${field('$.account')}, ${field('$.region')}, at ${field('$.detail.eventTime')}. An incident about it follows; if none comes, Tourniquet cannot answer any more. Was it not you: find out who, by event ${field('$.detail.eventID')} in CloudTrail, then deploy again and run the doctor.`,
);

/**
 * Tells people of what is done to this deployment, without any part of it in between: the function or the machine concerned may be the one that
 * would have told them. The router hears of it too, and opens an incident. What takes these rules away is told by the router alone.
 */
export function selfDefence(scope: Construct, { name, topic, routing, keys, deadLetters }: SelfDefenceProps): void {
  const telling: IRuleTarget = saying(changed, delivery(topic.topicArn, deadLetters));
  for (const pattern of ownPatterns(name)) {
    const digest = digestOf(pattern);
    new Rule(scope, `OwnParts${digest}`, {
      ruleName: named(name, `${ruleParts.own}-${digest}`),
      description: 'Changes of parts of this deployment',
      eventPattern: forRule(pattern),
      targets: [telling, delivery(routing.functionArn, deadLetters)],
    });
  }
  new Rule(scope, 'OwnKeys', {
    ruleName: named(name, ruleParts.ownKeys),
    description: 'Changes of the keys of this deployment',
    eventPattern: {
      source: ['aws.kms'],
      detailType: ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['kms.amazonaws.com'],
        eventName: ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy'],
        errorCode: [{ exists: false }],
        sourceIPAddress: [{ 'anything-but': 'cloudformation.amazonaws.com' }],
        resources: { ARN: keys.map(({ keyArn }) => keyArn) },
      },
    },
    targets: [telling],
  });
}
