import { expect, it } from 'vitest';
import { billedIn } from './billed.ts';
import { callFrom } from './event.ts';

/** One call, as LookupEvents has it. */
const call = (service: string, eventName: string, requestParameters: object, more: object = {}) => {
  const record = { eventSource: `${service}.amazonaws.com`, eventName, awsRegion: 'us-west-2', requestParameters };
  return callFrom({ EventId: eventName, CloudTrailEvent: JSON.stringify({ ...record, ...more }) }, 'us-west-2');
};

it('names what costs on, where, and what stops it', () => {
  const calls = [
    call('sagemaker', 'CreateNotebookInstance', { notebookInstanceName: 'miner', instanceType: 'ml.p3.2xlarge' }),
    call('sagemaker', 'CreateTrainingJob', { trainingJobName: 'hash' }),
    call('bedrock', 'CreateProvisionedModelThroughput', { provisionedModelName: 'resold' }),
  ];
  expect(billedIn(calls).facts).toEqual([
    'It runs on until somebody stops it: notebook miner in us-west-2 (aws sagemaker stop-notebook-instance), training job hash in us-west-2 (aws sagemaker stop-training-job) and 1 more',
  ]);
  expect(calls.map(({ kind }) => kind?.one)).toEqual(Array(3).fill('model, job or notebook started'));
});

it('leaves out what was refused, what stops or reads, and says where the record has no name', () => {
  const refused = call('sagemaker', 'CreateEndpoint', { endpointName: 'x' }, { errorCode: 'AccessDeniedException' });
  expect(billedIn([refused, call('sagemaker', 'StopTrainingJob', { trainingJobName: 'x' })]).facts).toEqual([]);
  expect(billedIn([call('sagemaker', 'CreateEndpoint', {})]).facts[0]).toContain(
    'endpoint whose name is not recorded in us-west-2',
  );
});
