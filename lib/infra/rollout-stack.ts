import { type App, CfnStackSet, Stack } from 'aws-cdk-lib';
import type { Config } from '../domain/config.ts';
import { named } from './names.ts';

interface RolloutProps {
  /** The deployment's. */
  readonly name: string;
  readonly hub: string;
  readonly organization: Config['organization'];
  readonly tags: Config['tags'];
  readonly listening: NonNullable<Config['listening']>;
  readonly rollout: NonNullable<Config['rollout']>;
  readonly templates: { readonly forwarder: string; readonly member: string };
}

/** Nobody waits for an account that is closed or suspended, and every Region at once: a StackSet's own defaults go one by one. */
const operationPreferences = {
  regionConcurrencyType: 'PARALLEL',
  maxConcurrentPercentage: 100,
  failureTolerancePercentage: 100,
};

/**
 * Two StackSets with service-managed permissions: forwarders in every Region that is heard, and the roles of members. Accounts that join
 * a unit later get both by themselves. They leave out the management account (CloudFormation user guide, "Service-managed permissions").
 */
export class RolloutStack extends Stack {
  constructor(app: App, id: string, { name, hub, organization, tags, listening, rollout, templates }: RolloutProps) {
    const [home] = listening.regions;
    super(app, id, {
      stackName: named(name, 'rollout'),
      description: 'Tourniquet in the accounts of the organisation',
      suppressTemplateIndentation: true,
      tags,
      // In the hub's Region too, whatever the shell is set to: deployed a second time elsewhere, its roles would be there already.
      ...(rollout.from === 'hub' && { env: { account: hub, region: home } }),
    });
    const units = organization?.include ?? [rollout.root ?? ''];
    const except = organization?.exclude ?? [];
    // No members, but without what they send nothing is heard of the others.
    const unheard = except.filter((account) => account !== hub && account !== listening.administrator);
    const set = (setId: string, part: string, templateBody: string, regions: string[], without: string[]): void => {
      const targets = { organizationalUnitIds: units };
      const accounts = without.length > 0 && { accountFilterType: 'DIFFERENCE', accounts: without };
      new CfnStackSet(this, setId, {
        stackSetName: named(name, part),
        permissionModel: 'SERVICE_MANAGED',
        callAs: rollout.from === 'hub' ? 'DELEGATED_ADMIN' : 'SELF',
        autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
        managedExecution: { Active: true },
        capabilities: ['CAPABILITY_NAMED_IAM'],
        operationPreferences,
        stackInstancesGroup: [{ deploymentTargets: { ...targets, ...accounts }, regions }],
        templateBody,
        // Passed on to every stack of the set.
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      });
    };
    set('Forwarders', 'forwarders', templates.forwarder, [...listening.regions], unheard);
    // The hub has the same roles of its own.
    set('MemberRoles', 'member-roles', templates.member, [home], [...new Set([hub, ...except])]);
  }
}
