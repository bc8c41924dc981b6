import type { TimelineEvent } from '../event.ts';
import type { Test } from './rule.ts';
import { at, not, textAt } from './when.ts';

/** A verb on a resource, and on a part of it where one is named: `pods/exec`. */
export const asks =
  (verbs: readonly string[], ...resources: readonly string[]): Test =>
  (event) =>
    resources.includes(resourceOf(event)) && verbs.includes(textAt(event, 'verb'));

/** What was asked for, with the part of it: `pods`, `pods/exec`. */
export function resourceOf(event: TimelineEvent): string {
  const part = textAt(event, 'objectRef.subresource');
  return textAt(event, 'objectRef.resource') + (part && `/${part}`);
}

export const makes = ['create', 'update', 'patch'];
export const reads = ['get', 'list', 'watch'];

const controllers = /^(?:system:kube-|system:apiserver$|system:cloud-controller-manager$|eks:)/;
const chores = /^system:(?:node:|serviceaccount:kube-system:)/;

/** The name under which Kubernetes knows who asked. */
export const userOf = (event: TimelineEvent): string => textAt(event, 'user.username');

/** Controllers of the cluster's own: they have a certificate. A principal of AWS may be mapped to their names, and then brings its ARN. */
export const isController: Test = (event) =>
  controllers.test(userOf(event)) && at(event, 'user.extra.arn') === undefined;

/** Nodes, and what runs in kube-system: their names are theirs alone, but whoever is on such a node or in such a pod has them too. */
export const isNodeOrSystem: Test = (event) => isController(event) || chores.test(userOf(event));

export const byPeople = not(isNodeOrSystem);
export const byOthers = not(isController);

/** What every health check reads without a name (Kubernetes, "Using RBAC", system:public-info-viewer). */
const open = /^\/(?:healthz|livez|readyz|version)(?:[/?]|$)/;

/** A question whose answer anybody may have. */
export const isOpen: Test = (event) =>
  open.test(textAt(event, 'requestURI')) && ['get', 'head'].includes(textAt(event, 'verb'));

const specOf = (event: TimelineEvent): string => JSON.stringify(at(event, 'requestObject.spec') ?? null);

/** What a workload that is made is like; the log of the cluster has it at the level Request. */
export const specSays =
  (expression: RegExp): Test =>
  (event) =>
    expression.test(specOf(event));
