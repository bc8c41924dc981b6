import { type Call, few, type Said } from './plan.ts';

/**
 * Calls that make what costs until somebody stops it, besides instances: what it is called in the list of changes, and the command that stops
 * it. SageMaker API reference; Amazon Bedrock API reference, CreateProvisionedModelThroughput.
 */
const billed: Readonly<Record<string, readonly [what: string, stop: string]>> = {
  'sagemaker:CreateNotebookInstance': ['notebook', 'aws sagemaker stop-notebook-instance'],
  'sagemaker:CreateEndpoint': ['endpoint', 'aws sagemaker delete-endpoint'],
  'sagemaker:CreateTrainingJob': ['training job', 'aws sagemaker stop-training-job'],
  'sagemaker:CreateProcessingJob': ['processing job', 'aws sagemaker stop-processing-job'],
  'sagemaker:CreateTransformJob': ['transform job', 'aws sagemaker stop-transform-job'],
  'bedrock:CreateProvisionedModelThroughput': ['provisioned model', 'aws bedrock delete-provisioned-model-throughput'],
};

const mostNamed = 2;

/** What of it runs on when its maker is denied, with what stops it. */
export function billedIn(calls: readonly Call[]): Said {
  const lines = calls.flatMap(({ call, failed, region, resources }) => {
    const known = Object.hasOwn(billed, call) && !failed ? billed[call] : undefined;
    if (!known) return [];
    const [what, stop] = known;
    const name = resources.find((one) => one.startsWith(`${what} `)) ?? `${what} whose name is not recorded`;
    return [`${name} in ${region} (${stop})`];
  });
  return {
    facts: lines.length > 0 ? [`It runs on until somebody stops it: ${few(lines, mostNamed)}`] : [],
    unknown: [],
  };
}
