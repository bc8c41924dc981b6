import { describe, expect, test } from 'vitest';
import { Deployed } from '../../lib/domain/deployed.ts';
import { deployAgain, type Patient } from './check.ts';
import { deployVault, inVaultAccount } from './checks/vault.ts';
import { createTrail, deployForwarder, deployRoles, deployWhatIsGone, enableDetector, enableHub } from './mends.ts';

const [hub, member, management, audit] = ['111122223333', '222233334444', '333344445555', '444455556666'] as const;
const home = { account: hub, region: 'eu-central-1' };

function patientWith(config: object): Patient {
  const parsed = Deployed.parse({ approvers: [], ...config });
  const resources = (): string[] => [];
  return {
    stack: 'tourniquet',
    config: parsed,
    home,
    partition: 'aws',
    members: [member],
    output: () => '',
    resources,
  };
}

const listening = { regions: ['eu-central-1', 'us-east-1'] };
const organization = { id: 'o-example1234', include: ['ou-ab12-aaaaaaaa', 'ou-ab12-bbbbbbbb'] };
const place = { account: member, region: 'us-east-1' };
const alone = { patient: patientWith({ listening }), ...place };
const rolled = (from: string, more: object = {}) => ({
  patient: patientWith({ listening, organization, rollout: { from }, ...more }),
  ...place,
});

describe('deploying in a member', () => {
  test('without a rollout by the CDK, with its credentials, and with the file of the configuration', () => {
    const config = '# with the same -c config=FILE, if you use one';
    expect(deployRoles(alone, 'create')).toEqual([
      `# with credentials of ${member}`,
      `npx cdk deploy TourniquetMember  ${config}`,
    ]);
    expect(deployForwarder(alone, 'create')).toEqual([
      `# with credentials of ${member}`,
      `AWS_REGION=us-east-1 npx cdk deploy TourniquetForwarder  ${config}`,
    ]);
    expect(deployAgain).toBe(`npx cdk deploy Tourniquet  ${config}`);
  });

  const targets = `--deployment-targets OrganizationalUnitIds=ou-ab12-aaaaaaaa,ou-ab12-bbbbbbbb,Accounts=${member},AccountFilterType=INTERSECTION`;
  const roles = `aws --region eu-central-1 cloudformation create-stack-instances --stack-set-name tourniquet-member-roles ${targets} --regions eu-central-1`;

  test('with a rollout by its StackSets, as who made them', () => {
    expect(deployRoles(rolled('hub'), 'create')).toEqual([`${roles} --call-as DELEGATED_ADMIN`]);
    expect(deployRoles(rolled('management'), 'create')).toEqual(['# in the management account', roles]);
    expect(deployForwarder(rolled('hub'), 'update')).toEqual([
      `aws --region eu-central-1 cloudformation update-stack-instances --stack-set-name tourniquet-forwarders ${targets} --regions us-east-1 --call-as DELEGATED_ADMIN`,
    ]);
  });

  test('the root stands for all units', () => {
    const whole = rolled('hub', { organization: { id: 'o-example1234' }, rollout: { root: 'r-ab12' } });
    expect(deployRoles(whole, 'update').join()).toContain('OrganizationalUnitIds=r-ab12,Accounts=');
  });

  test('the management account is in no StackSet', () => {
    const at = { ...rolled('hub', { organizationAdmin: { account: hub, management } }), account: management };
    expect(deployRoles(at, 'create').join()).toContain('npx cdk deploy TourniquetMember');
  });

  test('the hub may be outside of the units', () => {
    const at = { ...rolled('hub'), account: hub };
    const [where, bySet, otherwise, byHand] = deployForwarder(at, 'create');
    expect([where, otherwise]).toEqual(['# where the hub is in one of the units', '# else']);
    expect(bySet).toContain(`Accounts=${hub},`);
    expect(byHand).toContain('AWS_REGION=us-east-1 npx cdk deploy TourniquetForwarder');
  });

  test('what is gone is deployed where it was', () => {
    expect(deployWhatIsGone('hub', { ...alone, ...home })).toEqual([deployAgain]);
    expect(deployWhatIsGone('region', { ...alone, ...home })).toEqual([deployAgain]);
    expect(deployWhatIsGone('account', alone)).toEqual(deployRoles(alone, 'update'));
    expect(deployWhatIsGone('region', alone)).toEqual(deployForwarder(alone, 'update'));
  });
});

describe('GuardDuty, Security Hub and trails', () => {
  const heard = { patient: patientWith({ listening: { ...listening, administrator: audit } }), ...place };

  test('the administrator enables members', () => {
    const id = "aws --region us-east-1 guardduty list-detectors --query 'DetectorIds[0]' --output text";
    expect(enableDetector(heard)).toEqual([
      `# with credentials of ${audit}`,
      `aws --region us-east-1 guardduty update-organization-configuration --detector-id $(${id}) --auto-enable-organization-members ALL`,
    ]);
    expect(enableHub(heard)).toEqual([
      `# with credentials of ${audit}`,
      'aws --region us-east-1 securityhub update-organization-configuration --auto-enable',
      `aws --region us-east-1 securityhub create-members --account-details AccountId=${member}`,
    ]);
  });

  test('itself, and without one, with the credentials of the account', () => {
    const create =
      'aws --region us-east-1 guardduty create-detector --enable --finding-publishing-frequency FIFTEEN_MINUTES';
    expect(enableDetector({ ...heard, account: audit })).toEqual([`# with credentials of ${audit}`, create]);
    expect(enableDetector(alone)).toEqual([`# with credentials of ${member}`, create]);
    expect(enableDetector({ ...alone, account: hub }, 'abc')).toEqual([
      'aws --region us-east-1 guardduty update-detector --detector-id abc --enable',
    ]);
    expect(enableHub({ ...alone, account: hub })).toEqual(['aws --region us-east-1 securityhub enable-security-hub']);
  });

  test('one trail an account, in the home Region', () => {
    expect(createTrail({ ...alone, region: 'eu-central-1' }).join()).toContain('create-trail');
    expect(createTrail(alone).join()).not.toContain('create-trail');
    expect(createTrail(alone)[0]).toContain('see the home Region, eu-central-1');
  });
});

test('the vault is mended in its own account, by the stack that made it', () => {
  const apart = patientWith({ evidence: { account: audit } });
  expect(inVaultAccount(apart, 'aws s3api put-bucket-versioning')).toEqual([
    `# with credentials of ${audit}`,
    'aws s3api put-bucket-versioning',
  ]);
  expect(deployVault(apart)[1]).toContain('npx cdk deploy TourniquetVault');
  expect(inVaultAccount(alone.patient, 'aws s3api put-bucket-versioning')).toEqual(['aws s3api put-bucket-versioning']);
  expect(deployVault(alone.patient)).toEqual([deployAgain]);
});
