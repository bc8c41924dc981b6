import type { Change } from '../../../lib/domain/outcome.ts';
import { RoleClass } from '../../../lib/domain/step.ts';
import { config, environment } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { sparedAnywhere } from '../../runtime/settings.ts';
import { attach, attachedContent, takeOff } from '../control-policies.ts';
import { descriptionFor, isSame, meaning, planDestruction, policyName } from './plan.ts';
import { type Destroyed, type DestructionDeny, denyDestruction } from './step.ts';

interface Prepared {
  readonly spared: readonly string[];
}

type Job = LeverJob<Destroyed, DestructionDeny, Prepared>;

const nameFor = ({ account }: Destroyed): string => policyName(environment('NAME'), account);

async function look(target: Destroyed, session: Session): Promise<DestructionDeny> {
  const policy = nameFor(target);
  return { policy, content: await attachedContent(session, policy, target.account) };
}

/** Ours in the account, by their whole names, and in the hub whatever of ours runs there; identities for emergencies; approvers. */
async function prepare({ partition, account }: Destroyed, _: Session, work: Pick<Work, 'settings'>): Promise<Prepared> {
  const [name, path] = [environment('NAME'), environment('ROLE_PATH')];
  const ends = account === environment('HUB') ? ['*'] : RoleClass.options;
  const ours = ends.map((end) => `arn:${partition}:iam::${account}:role${path}${name}-${end}`);
  return { spared: [...ours, ...(await sparedAnywhere(work))] };
}

async function apply({ target, from, to, session, run }: Job): Promise<Change> {
  const { policy, content } = to;
  if (content === null || isSame(from.content, content)) return { outcome: 'already-applied' };
  const { account } = target;
  const wanted = {
    name: policy,
    content,
    description: descriptionFor(account, run.incident),
    incident: run.incident,
    isSame: (found: string) => isSame(found, content),
  };
  await attach(session, wanted, async () => account);
  return { outcome: 'applied', changed: [`${account}: ${policy} attached`] };
}

async function release({ target, to, session }: LeverJob<Destroyed, DestructionDeny>): Promise<Change> {
  const { account } = target;
  const where = await takeOff(session, to.policy, async () => account);
  if (!where) return { outcome: 'already-applied' };
  return { outcome: 'applied', changed: [`${account}: ${to.policy} detached and deleted`] };
}

export const handler = serveLever(denyDestruction, {
  look,
  prepare,
  plan: (target, before, prepared) =>
    planDestruction(target, before, {
      management: config().organizationAdmin?.management,
      spared: prepared?.spared ?? null,
    }),
  apply,
  release,
  compared: ({ policy, content }) => ({ policy, content: meaning(content) }),
});
