import { deepest } from '../../../lib/domain/finding/chained.ts';
import { respondsIn } from '../../../lib/domain/membership.ts';
import { config, environment } from '../../runtime/environment.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { breakGlassAnywhere, unreadable } from '../../runtime/settings.ts';
import { seal } from '../../runtime/vault.ts';
import { targetArn } from '../../targets/target.ts';
import { type EventQuery, lookups } from '../event-history.ts';
import { type Gap, windowOf } from '../event-window.ts';
import { regionsOf } from '../regions.ts';
import { type Asking, askingBy, type Handing, handingIn, ownOf, type Rules } from './plan.ts';
import { start } from './start.ts';
import { type Holder, type RoleChain, traceRoleChain } from './step.ts';
import { resultOf, sorted } from './targets.ts';
import { type Walked, walk } from './walk.ts';

type Context = StepContext<Holder>;

/** Milliseconds for all that is looked up. */
const longest = 25_000;
/** Pages of 50 calls: of the credentials themselves, and of each session they came by. */
const pages = { own: 10, further: 4 };

const notApplicable = (because: string): RoleChain => ({
  outcome: 'not-applicable',
  because,
  facts: [],
  unknown: [],
  sessions: [],
  evidence: [],
});

/** What CloudTrail shows of one series of calls, in every Region; what could not be read is collected in `gaps`. */
function reading({ session, target, finding, now }: Context, regions: readonly string[], gaps: Gap[]) {
  const read = lookups({ session, longest, callFrom: handingIn });
  const since = target.kind === 'instance' ? (finding?.firstSeen ?? null) : target.since;
  const window = windowOf({ since, seenAt: target.seenAt }, now());
  return async (asked: Pick<EventQuery, 'key' | 'value' | 'pages'>): Promise<Handing[]> => {
    const series = await Promise.all(regions.map((region) => read({ ...asked, region, window })));
    gaps.push(...series.flatMap((one) => one.gaps));
    return series.flatMap(({ calls }) => calls.flatMap((call) => call ?? []));
  };
}

async function walkFrom(context: Context, asking: Asking, regions: readonly string[], gaps: Gap[]): Promise<Walked> {
  const { target, run } = context;
  const { key, value, mine } = asking;
  const read = reading(context, regions, gaps);
  const first = (await read({ key, value, pages: pages.own })).filter(mine);
  const begin = { account: target.account, depth: run.depth ?? 0, keys: key === 'AccessKeyId' ? [value] : [] };
  return walk(first, begin, (next) => read({ key: 'AccessKeyId', value: next, pages: pages.further }));
}

/** The calls on the way, as CloudTrail wrote them: it forgets them after 90 days. */
async function evidenceOf(context: Context, { handings }: Walked): Promise<RoleChain['evidence']> {
  const { target, run } = context;
  if (handings.length === 0 || run.mode === 'observe') return [];
  const name = `role-chain-${target.id.replace(/[^\w.-]+/g, '-').slice(0, 120)}.json`;
  const body = Buffer.from(`[${handings.map(({ raw }) => raw).join(',\n')}]`);
  const { account, region } = target;
  const artefact = {
    incident: run.incident,
    kind: 'role-chain',
    name,
    source: targetArn(target),
    account,
    region,
    body,
  };
  return [await seal(context, artefact)];
}

async function rulesFor({ target: { account }, settings }: Context): Promise<Rules> {
  const members = config();
  // Where nobody can read them: each further session is opened by open-incident, which asks people then.
  const breakGlass = await breakGlassAnywhere({ settings }).catch((thrown: unknown) => {
    unreadable(thrown);
    return members.breakGlass;
  });
  return {
    name: environment('NAME'),
    breakGlass,
    ours: (other) => other === account || respondsIn(other, members),
  };
}

/** Follows the chain of roles from the credentials of the finding. What thieves may still use comes first, the evidence after it. */
export async function trace(context: Context): Promise<RoleChain> {
  const { target, run, finding, session } = context;
  const asking = askingBy(target);
  if ('nothing' in asking) return notApplicable(asking.nothing);
  if ((run.depth ?? 0) >= deepest)
    return notApplicable(`it is ${deepest} sessions from the finding's own, and nothing is followed further`);
  const { regions, unknown } = await regionsOf(target, session);
  const gaps: Gap[] = [];
  const walked = await walkFrom(context, asking, regions, gaps);
  const which = sorted(walked, { ...(await rulesFor(context)), origin: ownOf(target), now: context.now() });
  if (run.mode !== 'observe') await start(context, { run, finding, region: target.region }, which.targets);
  const evidence = await evidenceOf(context, walked);
  return resultOf({ walked, sorted: which, gaps, unknown, mode: run.mode, evidence });
}

export const handler = serveStep(traceRoleChain, trace);
