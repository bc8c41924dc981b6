import { setTimeout } from 'node:timers/promises';
import type { Custody } from '../../../lib/domain/custody.ts';
import { Unfinished } from '../../../lib/domain/errors.ts';
import { dumpIn } from '../../../lib/domain/lime.ts';
import { receiptItem } from '../../../lib/items/receipt.ts';
import { config } from '../../runtime/environment.ts';
import {
  abortParts,
  beginParts,
  completeParts,
  hashedBack,
  type Lying,
  type Parts,
  partAddresses,
  partsIn,
  readBack,
} from '../../runtime/parts.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { custodyFrom } from '../../runtime/vault.ts';
import { agentOn, answerTo, offAgain, startOn } from '../agent.ts';
import { type Instance, instanceArn } from '../instance/target.ts';
import { keepProgress, progressOf } from '../progress.ts';
import type { Platform } from '../run-command.ts';
import { type End, hashOf, otherWay, Progress, resultOf, saidIn, sizeOf, whyNothing } from './plan.ts';
import { mostParts } from './script.ts';
import { captureMemory, type Memory } from './step.ts';
import { namesTool, scriptFor, toolsOf } from './tools.ts';

type Context = StepContext<Instance>;

/** Milliseconds of watching in one call, and from one look to the next. */
const [atOnce, pause] = [90_000, 1000];
/** Seconds beyond capMinutes for the last part, for the script to say so, and for which its addresses count. */
const grace = 60;
/** Bytes that are read back in one call where nobody has hashed them. */
const readable = 8 * 2 ** 30;

const artefactOf = ({ run, target }: Context, platform: Platform) => ({
  incident: run.incident,
  kind: 'memory',
  name: `memory-${target.id}.${platform === 'Linux' ? 'lime' : 'raw'}`,
  source: instanceArn(target),
  account: target.account,
  region: target.region,
});

const partsOf = (context: Context, { upload, platform }: Pick<Progress, 'upload' | 'platform'>): Parts => ({
  upload: artefactOf(context, platform),
  id: upload,
});

const keep = (context: Context, what: string, progress: Progress): Promise<Progress> =>
  keepProgress(context, captureMemory.name, `capture-memory: ${what}`, progress);

const nothing = (outcome: Memory['outcome'], because: string): Memory => ({
  outcome,
  evidence: [],
  facts: [],
  because,
});

/** Sends the script. It may put parts until the upload is over, so one that an earlier call may have sent loses its own. */
async function begin(context: Context, platform: Platform, known: Progress | null): Promise<Progress | null> {
  const { run, target, session } = context;
  const { capMinutes = 0 } = config().memory ?? {};
  if (known) await abortParts(context, partsOf(context, known));
  const since = context.now();
  const upload = await beginParts(context, artefactOf(context, platform));
  const opened = { since, upload, command: null, platform, parts: null };
  await keep(context, 'a way into the vault is open', opened);
  const within = capMinutes * 60;
  const addresses = await partAddresses(context, partsOf(context, opened), mostParts, within + grace);
  const script = await scriptFor(context, platform, { ...addresses, within });
  const comment = `Tourniquet ${run.incident}: copies the memory, writes to no disk`;
  const command = await startOn(session, target.id, platform, { script, comment, within: within + grace });
  if (!command) {
    await abortParts(context, partsOf(context, opened));
    return null;
  }
  return keep(context, `the tool runs on ${target.id}, for ${capMinutes} minutes at most`, { ...opened, command });
}

/** Why nothing more will come, or null: the quarantine cuts the agent off, and what it sends. */
async function whyOver({ table, run, now }: Context, { since }: Progress): Promise<string | null> {
  const { capMinutes = 0 } = config().memory ?? {};
  const cut = await receiptItem.find(table, run.incident, run.id, 'quarantine-interfaces', 'apply', '');
  if (cut && /^(applied|already-applied|partly-applied)$/.test(cut.result.outcome))
    return `the network quarantine of ${cut.at} has cut the instance off`;
  const until = Date.parse(since) + (capMinutes * 60 + grace) * 1000;
  return Date.parse(now()) >= until ? `capMinutes (${capMinutes}) were over` : null;
}

