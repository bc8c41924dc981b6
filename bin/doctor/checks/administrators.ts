import { GuardDutyClient, ListOrganizationAdminAccountsCommand } from '@aws-sdk/client-guardduty';
import { ListDelegatedAdministratorsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { type At, aws, type Check, fail, ok, type Patient } from '../check.ts';
import { inManagement } from '../mends.ts';

/** Who should be it: named, or the hub where only that Region is heard. Nobody where each account forwards its own findings. */
const expected = ({ config, home }: Patient): string | undefined =>
  config.listening ? config.listening.administrator : home.account;

/** Members' findings arrive in the administrator's account alone. The management account asks GuardDuty, any other the organisation. */
async function administrators({ patient, client, account }: At): Promise<(string | undefined)[]> {
  if (patient.config.organizationAdmin?.management === account) {
    const { AdminAccounts = [] } = await client(GuardDutyClient).send(new ListOrganizationAdminAccountsCommand());
    return AdminAccounts.filter(({ AdminStatus }) => AdminStatus === 'ENABLED').map((one) => one.AdminAccountId);
  }
  const command = new ListDelegatedAdministratorsCommand({ ServicePrincipal: 'guardduty.amazonaws.com' });
  return ((await client(OrganizationsClient).send(command)).DelegatedAdministrators ?? []).map(({ Id }) => Id);
}

const guardDuty: Check = {
  id: 'guardduty-administrator',
  about: 'region',
  title: 'GuardDuty’s administrator is the account that sends for all',
  asks: ['guardduty:ListOrganizationAdminAccounts', 'organizations:ListDelegatedAdministrators'],
  concerns: { role: 'start-playbooks', action: 'states:StartExecution' },
  applies: (patient, { account }) =>
    patient.config.organization !== undefined &&
    patient.members.length > 0 &&
    account === patient.home.account &&
    expected(patient) !== undefined,
  async run(at) {
    const found = await administrators(at);
    const wanted = expected(at.patient) ?? '';
    if (found.includes(wanted)) return ok(wanted);
    const enable = `guardduty enable-organization-admin-account --admin-account-id ${wanted}`;
    const named = found.length > 0 ? `The administrator is ${found.join(', ')}` : 'No administrator is named';
    return fail(`${named}; the configuration expects ${wanted}`, inManagement, aws(at.region, enable));
  },
};

export const administration: readonly Check[] = [guardDuty];
