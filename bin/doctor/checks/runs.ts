import { GetScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isGone } from '../answers.ts';
import { type Check, deployAgain, fail, list, ok, shortName } from '../check.ts';
import { limited } from '../limited.ts';

async function statusOf(client: SFNClient, stateMachineArn: string): Promise<string> {
  try {
    return (await client.send(new DescribeStateMachineCommand({ stateMachineArn }))).status ?? 'unknown';
  } catch (error) {
    if (isGone(error)) return 'missing';
    throw error;
  }
}

const machines: Check = {
  id: 'machines-active',
  about: 'hub',
  title: 'Every playbook’s state machine is active',
  asks: ['states:DescribeStateMachine'],
  concerns: { role: 'start-playbooks', action: 'states:StartExecution' },
  async run({ patient, hub }) {
    const client = hub(SFNClient);
    const arns = patient.resources('AWS::StepFunctions::StateMachine');
    const states = await limited(arns, async (arn) => ({ arn, status: await statusOf(client, arn) }));
    const bad = states.filter(({ status }) => status !== 'ACTIVE');
    if (bad.length === 0) return ok(`${arns.length} active`);
    return fail(list(bad.map(({ arn, status }) => `${shortName(arn)}: ${status}`)), deployAgain);
  },
};

const schedules: Check = {
  id: 'schedule-group',
  about: 'hub',
  title: 'Report clocks can be set',
  asks: ['scheduler:GetScheduleGroup'],
  concerns: { role: 'open-obligations', action: 'scheduler:CreateSchedule' },
  async run({ patient, hub }) {
    const command = new GetScheduleGroupCommand({ Name: patient.output('ScheduleGroup') });
    const { State = 'unknown' } = await hub(SchedulerClient).send(command);
    return State === 'ACTIVE' ? ok(State) : fail(`The schedule group is ${State}`, deployAgain);
  },
};

const deadLetters: Check = {
  id: 'dead-letters',
  about: 'hub',
  title: 'Nothing was lost: the dead-letter queue is empty',
  asks: ['sqs:GetQueueAttributes'],
  concerns: { role: 'route-finding', action: 'sqs:SendMessage' },
  async run({ patient, hub }) {
    const [QueueUrl = ''] = patient.resources('AWS::SQS::Queue');
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    const { Attributes = {} } = await hub(SQSClient).send(command);
    const letters = Number(Attributes.ApproximateNumberOfMessages ?? 0);
    if (letters === 0) return ok('Empty');
    return fail(
      `${letters} in the queue: a finding, a reminder or a daily check was lost`,
      'npm run -s tourniquet -- dead-letters',
      'npm run -s tourniquet -- dead-letters redrive',
    );
  },
};

export const runs: readonly Check[] = [machines, schedules, deadLetters];
