import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import {
  type IRole,
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Playbook } from '../asl/notation.ts';
import { substitutionsOf } from '../asl/wiring.ts';
import type { Config } from '../domain/config.ts';
import type { EventPattern } from '../routing/patterns.ts';
import type { Committed } from './committed.ts';
import { excuse } from './excuse.ts';
import type { Functions } from './functions.ts';
import { machineArn, named, pascal } from './names.ts';
import { calledBy } from './registry.ts';
import { deliver, delivery } from './rule.ts';

interface PlaybookMachineProps extends Committed {
  readonly config: Config;
  readonly functions: Functions;
  readonly deadLetters: IQueue;
}

/** One playbook: its state machine, the role that may call its functions and no others, and the rules that start it. */
export class PlaybookMachine extends Construct {
  readonly machine: StateMachine;
  private readonly config: Config;

  constructor(scope: Construct, id: string, props: PlaybookMachineProps) {
    super(scope, id);
    const { config, playbook, patterns, definition, functions, deadLetters } = props;
    const arnOf = (name: string) => functions.of(name).functionArn;
    this.config = config;
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: named(config.name, playbook.name),
      comment: playbook.title,
      // Without the indentation that makes it readable in the repository: twenty of them share a template of at most 1 MB.
      definitionBody: DefinitionBody.fromString(JSON.stringify(JSON.parse(definition))),
      definitionSubstitutions: substitutionsOf(playbook, Aws.PARTITION, arnOf),
      role: this.runningRole(playbook.name, calledBy(playbook).map(arnOf)),
      tracingEnabled: true,
      logs: { destination: this.runLog(playbook), level: LogLevel.ALL, includeExecutionData: false },
    });
    this.startOnFindings(playbook, patterns, deadLetters);
  }

  /** The prefix keeps CloudWatch's resource policy from growing with every log group (Step Functions guide, logging). */
  private runLog({ name }: Playbook): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/states/${named(this.config.name, name)}`,
      retention: this.config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private runningRole(name: string, called: string[]): IRole {
    const role = this.roleFor('states', `run-${name}`, [
      { actions: ['lambda:InvokeFunction'], resources: called },
      { actions: [...logDelivery, ...tracing], resources: ['*'] },
    ]);
    excuse(role, 'IAM5', 'Log delivery and X-Ray take no resource; the functions are named one by one');
    return role.withoutPolicyUpdates();
  }

  private startOnFindings(playbook: Playbook, patterns: readonly EventPattern[], deadLetters: IQueue): void {
    if (patterns.length === 0) return;
    const start = { actions: ['states:StartExecution'], resources: [machineArn(this.config.name, playbook.name)] };
    const role = this.roleFor('events', `start-${playbook.name}`, [start]).withoutPolicyUpdates();
    deliver(this, {
      name: this.config.name,
      part: playbook.name,
      description: `Findings that start ${playbook.name}`,
      patterns,
      target: delivery(this.machine.stateMachineArn, deadLetters, role),
    });
  }

  private roleFor(service: 'states' | 'events', name: string, statements: readonly PolicyStatementProps[]): Role {
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    return new Role(this, `${pascal(service)}Role`, {
      roleName: named(this.config.name, name),
      assumedBy: new ServicePrincipal(`${service}.amazonaws.com`, { conditions }),
      inlinePolicies: { [name]: new PolicyDocument({ statements: statements.map((one) => new PolicyStatement(one)) }) },
    });
  }
}

const tracing = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** All eight, on every resource (Step Functions guide, "Using CloudWatch Logs to log execution history"). */
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
