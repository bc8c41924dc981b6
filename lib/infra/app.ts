import { App, Aspects, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Config } from '../domain/config.ts';
import { committedPlaybooks } from './committed-playbooks.ts';
import { HubStack } from './hub-stack.ts';
import { limitCheck } from './limit-check.ts';
import { MemberStack } from './member-stack.ts';
import { contractsOf } from './registry.ts';

/** CloudFormation takes 500 resources a stack; synthesis fails while there is still room to split. */
export const resourceLimit = 420;

/** Judges what is synthesised in it. By hand: otherwise CDK writes a half-made assembly on the way out, even after a mistake. */
export function newApp(): App {
  const app = new App({ autoSynth: false, postCliContext: { '@aws-cdk/core:stackResourceLimit': resourceLimit } });
  Validations.of(app).addPlugins(limitCheck);
  Aspects.of(app).add(new AwsSolutionsChecks({ reports: false }));
  return app;
}

/** The stacks a configuration asks for: the hub, and the member stack when there may be an account besides it. */
export function addStacks(app: App, config: Config, code: string): void {
  new HubStack(app, 'Tourniquet', { config, contracts: contractsOf(config), playbooks: committedPlaybooks(), code });
  if (config.hub) new MemberStack(app, 'TourniquetMember', config, config.hub);
}
