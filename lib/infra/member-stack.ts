import { type App, BootstraplessSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Config } from '../domain/config.ts';
import { MemberRoles } from './member-roles.ts';
import { contractsOf } from './registry.ts';

/** What an account besides the hub needs: four roles, and no bootstrap, so that it serves as a StackSet's template as it is. */
export class MemberStack extends Stack {
  constructor(app: App, id: string, config: Config, hub: string) {
    super(app, id, {
      stackName: `${config.name}-member`,
      description: `The roles through which Tourniquet in account ${hub} responds here`,
      // Sent inside the request, which takes 51,200 bytes.
      suppressTemplateIndentation: true,
      // The assertion is about CDK's types alone: they were written without exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    });
    new MemberRoles(this, 'Roles', { config, hub, contracts: contractsOf(config) });
  }
}
