import { type About, aws, deploy, deployAgain, type Patient, type Place } from './check.ts';

type Where = Place & { readonly patient: Patient };

export const inManagement = '# in the management account';

/** The commands, after a line that says with whose credentials unless those are the hub's. */
export const inAccount = (account: string, { home }: Patient, ...commands: string[]): string[] =>
  account === home.account ? commands : [`# with credentials of ${account}`, ...commands];

/** A StackSet makes its instances, or updates those that are there (CloudFormation API reference, UpdateStackInstances). */
export type Change = 'create' | 'update';

/**
 * What a StackSet of the rollout does in one account and Region; undefined where it does nothing: without a rollout, and in the
 * management account, which service-managed permissions leave out. Of units only named accounts are an INTERSECTION, and a delegated
 * administrator says that it is one (CloudFormation API reference, DeploymentTargets and CreateStackInstances).
 */
function byStackSet({ patient, account, region }: Where, part: string, change: Change): string[] | undefined {
  const { name, rollout, organization, organizationAdmin } = patient.config;
  if (!rollout || account === organizationAdmin?.management) return undefined;
  const units = organization?.include ?? [rollout.root ?? ''];
  const targets = `OrganizationalUnitIds=${units.join(',')},Accounts=${account},AccountFilterType=INTERSECTION`;
  const set = `${change}-stack-instances --stack-set-name ${name}-${part}`;
  const command = `cloudformation ${set} --deployment-targets ${targets} --regions ${region}`;
  const inHome = aws(patient.home.region, command);
  return rollout.from === 'hub' ? [`${inHome} --call-as DELEGATED_ADMIN`] : [inManagement, inHome];
}

/** Deploys the roles of an account. The StackSet has them in the Region that is heard first, the hub's. */
export function deployRoles({ patient, account }: Where, change: Change): string[] {
  if (account === patient.home.account) return [deployAgain];
  const [region = patient.home.region] = patient.config.listening?.regions ?? [];
  const bySet = byStackSet({ patient, account, region }, 'member-roles', change);
  return bySet ?? inAccount(account, patient, deploy('TourniquetMember'));
}

/** Deploys the forwarder of an account and Region. The hub need be in none of the units; its own is deployed by hand then. */
export function deployForwarder(at: Where, change: Change): string[] {
  const { patient, account, region } = at;
  const byHand = inAccount(account, patient, `AWS_REGION=${region} ${deploy('TourniquetForwarder')}`);
  const bySet = byStackSet(at, 'forwarders', change);
  if (!bySet) return byHand;
  const mayBeOutside = account === patient.home.account && patient.config.organization?.include !== undefined;
  return mayBeOutside ? ['# where the hub is in one of the units', ...bySet, '# else', ...byHand] : bySet;
}

/** Deploys what is gone, of whatever a check is about. */
export function deployWhatIsGone(about: About, at: Where): string[] {
  if (about === 'account') return deployRoles(at, 'update');
  const { account, region } = at.patient.home;
  const isHub = at.account === account && at.region === region;
  return about === 'region' && !isHub ? deployForwarder(at, 'update') : [deployAgain];
}

/** The account that enables a service in this one, where that is another: the administrator. The management account enables its own. */
function enabledBy({ patient: { config }, account }: Where): string | undefined {
  const administrator = config.listening?.administrator;
  return account === administrator || account === config.organizationAdmin?.management ? undefined : administrator;
}

export const quarterHourly = '--finding-publishing-frequency FIFTEEN_MINUTES';

/**
 * Turns GuardDuty on where there is no detector, or the one named is suspended. The administrator's call is for all accounts, suspended
 * ones among them (GuardDuty API reference, UpdateOrganizationConfiguration).
 */
export function enableDetector(at: Where, suspended?: string): string[] {
  const { patient, account, region } = at;
  const administrator = enabledBy(at);
  if (!administrator) {
    const own = suspended
      ? `update-detector --detector-id ${suspended} --enable`
      : `create-detector --enable ${quarterHourly}`;
    return inAccount(account, patient, aws(region, `guardduty ${own}`));
  }
  const id = aws(region, "guardduty list-detectors --query 'DetectorIds[0]' --output text");
  const all = `guardduty update-organization-configuration --detector-id $(${id}) --auto-enable-organization-members ALL`;
  return inAccount(administrator, patient, aws(region, all));
}

/** Turns Security Hub on. The administrator's call is for accounts that join; one that is there has it once it is a member (Security Hub API reference, CreateMembers). */
export function enableHub(at: Where): string[] {
  const { patient, account, region } = at;
  const administrator = enabledBy(at);
  if (!administrator) return inAccount(account, patient, aws(region, 'securityhub enable-security-hub'));
  const joining = aws(region, 'securityhub update-organization-configuration --auto-enable');
  const here = aws(region, `securityhub create-members --account-details AccountId=${account}`);
  return inAccount(administrator, patient, joining, here);
}

/** One trail hears all Regions. It is made in the hub's: a command for each Region would make one in each, all but the first of them billed. */
export function createTrail({ patient, account, region }: Where): string[] {
  const { region: home } = patient.home;
  const create = 'cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail';
  if (region === home)
    return inAccount(account, patient, aws(home, create), aws(home, 'cloudtrail start-logging --name NAME'));
  const widen = aws(home, 'cloudtrail update-trail --name NAME --is-multi-region-trail');
  return [
    `# see the home Region, ${home}; a trail there that hears no other Region is widened`,
    ...inAccount(account, patient, widen),
  ];
}
