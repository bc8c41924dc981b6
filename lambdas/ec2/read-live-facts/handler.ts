import { receiptItem } from '../../../lib/items/receipt.ts';
import { config } from '../../runtime/environment.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { keepUploaded, uploadUrl } from '../../runtime/upload.ts';
import { seal } from '../../runtime/vault.ts';
import { agentOn, runOn } from '../agent.ts';
import { type Instance, instanceArn } from '../instance/target.ts';
import { linuxScript } from './linux.ts';
import { factsOf, saidIn, whyPlain } from './plan.ts';
import { type LiveFacts, readLiveFacts } from './step.ts';
import { windowsScript } from './windows.ts';

type Context = StepContext<Instance>;

/** Seconds: what takes longer is given up, so that the run can close. */
const patience = 45;
/** Seconds for which the way into the vault stands open. */
const open = 120;

const artefactOf = ({ run, target }: Context) => ({
  incident: run.incident,
  kind: 'live-facts',
  name: `live-facts-${target.id}.txt`,
  source: instanceArn(target),
  account: target.account,
  region: target.region,
});

/** A quarantine cuts the agent off as well: then nothing is wrong with the instance. */
async function whyNothing({ table, run }: Context, because: string): Promise<string> {
  const cut = await receiptItem
    .find(table, run.incident, run.id, 'quarantine-interfaces', 'apply', '')
    .catch(() => null);
  const quarantined = cut ? `; the network quarantine of ${cut.at} has cut its agent off` : '';
  return `${because}${quarantined}`;
}

/** What came back is sealed by us only where the instance could not do it. */
async function kept(context: Context, output: string): Promise<LiveFacts> {
  const said = saidIn(output);
  if (!said)
    return { outcome: 'not-read', evidence: [], facts: [], because: 'what came back is not what the script says' };
  const facts = factsOf(said);
  const { version, size, sha256 } = said;
  if (version)
    return {
      outcome: 'read',
      evidence: [await keepUploaded(context, artefactOf(context), { version, size, sha256 })],
      facts,
    };
  const evidence = said.plain ? [await seal(context, { ...artefactOf(context), body: Buffer.from(said.plain) })] : [];
  return { outcome: 'partly-read', evidence, facts, because: whyPlain(said) };
}

async function read(context: Context): Promise<LiveFacts> {
  const { target, run, session } = context;
  const nothing = { evidence: [], facts: [] };
  if (!config().liveFacts) return { outcome: 'not-managed', ...nothing, because: 'liveFacts is false' };
  const agent = await agentOn(session, target.id);
  if (!agent.platform) {
    const because = await whyNothing(context, agent.because);
    return { outcome: agent.managed ? 'not-read' : 'not-managed', ...nothing, because };
  }
  if (run.mode === 'observe')
    return { outcome: 'would-read', ...nothing, because: `would read them on ${agent.platform}` };
  const url = await uploadUrl(context, artefactOf(context), open);
  const script = (agent.platform === 'Linux' ? linuxScript : windowsScript)(url);
  const comment = `Tourniquet ${run.incident}: reads live facts, changes nothing`;
  const answer = await runOn(session, target.id, agent.platform, { script, comment, within: patience });
  if (answer.came === 'ended') return kept(context, answer.output);
  return { outcome: 'not-read', ...nothing, because: await whyNothing(context, answer.because) };
}

export const handler = serveStep(readLiveFacts, read);
