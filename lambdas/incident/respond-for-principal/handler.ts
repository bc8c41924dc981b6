import { actorsIn } from '../../../lib/domain/finding/actors.ts';
import { runAbout } from '../../../lib/domain/finding/alongside.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { claimOf, type Named } from '../../../lib/domain/named.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { incidentItem } from '../../../lib/items/incident.ts';
import { config } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { breakGlassAnywhere, unreadable } from '../../runtime/settings.ts';
import { startRun } from '../../runtime/start-run.ts';
import type { Target } from '../../targets/target.ts';
import { furtherOf, mostFurther, runNameOf } from '../further-runs.ts';
import { ownDeployment } from '../own-deployment.ts';
import type { Rules } from '../untouchable.ts';
import { type Known, resultOf, sorted } from './plan.ts';
import { type PrincipalsAnswered, respondForPrincipal } from './step.ts';

type Context = Pick<StepContext<Target>, keyof Work | 'run' | 'finding'>;

async function rulesFor({ settings }: Pick<Work, 'settings'>): Promise<Rules> {
  // Where nobody can read them, those of the deployment are the least that is never touched; open-incident asks people then.
  const breakGlass = await breakGlassAnywhere({ settings }).catch((thrown: unknown) => {
    unreadable(thrown);
    return config().breakGlass;
  });
  return { ...ownDeployment(), breakGlass, management: config().organizationAdmin?.management };
}

/** Which open incident holds each of these. */
async function holdersOf({ table }: Pick<Work, 'table'>, claims: readonly string[]): Promise<Map<string, string>> {
  const found = await Promise.all(claims.map((claim) => claimItem.find(table, claim)));
  return new Map(
    claims.flatMap((claim, at) => {
      const held = found[at];
      return held?.state === 'open' ? [[claim, held.incident] as const] : [];
    }),
  );
}

async function knownAbout(context: Context, finding: Finding, acted: readonly Named[]): Promise<Known> {
  const { table, run } = context;
  const { partition } = finding;
  const [rules, incident, holders] = await Promise.all([
    rulesFor(context),
    incidentItem.find(table, run.incident),
    holdersOf(
      context,
      acted.map((one) => claimOf(one, partition)),
    ),
  ]);
  const taken = incident ? furtherOf(incident).length : 0;
  const threats = incident?.threats ?? {};
  const room = Math.max(0, mostFurther - taken);
  return { incident: run.incident, partition, now: context.now(), rules, threats, room, holders };
}

/** Begins what answers for whoever acted. */
export async function respond(context: Context): Promise<PrincipalsAnswered> {
  const { run, finding } = context;
  const acted = finding ? actorsIn(finding) : [];
  if (!finding || acted.length === 0) return resultOf([], run.mode);
  const { starts, actors } = sorted(acted, await knownAbout(context, finding, acted));
  if (run.mode === 'observe') return resultOf(actors, run.mode);
  const begun = await Promise.allSettled(
    starts.map(({ one, playbook }) => {
      const { of, input } = runAbout(finding, one, run.incident);
      return startRun(context, playbook, runNameOf({ run: run.id, of, playbook }), input);
    }),
  );
  // All are tried before one that failed holds up the step, which comes again.
  const failed = begun.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return resultOf(actors, run.mode);
}

export const handler = serveStep(respondForPrincipal, respond);
