import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Contract } from './registry.ts';

const period = Duration.minutes(1);
const sum = { period, statistic: 'Sum' };

/** Tells people about what no run can tell them itself: that it failed, never started, or that someone knocked with a wrong key. */
export class Alarms extends Construct {
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, topic: ITopic) {
    super(scope, id);
    this.action = new SnsAction(topic);
  }

  /** Two alarms rather than a sum of two metrics: the page says which it was, and AWS charges by the metric anyway. */
  runFailed(playbook: string, machine: StateMachine): void {
    const half = 'its incident may be half done.';
    this.above(`${playbook} failed`, machine.metricFailed(sum), `A run of ${playbook} failed; ${half}`);
    this.above(`${playbook} timed out`, machine.metricTimedOut(sum), `A run of ${playbook} took too long; ${half}`);
  }

  findingLost(queue: IQueue): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
    this.above(
      'dead letters',
      metric,
      'A finding could not be handed to its playbook and lies in the dead-letter queue.',
    );
  }

  reminderLost(group: string): void {
    const dimensionsMap = { ScheduleGroup: group };
    const metric = new Metric({
      namespace: 'AWS/Scheduler',
      metricName: 'InvocationDroppedCount',
      dimensionsMap,
      ...sum,
    });
    this.above('reminder lost', metric, 'A reminder of a report that is due could not be delivered.');
  }

  /** A step that fails is in its run's report; an entrance has no run that could tell. Those that answer people may refuse one. */
  entrances(contracts: readonly Contract[], functions: Functions, answering: readonly string[]): void {
    const entrances = contracts.filter(({ kind }) => kind === 'entrance');
    for (const { name } of entrances) {
      this.above(`${name} failed`, functions.of(name).metricErrors(sum), `The function ${name} failed.`);
    }
    for (const name of answering) this.callbackRefused(name);
    this.recordUnstamped();
  }

  private callbackRefused(service: string): void {
    this.counted(
      'CallbackRefused',
      service,
      `${service} refused`,
      `${service} refused a person: wrong signature, too old, or not an approver.`,
    );
  }

  /** Sealing does not wait for a stamp, and nothing asks for it again by itself. Never counted where no authority is configured. */
  private recordUnstamped(): void {
    this.counted(
      'RecordUnstamped',
      'seal-record',
      'record unstamped',
      'The time-stamp authority stamped nothing: a record is sealed without, until it is sealed anew (tourniquet export --seal).',
    );
  }

  /** What a function counts by itself, under the name that the code counts it by. */
  private counted(metricName: string, service: string, what: string, description: string): void {
    const metric = new Metric({ namespace: 'Tourniquet', metricName, dimensionsMap: { service }, ...sum });
    this.above(what, metric, description);
  }

  private above(what: string, metric: IMetric, alarmDescription: string): void {
    const id = what.replace(/(^|[ -])(\w)/g, (_, _gap, letter: string) => letter.toUpperCase());
    new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(this.action);
  }
}