/** What lies in the vault, before anybody has looked at it. */
interface Come {
  readonly lying: Lying;
  readonly size: number;
  readonly sha256: string | null;
}

/** As custody has it: with the tool that the instance says it ran, or, where it could not say so any more, those that it may have run. */
function custodyOf(context: Context, { lying, size, sha256 }: Come, ran: string | null, platform: Platform): Custody {
  const custody = custodyFrom(context, lying.upload, { size, sha256 });
  const may = toolsOf(platform);
  const its = may.filter((one) => one.sha256 === ran);
  const tools = its.length > 0 ? its : may;
  const files = new Set(tools.map(({ from }) => from.split(/[/\\]/).at(-1)));
  const name = `${[...files].join(' or ')}, run by ${custody.tool.name}`;
  const hashes = new Set(tools.map((one) => one.sha256));
  return { ...custody, version: lying.version, tool: { ...custody.tool, name, sha256: [...hashes].join(' or ') } };
}

/** Closes the way into the vault: what has come is one object from now on, and said to be cut short where it is. */
async function finish(context: Context, begun: Progress, end: End): Promise<Memory> {
  const parts = begun.parts ?? (await partsIn(context, partsOf(context, begun)));
  if (parts.length === 0) {
    await abortParts(context, partsOf(context, begun));
    const wanted = end.came === 'ended' && saidIn(end.output)?.why === 'no-tool' ? 'not-wanted' : 'not-captured';
    return nothing(wanted, `${whyNothing(end)}; ${otherWay}`);
  }
  if (!begun.parts) await keep(context, `${parts.length} parts are in the vault`, { ...begun, parts });
  const upload = artefactOf(context, begun.platform);
  const lying = { upload, version: await completeParts(context, partsOf(context, begun), parts) };
  const size = sizeOf(parts);
  const said = end.came === 'ended' ? saidIn(end.output) : null;
  const sha256 = hashOf(said, parts) ?? (size <= readable ? await hashedBack(context, lying) : null);
  const read = (from: number, length: number) => readBack(context, lying, from, length);
  const dump = begun.platform === 'Linux' ? await dumpIn(size, read) : null;
  const evidence = [custodyOf(context, { lying, size, sha256 }, said?.ran ?? null, begun.platform)];
  return { ...resultOf({ size, parts: parts.length, sha256, dump }, end), evidence };
}

/** Waits for the tool: comes back with what lies in the vault then, or says that it is not done. */
async function watch(context: Context, begun: Progress & { readonly command: string }): Promise<Memory> {
  const { session, target } = context;
  const until = performance.now() + atOnce;
  for (;;) {
    const answer = await answerTo(session, target.id, begun.command);
    if (answer.came !== 'nothing yet') return finish(context, begun, answer);
    const because = await whyOver(context, begun);
    if (because) return finish(context, begun, { came: 'nothing', because });
    if (performance.now() >= until) throw new Unfinished(`The tool on ${target.id} has not ended yet.`);
    await setTimeout(pause);
  }
}

async function capture(context: Context): Promise<Memory> {
  const { target, run, session } = context;
  if (!config().memory) return nothing('not-wanted', `memory names no tool in the configuration; ${otherWay}`);
  const known = run.mode === 'observe' ? null : await progressOf(context, Progress);
  if (known?.command) return watch(context, { ...known, command: known.command });
  const agent = await agentOn(session, target.id);
  if (!agent.platform) return nothing(agent.managed ? 'not-captured' : 'not-managed', `${agent.because}; ${otherWay}`);
  const { platform } = agent;
  if (!namesTool(platform)) return nothing('not-wanted', `memory names no tool for ${platform}; ${otherWay}`);
  if (run.mode === 'observe') return nothing('would-capture', `would copy it on ${platform}`);
  const begun = await begin(context, platform, known);
  if (!begun?.command) return nothing('not-captured', `${offAgain.because}; ${otherWay}`);
  return watch(context, { ...begun, command: begun.command });
}

export const handler = serveStep(captureMemory, capture);
