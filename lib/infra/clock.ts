import { Aws } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';
import { functionArn, named, scheduleGroupArn, schedulesArn } from './names.ts';

/** Report clocks: runs put schedules into this group, and all a schedule can do is call clock-tick, or collect-logs once more, or leave a dead letter. They go with the group. */
export class Clock extends Construct {
  readonly group: string;
  readonly scheduling: Grant;
  readonly sweeping: Grant;

  constructor(scope: Construct, id: string, name: string, { queueArn }: IQueue) {
    super(scope, id);
    this.group = named(name, 'clocks');
    new CfnScheduleGroup(this, 'Group', { name: this.group });
    const tick = functionArn(name, 'clock-tick');
    const logs = functionArn(name, 'collect-logs');
    const role = new Role(this, 'Role', {
      roleName: named(name, 'schedules'),
      description: 'EventBridge Scheduler calls clock-tick or collect-logs, or leaves a dead letter',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': scheduleGroupArn(this.group) },
        },
      }),
      inlinePolicies: {
        tick: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [tick, logs] }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }),
          ],
        }),
      },
    });
    this.scheduling = {
      statements: [
        {
          actions: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule'],
          resources: [schedulesArn(this.group)],
        },
        {
          actions: ['iam:PassRole'],
          resources: [role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
        },
      ],
      environment: {
        TOURNIQUET_SCHEDULE_GROUP: this.group,
        TOURNIQUET_SCHEDULE_ROLE: role.roleArn,
        TOURNIQUET_TICK: tick,
        TOURNIQUET_LOOK_AGAIN: logs,
        TOURNIQUET_DEAD_LETTERS: queueArn,
      },
    };
    this.sweeping = {
      statements: [
        { actions: ['scheduler:DeleteSchedule'], resources: [schedulesArn(this.group)] },
        // The list knows no resource (Service Authorization Reference, Amazon EventBridge Scheduler).
        { actions: ['scheduler:ListSchedules'], resources: ['*'] },
      ],
      environment: { TOURNIQUET_SCHEDULE_GROUP: this.group },
    };
  }
}
