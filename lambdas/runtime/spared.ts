import type { Place } from '../../lib/domain/resource.ts';
import type { Prepared } from '../../lib/domain/resource-policy.ts';
import { RoleClass } from '../../lib/domain/step.ts';
import { environment } from './environment.ts';
import type { Work } from './pipeline.ts';
import { sparedAnywhere } from './settings.ts';

/**
 * Whom no statement of ours may shut out: ours in the hub and in the account, by their whole names, since anybody may make a role whose name begins
 * like them; identities for emergencies; approvers.
 */
export async function spare({ partition, account }: Place, work: Pick<Work, 'settings'>): Promise<Prepared> {
  const [name, hub, path] = [environment('NAME'), environment('HUB'), environment('ROLE_PATH')];
  const role = (home: string, end: string): string => `arn:${partition}:iam::${home}:role${path}${name}-${end}`;
  const ours = [role(hub, '*'), ...RoleClass.options.map((one) => role(account, one))];
  return { spared: [...ours, ...(await sparedAnywhere(work))] };
}
