import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Notebook, notebookArns } from '../notebook/target.ts';

/** How it stands, in SageMaker's own word, such as InService or Stopped; `gone` where there is none. */
export const Running = z.object({ state: z.string() });
export type Running = z.infer<typeof Running>;

export const stopNotebook = defineLever({
  name: 'stop-notebook',
  title: 'Stop the notebook instance; its memory is lost',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nothing runs in the notebook any more, and its cost ends but for its volume. What is kept outside of /home/ec2-user/SageMaker is lost for good. Training, processing and transform jobs that it started go on.',
  undo: 'The notebook is started, if it was this that stopped it: what its lifecycle configuration runs at the start runs again, the attacker’s too.',
  stands: { held: 'notebook stopped', open: 'notebook still running' },
  target: Notebook,
  beforeState: Running,
  // Any: it only reads how one stands, and the template of the roles has little room.
  look: [allow('sagemaker:DescribeNotebookInstance')],
  apply: { permissions: [allow('sagemaker:StopNotebookInstance', notebookArns)], within: 120 },
  release: { permissions: [allow('sagemaker:StartNotebookInstance', notebookArns)], within: 60 },
});
