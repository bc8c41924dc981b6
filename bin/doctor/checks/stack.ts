import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { aws, type Check, deployAgain, fail, ok, warn } from '../check.ts';
import { membersOf } from '../members.ts';

const complete: Check = {
  id: 'stack',
  about: 'hub',
  title: 'The last deployment was completed',
  asks: ['cloudformation:DescribeStacks'],
  concerns: { role: 'open-incident', action: 'lambda:InvokeFunction' },
  async run({ patient, hub, region }) {
    const { Stacks } = await hub(CloudFormationClient).send(new DescribeStacksCommand({ StackName: patient.stack }));
    const { StackStatus = 'unknown' } = Stacks?.[0] ?? {};
    if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(StackStatus)) return ok(StackStatus);
    const look = aws(region, `cloudformation describe-stack-events --stack-name ${patient.stack} --max-items 20`);
    // Of an update that was undone the release before goes on working.
    if (StackStatus === 'UPDATE_ROLLBACK_COMPLETE')
      return warn('The last update failed and was undone', look, deployAgain);
    return fail(`The stack is ${StackStatus}`, look, deployAgain);
  },
};

const protection: Check = {
  id: 'stack-protected',
  about: 'hub',
  title: 'The stack cannot be deleted by one call',
  asks: ['cloudformation:DescribeStacks'],
  concerns: { role: 'open-incident', action: 'lambda:InvokeFunction' },
  async run({ patient, hub, region }) {
    const { Stacks } = await hub(CloudFormationClient).send(new DescribeStacksCommand({ StackName: patient.stack }));
    if (Stacks?.[0]?.EnableTerminationProtection) return ok('Termination protection is on');
    const on = `cloudformation update-termination-protection --enable-termination-protection --stack-name ${patient.stack}`;
    return fail('Termination protection is off', aws(region, on));
  },
};

const organization: Check = {
  id: 'organization',
  about: 'hub',
  title: 'The hub is in the organisation that the member roles trust',
  asks: ['organizations:DescribeOrganization'],
  concerns: { role: 'contain', action: 'sts:AssumeRole' },
  applies: ({ config }) => config.organization !== undefined,
  async run({ patient, hub }) {
    const { Organization } = await hub(OrganizationsClient).send(new DescribeOrganizationCommand());
    const expected = patient.config.organization?.id;
    if (expected && Organization?.Id === expected) return ok(expected);
    const mend = `Set "organization.id" in the configuration to ${Organization?.Id}, then deploy the hub and every member`;
    return fail(`The hub is in ${Organization?.Id}, the roles trust ${expected}: every session is refused`, mend);
  },
};

const members: Check = {
  id: 'members',
  about: 'hub',
  title: 'The accounts of the organisation are known',
  asks: [
    'organizations:ListAccounts',
    'organizations:ListAccountsForParent',
    'organizations:ListOrganizationalUnitsForParent',
  ],
  concerns: { role: 'contain', action: 'sts:AssumeRole' },
  applies: ({ config }) => config.organization !== undefined && config.members.length === 0,
  async run({ patient, hub }) {
    const found = await membersOf(patient, hub(OrganizationsClient));
    if (found.length > 0) return ok(`${found.length} besides the hub`);
    return warn('No account besides the hub: look at organization.include and exclude in the configuration');
  },
};

export const stack: readonly Check[] = [complete, protection, organization, members];
