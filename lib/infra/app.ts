import { App, Validations } from 'aws-cdk-lib';
import type { Config, Listening } from '../domain/config.ts';
import { committedPlaybooks } from './committed-playbooks.ts';
import { ForwarderStack } from './forwarder-stack.ts';
import { HubStack } from './hub-stack.ts';
import { limitCheck } from './limit-check.ts';
import { MemberStack } from './member-stack.ts';
import { contractsOf } from './registry.ts';
import { RolloutStack } from './rollout-stack.ts';
import { templateOf } from './stack-set-template.ts';
import { NagRules } from './suppressions.ts';
import { VaultStack } from './vault-stack.ts';

/** CloudFormation takes 500 resources a stack; synthesis fails while there is still room to split. */
export const resourceLimit = 420;

/** Judges what is synthesised in it. By hand: otherwise CDK writes a half-made assembly on the way out, even after a mistake. */
export function newApp(): App {
  const postCliContext = { '@aws-cdk/core:stackResourceLimit': resourceLimit };
  const app = new App({ autoSynth: false, postCliContext });
  Validations.of(app).addPlugins(limitCheck, new NagRules());
  return app;
}

/**
 * The stacks a configuration asks for: the hub; the member stack when there is an account besides it; forwarders where more is to be heard. Where
 * the vault has an account of its own, that one comes first, and the others once they can be told of it: no stack reads from another account.
 */
export function addStacks(app: App, config: Config, code: string): void {
  const { evidence, existing } = config;
  if (config.hub && evidence) new VaultStack(app, 'TourniquetVault', { config, evidence, hub: config.hub });
  if (evidence && !existing.vault) return;
  new HubStack(app, 'Tourniquet', { config, contracts: contractsOf(config), playbooks: committedPlaybooks(), code });
  if (config.hub) new MemberStack(app, 'TourniquetMember', config, config.hub);
  if (config.hub && config.listening) {
    addForwarders(app, config, config.hub, config.listening);
  }
}

function addForwarders(app: App, config: Config, hub: string, listening: Listening): void {
  const forwarder = (into: App) =>
    new ForwarderStack(into, 'TourniquetForwarder', config, { hub, region: listening.regions[0] });
  forwarder(app);
  const { name, organization, tags, rollout } = config;
  if (!rollout) return;
  const member = (into: App) => new MemberStack(into, 'TourniquetMember', config, hub);
  // Both are judged where they are stacks of their own: above, and in `addStacks`.
  const templates = { forwarder: templateOf(forwarder), member: templateOf(member) };
  new RolloutStack(app, 'TourniquetRollout', { name, hub, organization, tags, listening, rollout, templates });
}
