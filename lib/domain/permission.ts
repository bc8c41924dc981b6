import type { Place } from './resource.ts';

/**
 * One IAM action and the resources it may touch, written once beside the step that needs it. From it are derived the member role of
 * the step's class (with a wildcard target), the session policy of each assume-role (with the one real target) and the step's page.
 */
export interface Permission<Target extends Place> {
  readonly action: string;
  /** ARNs built from the target; `['*']` where the action knows no resource (Service Authorization Reference). */
  readonly on: (target: Target) => string[];
  readonly when?: Readonly<Record<string, Record<string, string | string[]>>>;
}

/** `allow('ec2:DescribeInstances')` for an action without resources, else `allow(action, target => arns)`. */
export function allow<Target extends Place>(
  action: string,
  on: (target: Target) => string[] = () => ['*'],
  when?: Permission<Target>['when'],
): Permission<Target> {
  return { action, on, ...(when && { when }) };
}

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Permission<Place>['when'];
}

/** Statements for one target: actions that share resources and condition share a statement, to stay below 2,048 characters. */
export function statements<Target extends Place>(
  permissions: readonly Permission<Target>[],
  target: Target,
): Statement[] {
  const byScope = Map.groupBy(permissions, ({ on, when }) => JSON.stringify([on(target).toSorted(), when ?? null]));
  return [...byScope].flatMap(([scope, group]) => {
    const [resources, when] = JSON.parse(scope) as [string[], Permission<Place>['when'] | null];
    // An instance without volumes or without a role needs no right on them; IAM refuses an empty Resource list.
    if (resources.length === 0) return [];
    const actions = [...new Set(group.map(({ action }) => action))].toSorted();
    return [{ Effect: 'Allow', Action: actions, Resource: resources, ...(when && { Condition: when }) }];
  });
}

/**
 * The same statements with every resource named by its kind alone, for a target with more parts than a session policy has room for.
 * The role behind the session allows no more than that either.
 */
export function byKind(narrow: readonly Statement[]): Statement[] {
  const kindOf = (resource: string): string => resource.replace(/^(arn:(?:[^:]*:){4}[^/]+\/).+$/, '$1*');
  return narrow.map((statement) => ({ ...statement, Resource: [...new Set(statement.Resource.map(kindOf))] }));
}
