import {
  type App,
  Aws,
  BootstraplessSynthesizer,
  CfnCondition,
  CfnResource,
  CfnWaitConditionHandle,
  Fn,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib';
import type { Config } from '../domain/config.ts';
import { governRoles } from './governance.ts';
import { MemberRoles } from './member-roles.ts';
import { contractsOf } from './registry.ts';

/**
 * What an account besides the hub needs: four roles, and no bootstrap, so that it serves as a StackSet's template as it is. In the hub,
 * which has those roles already, it makes nothing: `cdk deploy --all` and a StackSet for a whole organisation put it there too.
 */
export class MemberStack extends Stack {
  constructor(app: App, id: string, config: Config, hub: string) {
    super(app, id, {
      stackName: `${config.name}-member`,
      description: `The roles through which Tourniquet in account ${hub} responds here`,
      // Sent inside the request, which takes 51,200 bytes.
      suppressTemplateIndentation: true,
      tags: config.tags,
      // The assertion is about CDK's types alone: they were written without exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    });
    governRoles(this, config);
    const roles = new MemberRoles(this, 'Roles', { config, hub, contracts: contractsOf(config) });
    const outside = new CfnCondition(this, 'OutsideTheHub', {
      expression: Fn.conditionNot(Fn.conditionEquals(Aws.ACCOUNT_ID, hub)),
    });
    for (const made of roles.node.findAll()) if (made instanceof CfnResource) made.cfnOptions.condition = outside;
    // A stack has at least one resource; this one is an address that nobody uses.
    new CfnWaitConditionHandle(this, 'Nothing');
  }
}
