import { EventField, type EventPattern, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
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
  /** The way in for decisions. */
  readonly api: string;
  readonly deadLetters: IQueue;
}

const field = EventField.fromPath;

/** No name, address or parameter: those stand in CloudTrail, for whoever may read it. */
const changed = (whatFollows: string): RuleTargetInput =>
  RuleTargetInput.fromText(
    `A part of Tourniquet itself was changed: ${field('$.detail.eventName')} in account ${field('$.account')}, ${field('$.region')}, at ${field('$.detail.eventTime')}. ${whatFollows} Was it not you: find out who, by event ${field('$.detail.eventID')} in CloudTrail, then deploy again and run the doctor.`,
  );
const incident = 'An incident about it follows; if none comes, Tourniquet cannot answer any more.';
const noIncident = 'No incident follows: nothing else reports it.';

/**
 * Tells people of what is done to this deployment, without any part of it in between: the function or the machine concerned may be the one that
 * would have told them. The router hears of it too, and opens an incident. What takes these rules away is told by the router alone.
 */
export function selfDefence(scope: Construct, props: SelfDefenceProps): void {
  const { name, topic, routing, keys, deadLetters } = props;
  const telling: IRuleTarget = saying(changed(incident), delivery(topic.topicArn, deadLetters));
  for (const pattern of ownPatterns(name, 'in the hub')) {
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
        eventName: ['DisableKey', 'ScheduleKeyDeletion'],
        ...byHand,
        resources: { ARN: keys.map(({ keyArn }) => keyArn) },
      },
    },
    targets: [telling],
  });
  new Rule(scope, 'OwnIds', {
    ruleName: named(name, ruleParts.ownIds),
    description: 'Changes of policies of keys, and of the way in for decisions, of this deployment',
    eventPattern: byIds(props),
    targets: [saying(changed(noIncident), delivery(topic.topicArn, deadLetters))],
  });
}

/** A stack of ours that is deployed makes the same calls. */
const byHand = {
  errorCode: [{ exists: false }],
  sourceIPAddress: [{ 'anything-but': 'cloudformation.amazonaws.com' }],
};

/** What events name by an id that only the deployment knows, and so no playbook. */
const byIds = ({ keys, api }: SelfDefenceProps): EventPattern => ({
  source: ['aws.kms', 'aws.apigateway'],
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    $or: [
      {
        eventSource: ['kms.amazonaws.com'],
        eventName: ['PutKeyPolicy'],
        resources: { ARN: keys.map(({ keyArn }) => keyArn) },
      },
      {
        eventSource: ['apigateway.amazonaws.com'],
        // Of an HTTP API (API Gateway developer guide, "Log calls to API Gateway APIs with AWS CloudTrail").
        eventName: ['Api', 'Route', 'Integration', 'Stage'].flatMap((one) => [`Delete${one}`, `Update${one}`]),
        requestParameters: { apiId: [api] },
      },
    ],
    ...byHand,
  },
});
