import {
  DeletePolicyCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  MoveAccountCommand,
  OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { byKey } from './picture.ts';
import type { Stage } from './subject.ts';

const kind = 'SERVICE_CONTROL_POLICY';
/** The gateway's ids (organization.py). */
const [root, workloads] = ['r-sand', 'ou-sand-workloads'];

interface Attached {
  readonly on: string;
  readonly id: string;
  readonly name: string;
}

/** Service control policies on the member account and on the organisation's root, without AWS's own. */
async function attachedNow({ client, sandbox }: Stage): Promise<Attached[]> {
  const organizations = client(OrganizationsClient, 'hub');
  const found = [sandbox.accounts.member, root].map(async (on) => {
    const { Policies = [] } = await organizations.send(
      new ListPoliciesForTargetCommand({ TargetId: on, Filter: kind }),
    );
    const own = Policies.filter(({ AwsManaged }) => !AwsManaged);
    return own.map(({ Id: id = '', Name: name = '' }) => ({ on, id, name }));
  });
  return (await Promise.all(found)).flat();
}

async function parentNow({ client, sandbox }: Stage): Promise<string> {
  const command = new ListParentsCommand({ ChildId: sandbox.accounts.member });
  const { Parents } = await client(OrganizationsClient, 'hub').send(command);
  return Parents?.[0]?.Id ?? '';
}

async function moveTo(stage: Stage, DestinationParentId: string): Promise<void> {
  const { client, sandbox } = stage;
  const SourceParentId = await parentNow(stage);
  if (SourceParentId === DestinationParentId) return;
  const where = { AccountId: sandbox.accounts.member, SourceParentId, DestinationParentId };
  await client(OrganizationsClient, 'hub').send(new MoveAccountCommand(where));
}

async function drop({ client }: Stage, { id: PolicyId, on: TargetId }: Attached): Promise<void> {
  const organizations = client(OrganizationsClient, 'hub');
  await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
  await organizations.send(new DeletePolicyCommand({ PolicyId }));
}

/** What the organisation holds against the member account: its parent, and what each attached policy says. */
export async function organizationWorld(stage: Stage) {
  const [parent, attached] = await Promise.all([parentNow(stage), attachedNow(stage)]);
  const contents = attached.map(async ({ on, id, name }) => {
    const command = new DescribePolicyCommand({ PolicyId: id });
    const { Policy } = await stage.client(OrganizationsClient, 'hub').send(command);
    return [`${name} on ${on}`, Policy?.Content ?? ''] as const;
  });
  return { parent, policies: byKey(await Promise.all(contents)) };
}

/** Somebody else's work in the organisation: every policy there says something else, and the account is right below the root. */
export async function meddleWithOrganization(stage: Stage): Promise<void> {
  const Statement = [{ Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' }];
  const Content = JSON.stringify({ Version: '2012-10-17', Statement });
  for (const { id: PolicyId } of await attachedNow(stage))
    await stage.client(OrganizationsClient, 'hub').send(new UpdatePolicyCommand({ PolicyId, Content }));
  await moveTo(stage, root);
}

/** Makes the organisation what it is now, later: what somebody does who got into the account that administers it. */
export async function undoingInOrganization(stage: Stage): Promise<() => Promise<void>> {
  const [parent, before] = [await parentNow(stage), await attachedNow(stage)];
  return async () => {
    const added = (await attachedNow(stage)).filter(({ id }) => !before.some((one) => one.id === id));
    for (const one of added) await drop(stage, one);
    await moveTo(stage, parent);
  };
}

/** As it was founded: an account takes few policies, and a test that failed leaves one behind. */
export async function clearOrganization(stage: Stage): Promise<void> {
  for (const one of await attachedNow(stage)) await drop(stage, one);
  await moveTo(stage, workloads);
}
