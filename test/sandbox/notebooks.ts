/** Notebook instances of SageMaker in the member account, in any Region. */
import {
  CreateNotebookInstanceCommand,
  DescribeNotebookInstanceCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Credentials, Deployment } from './deployment.ts';
import type { Attempt } from './estate.ts';

type InAccount = Pick<Deployment, 'sandbox'>;

interface Place {
  readonly name: string;
  readonly region: string;
}

/** By default as the root of the account. */
function sagemakerIn({ sandbox: { endpoint, accounts } }: InAccount, region: string, as?: Credentials) {
  const credentials = as ?? { accessKeyId: accounts.member, secretAccessKey: 'sandbox' };
  return new SageMakerClient({ endpoint, region, credentials, maxAttempts: 1 });
}

/** Somebody starts one, of a type that mines well. */
export async function createNotebook(deployment: InAccount, name: string, region: string, as?: Credentials) {
  const RoleArn = `arn:aws:iam::${deployment.sandbox.accounts.member}:role/notebooks`;
  const asked = { NotebookInstanceName: name, InstanceType: 'ml.p3.2xlarge' as const, RoleArn };
  await sagemakerIn(deployment, region, as).send(new CreateNotebookInstanceCommand(asked));
  return { name, region };
}

/** In SageMaker's own word, as it shows it to the account itself. */
export async function notebookState(deployment: InAccount, { name, region }: Place): Promise<string | undefined> {
  const asked = new DescribeNotebookInstanceCommand({ NotebookInstanceName: name });
  return (await sagemakerIn(deployment, region).send(asked)).NotebookInstanceStatus;
}

/** Whether it runs. */
export async function notebookRuns(deployment: InAccount, place: Place): Promise<Attempt> {
  return (await notebookState(deployment, place)) === 'InService' ? 'allowed' : 'denied';
}
