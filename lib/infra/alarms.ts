import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, type AlarmProps, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { attention } from '../domain/attention.ts';

const minutely = { period: Duration.minutes(1), statistic: 'Sum' };
/** Hours after which a daily check is late; it takes minutes. */
const late = 26;
/** Requests in five minutes. Responders are few; the stage lets through 3,000, and answers the rest with 429. */
const flood = 300;

interface Watched {
  /** The deployment's. */
  readonly name: string;
  readonly deadLetters: IQueue;
  readonly api: HttpApi;
  readonly sweep: LambdaFunction;
}

type Told = Pick<AlarmProps, 'alarmDescription' | 'metric'> & Partial<AlarmProps>;

/** Tells people what no event can: AWS charges by the metric, so each watches one. */
export class Alarms extends Construct {
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, topic: ITopic, { name, deadLetters, api, sweep }: Watched) {
    super(scope, id);
    this.action = new SnsAction(topic);
    this.alarm('Attention', {
      alarmDescription: `A function of ${name} failed, refused a person (wrong signature, too old, not an approver), sealed a record without its time-stamp (again with tourniquet export --seal), or an account sent a finding about another one. Which: entries with "attention" in the log /${name}/functions.`,
      metric: new Metric({ ...attention, dimensionsMap: { service: name }, ...minutely }),
    });
    this.alarm('DeadLetters', {
      alarmDescription:
        'Something was lost and lies in the dead-letter queue: a finding, a reminder, a daily check, or copies of the record.',
      // Of what is sent, not of what lies there: that stays for 14 days, and the second letter would ring no more.
      metric: deadLetters.metricNumberOfMessagesSent(minutely),
    });
    this.alarm('Throttled', {
      alarmDescription:
        'Functions of this account are throttled, for minutes: Tourniquet comes late. Raise its concurrency.',
      metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', ...minutely }),
      // One that a retry heals wakes nobody.
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    });
    this.alarm('ApiFailed', {
      alarmDescription:
        'A decision could not be taken: the function behind the HTTP API failed. Decide by the command line.',
      metric: api.metricServerError(minutely),
    });
    this.alarm('ApiFlooded', {
      alarmDescription: 'So many requests are refused that real clicks may be refused too. Decide by the command line.',
      metric: api.metricClientError({ ...minutely, period: Duration.minutes(5) }),
      threshold: flood,
    });
    this.alarm('NoDailyCheck', {
      alarmDescription: `No daily check of clocks and ledgers has run for ${late} hours, or none yet.`,
      metric: sweep.metricInvocations({ ...minutely, period: Duration.hours(1) }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: late,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private alarm(id: string, told: Told): void {
    new Alarm(this, id, {
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...told,
    }).addAlarmAction(this.action);
  }
}
