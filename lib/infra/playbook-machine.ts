import { Aws } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { substitutionsOf } from '../asl/wiring.ts';
import type { CommittedPlaybook } from './committed-playbooks.ts';
import type { Functions } from './functions.ts';
import { named } from './names.ts';
import { type Contract, calledBy } from './registry.ts';
import { deliver, delivery } from './rule.ts';
import { serviceRole } from './service-role.ts';
import { suppress } from './suppressions.ts';

/** What all playbooks of a deployment share. */
interface PlaybookMachineProps {
  /** The deployment's. */
  readonly name: string;
  readonly contracts: readonly Contract[];
  readonly functions: Functions;
  readonly log: ILogGroup;
  /** With which rules start playbooks. */
  readonly starter: IRole;
  readonly deadLetters: IQueue;
}

/** One playbook: its state machine, the role that may call its functions and no others, and the rules that start it. */
export class PlaybookMachine extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, committed: CommittedPlaybook, props: PlaybookMachineProps) {
    super(scope, id);
    const { playbook, definition, patterns } = committed;
    const { name, contracts, functions, log, starter, deadLetters } = props;
    const arnOf = (step: string) => functions.of(step).functionArn;
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: named(name, playbook.name),
      comment: playbook.title,
      // The very file of the repository: a template takes 1 MB, and these are half of that.
      definitionBody: DefinitionBody.fromFile(definition),
      definitionSubstitutions: substitutionsOf(playbook, Aws.PARTITION, arnOf),
      role: this.runningRole(named(name, `run-${playbook.name}`), calledBy(playbook, contracts).map(arnOf)),
      tracingEnabled: true,
      logs: { destination: log, level: LogLevel.ALL, includeExecutionData: false },
    });
    this.arn = machine.stateMachineArn;
    deliver(this, {
      name,
      part: playbook.name,
      description: `Findings that start ${playbook.name}`,
      patterns,
      target: delivery(this.arn, deadLetters, starter),
    });
  }

  private runningRole(roleName: string, called: string[]): IRole {
    const role = serviceRole(this, 'StatesRole', 'states', roleName, [
      { actions: ['lambda:InvokeFunction'], resources: called },
      { actions: [...logDelivery, ...tracing], resources: ['*'] },
    ]);
    suppress(role, 'IAM5', 'Log delivery and X-Ray take no resource; the functions are named one by one');
    return role.withoutPolicyUpdates();
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
