import * as z from 'zod';
import { arn } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';

/** A notebook instance of SageMaker AI by its name (SageMaker API reference, CreateNotebookInstance). */
export const NotebookName = z.string().regex(/^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/);

export const Notebook = AnyTarget.extend({ kind: z.literal('notebook'), id: NotebookName });
export type Notebook = z.infer<typeof Notebook>;

export const notebookArn = (target: Notebook): string => arn(target, 'sagemaker', `notebook-instance/${target.id}`);

/** For permissions: SageMaker wrote names in ARNs small for years, and IAM compares as it is written. */
export const notebookArns = (target: Notebook): string[] => {
  const own = notebookArn(target);
  return [...new Set([own, notebookArn({ ...target, id: target.id.toLowerCase() })])];
};

export const notebook = defineTarget(Notebook)({
  kind: 'notebook',
  title: 'notebook instance',
  arn: notebookArn,
  from: ({ kind, id }, { place, now }) =>
    kind === 'notebook' && NotebookName.safeParse(id).success ? { ...place, kind, id, seenAt: now, tags: {} } : null,
  suspects: () => [],
  any: (place) => ({ ...place, kind: 'notebook', id: '*', seenAt: '', tags: {} }),
  reads: [],
});
