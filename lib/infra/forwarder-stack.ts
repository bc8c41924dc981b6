import {
  Annotations,
  type App,
  Aws,
  BootstraplessSynthesizer,
  CfnCondition,
  CfnParameter,
  CfnResource,
  CfnWaitConditionHandle,
  Fn,
  type ICfnConditionExpression,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { playbooks } from '../../playbooks/index.ts';
import type { Config } from '../domain/config.ts';
import { partitionOf } from '../domain/finding/place.ts';
import { forwarderLetters } from '../domain/heartbeat.ts';
import { decoyPatterns } from '../routing/decoys.ts';
import { forwarded } from '../routing/forward.ts';
import type { EventPattern } from '../routing/patterns.ts';
import { deadLetters } from './dead-letters.ts';
import { governRoles } from './governance.ts';
import { heartbeatRule, sendHeartbeat } from './heartbeat.ts';
import { named, roleArn } from './names.ts';
import { deliver, delivery } from './rule.ts';
import { ruleParts } from './rule-names.ts';
import { serviceRole } from './service-role.ts';

/** Where everything is sent: the default bus of the hub. A bus of its own would need every rule a second time. */
export interface Heard {
  readonly hub: string;
  /** The Region of the hub. */
  readonly region: string;
}

const nobody = 'none';
/** Not the account itself: cdk deploy keeps the value that a parameter had, whatever its default has become (aws-cdk, `--previous-parameters`). */
const configured = 'configured';

/** Where calls to IAM, Organizations and the like are recorded, by partition (CloudTrail user guide, "Global service events"). */
const globalRegions = new Map([
  ['aws', 'us-east-1'],
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
]);

/**
 * Sends the events of one account in one Region to the hub. The same template everywhere: a StackSet has only one. It needs no bootstrap
 * and does nothing on the hub's own bus, where events would come back to it.
 */
export class ForwarderStack extends Stack {
  constructor(app: App, id: string, config: Config, { hub, region }: Heard) {
    const { name, listening, tags } = config;
    super(app, id, {
      stackName: named(name, 'forwarder'),
      description: `Sends what Tourniquet answers to account ${hub} in ${region}`,
      // Sent inside the request, which takes 51,200 bytes.
      suppressTemplateIndentation: true,
      tags,
      // The assertion is about CDK's types alone: they were written without exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    });
    governRoles(this, config);
    this.warn(listening?.regions ?? [], globalRegions.get(partitionOf(region, [])));
    const administrator = new CfnParameter(this, 'Administrator', {
      default: configured,
      allowedPattern: `^(${configured}|${nobody}|[0-9]{12})$`,
      description: `Account that receives the findings of this one, and sends them; "${nobody}": this account sends its own; "${configured}": ${listening?.administrator ?? nobody}`,
    });
    const elsewhere = this.condition('Elsewhere', Fn.conditionNot(here(hub, region)));
    const sends = (account: string) => Fn.conditionEquals(administrator.valueAsString, account);
    const asConfigured = listening?.administrator
      ? Fn.conditionAnd(sends(configured), Fn.conditionEquals(Aws.ACCOUNT_ID, listening.administrator))
      : sends(configured);
    const finds = this.condition(
      'SendsFindings',
      Fn.conditionAnd(elsewhere, Fn.conditionOr(sends(nobody), sends(Aws.ACCOUNT_ID), asConfigured)),
    );
    const letters = deadLetters(this, name, forwarderLetters(name));
    letters.addToResourcePolicy(countedBy(roleArn(config, 'clock-sweep', hub), hub, letters.queueArn));
    const bus = `arn:${Aws.PARTITION}:events:${region}:${hub}:event-bus/default`;
    const statements = [{ actions: ['events:PutEvents'], resources: [bus] }];
    // Roles are of no Region, and each Region has a stack.
    const role = serviceRole(this, 'Role', 'events', named(name, `forward-${Aws.REGION}`), statements);
    const target = delivery(bus, letters, role.withoutPolicyUpdates());
    const { findings, own } = forwarded(playbooks, name, config.securityHub);
    const send = (scope: string, description: string, patterns: readonly EventPattern[]): Construct => {
      const rules = new Construct(this, scope);
      deliver(rules, { name, part: 'forward', description, patterns, target });
      return rules;
    };
    deliver(new Construct(this, 'Decoys'), {
      name,
      part: `forward-${ruleParts.decoy}`,
      description: 'Calls on decoys, those that only read included',
      patterns: decoyPatterns(config.decoys),
      target,
      calls: 'reading too',
    });
    const sending = send('Own', 'Events of this account', own);
    heartbeatRule(sending, 'Alive', { name, part: `forward-${ruleParts.alive}`, target });
    sendHeartbeat(this, { name, letters });
    const found = send('Findings', 'Findings of this account, and of those it administers', findings);
    onOneLine(this);
    onlyIf(elsewhere, this);
    onlyIf(finds, found);
    // A stack has at least one resource; this one is an address that nobody uses.
    new CfnWaitConditionHandle(this, 'Nothing');
  }

  private warn(regions: readonly string[], needed: string | undefined): void {
    if (!needed || regions.includes(needed)) return;
    const why = `listening.regions lacks ${needed}: calls to IAM and Organizations arrive there and nowhere else. Add it, and deploy TourniquetForwarder there`;
    Annotations.of(this).addWarningV2('tourniquet:global-services', why);
  }

  private condition(id: string, expression: ICfnConditionExpression): CfnCondition {
    return new CfnCondition(this, id, { expression });
  }
}

const here = (hub: string, region: string) =>
  Fn.conditionAnd(Fn.conditionEquals(Aws.ACCOUNT_ID, hub), Fn.conditionEquals(Aws.REGION, region));

/** Lets the hub's daily check see how much lies in a queue. Not the role as principal: SQS refuses one that is not there yet. */
const countedBy = (role: string, hub: string, queue: string): PolicyStatement =>
  new PolicyStatement({
    principals: [new AccountPrincipal(hub)],
    actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
    resources: [queue],
    conditions: { ArnEquals: { 'aws:PrincipalArn': role } },
  });

/**
 * Patterns as texts, which CloudFormation takes too: CDK's command line sends YAML, in which they would fill three times as many bytes as
 * here, and 51,200 is all that fits into a request.
 */
function onOneLine(stack: Stack): void {
  for (const rule of stack.node.findAll())
    if (rule instanceof CfnRule)
      rule.addPropertyOverride('EventPattern', JSON.stringify(stack.resolve(rule.eventPattern)));
}

/** Every resource within is made only where the condition holds. */
function onlyIf(condition: CfnCondition, scope: Construct): void {
  for (const one of scope.node.findAll()) if (CfnResource.isCfnResource(one)) one.cfnOptions.condition = condition;
}
