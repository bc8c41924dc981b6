import type { Deployed } from '../../lib/domain/deployed.ts';

/** A stack that another account or Region has of a deployment, or that makes them. */
export interface Elsewhere {
  readonly stack: 'TourniquetRollout' | 'TourniquetMember' | 'TourniquetForwarder' | 'TourniquetVault';
  /** The account and the Region, as far as the configuration says; else in words. */
  readonly where: string;
  readonly end: string;
}

/** Where a configuration of its own file was deployed, that file has to be named again. */
const destroy = (stack: Elsewhere['stack'], region: string | null): string =>
  `${region ? `AWS_REGION=${region} ` : ''}npx cdk destroy ${stack}`;

type Reach = Pick<Deployed, 'evidence' | 'members' | 'organization' | 'organizationAdmin' | 'listening' | 'rollout'>;

/**
 * The stacks besides the hub's, in the order in which they go: what makes others first, and forwarders before the roles, so that nothing is sent
 * to a bus that nobody reads. Empty where the hub is all there is.
 */
export const stacksElsewhere = (config: Reach, home: Home): Elsewhere[] => [
  ...listeners(config, home),
  ...(config.evidence ? [vault(config.evidence.account, home)] : []),
];

interface Home {
  readonly account: string;
  readonly region: string;
}

/** The last: what it holds is locked. Its bucket and key outlive it even then. */
const vault = (account: string, { region }: Home): Elsewhere => ({
  stack: 'TourniquetVault',
  where: `${account} ${region}`,
  end: `stays while the vault does; then lift its termination protection, and ${destroy('TourniquetVault', null)}`,
});

function listeners(config: Reach, home: Home): Elsewhere[] {
  const { members, organization, organizationAdmin, listening, rollout } = config;
  const regions = listening?.regions ?? [];
  const others = members.filter((account) => account !== home.account);
  const named = others.length > 0 ? others : organization ? ['each account'] : [];
  const forwarder = (where: string, region: string): Elsewhere => ({
    stack: 'TourniquetForwarder',
    where: `${where} ${region}`,
    end: destroy('TourniquetForwarder', region),
  });
  if (rollout) {
    const from = rollout.from === 'hub' ? home.account : (organizationAdmin?.management ?? 'the management account');
    // Its StackSets leave the management account out (docs/organisation.md).
    const byHand = organizationAdmin ? regions.map((region) => forwarder(organizationAdmin.management, region)) : [];
    return [
      { stack: 'TourniquetRollout', where: `${from} ${home.region}`, end: destroy('TourniquetRollout', null) },
      ...byHand,
    ];
  }
  const inHub = regions.filter((region) => region !== home.region).map((region) => forwarder(home.account, region));
  return [
    ...inHub,
    ...named.flatMap((account) => regions.map((region) => forwarder(account, region))),
    ...named.map((where): Elsewhere => ({ stack: 'TourniquetMember', where, end: destroy('TourniquetMember', null) })),
  ];
}
