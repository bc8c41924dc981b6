/** A thief with a session of a role that administers a cluster: the role's access entry goes by a person's yes, and comes back as it was. */
import { randomBytes } from 'node:crypto';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DescribeAccessEntryCommand,
  EKSClient,
  ListAssociatedAccessPoliciesCommand,
} from '@aws-sdk/client-eks';
import { clusterFinding, letUsIn, makeCluster, tokenBearer } from '../../sandbox/cluster.ts';
import { send } from '../../sandbox/finding.ts';
import { roleFor } from '../../sandbox/identities.ts';
import { allEnd, type Decide } from '../credentials/chain.ts';
import { isDone, opened, release } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

const policy = (name: string): string => `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`;
const word = (): string => randomBytes(3).toString('hex');

interface Which {
  readonly clusterName: string;
  readonly principalArn: string;
}

async function letIn({ client }: Attached, which: Which, group: string, name: string): Promise<void> {
  const eks = client(EKSClient, 'member');
  await eks.send(new CreateAccessEntryCommand({ ...which, kubernetesGroups: [group], tags: { team: 'web' } }));
  const accessScope = { type: 'cluster' as const };
  await eks.send(new AssociateAccessPolicyCommand({ ...which, policyArn: policy(name), accessScope }));
}

/** The entry with its policies, without the id and the times that EKS gives each. */
async function entryOf({ client }: Attached, which: Which) {
  const eks = client(EKSClient, 'member');
  const [{ accessEntry }, { associatedAccessPolicies = [] }] = await Promise.all([
    eks.send(new DescribeAccessEntryCommand(which)),
    eks.send(new ListAssociatedAccessPoliciesCommand(which)),
  ]);
  const { username, kubernetesGroups, tags, type } = accessEntry ?? {};
  const policies = associatedAccessPolicies.map(({ policyArn, accessScope }) => [policyArn, accessScope]);
  return { username, kubernetesGroups, tags, type, policies };
}

/** About the cluster, and who takes over. What is asked of the role itself has suites of its own. */
const decide: Decide = ({ question }) => (/^(revoke|handover)$/.test(String(question)) ? 'approve' : 'decline');

/** What the company has bound its deployers to, beside the access policy of EKS. */
const opsBinding = {
  metadata: { name: 'ops' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'deployers' }],
};

/** All of it, to the release; `meanwhile` somebody lets the role in again, with other rights. */
export async function playCaller(deployment: Attached, meanwhile: 'nobody' | 'somebody' = 'nobody') {
  const { sandbox, client } = deployment;
  const clusterName = `calls-${word()}`;
  const played = await makeCluster(sandbox, client, clusterName);
  await letUsIn(sandbox, client, played);
  await played.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', opsBinding);
  const [thief, innocent] = [`deploy-${word()}`, `platform-${word()}`];
  const arns = await Promise.all([thief, innocent].map((name) => roleFor(deployment, name, '/team/')));
  const [which, other] = arns.map((principalArn) => ({ clusterName, principalArn }));
  if (!which || !other) throw new Error('no roles');
  await letIn(deployment, which, 'deployers', 'ClusterAdmin');
  await letIn(deployment, other, 'platform', 'ClusterAdmin');
  const tryIt = async () => {
    const tried = [thief, innocent].map((role) => tokenBearer(sandbox, clusterName, role));
    const [one, two] = await Promise.all(tried);
    return { thief: one, innocent: two };
  };
  const [before, entry] = [await tryIt(), await entryOf(deployment, which)];
  await send(deployment, clusterFinding(sandbox, clusterName, thief));
  const incident = await opened(deployment, `cluster/${clusterName}`);
  const runs = await allEnd(deployment, { incident, words: [clusterName, thief], least: 2, decide });
  const { result: verified } = await isDone(deployment, incident, 'remove-access-entry', 'verify');
  const during = await tryIt();
  if (meanwhile === 'somebody') await letIn(deployment, which, 'readers', 'View');
  const released = await release(deployment, incident);
  const after = await tryIt();
  return { incident, before, runs, verified, during, released, after, entry, back: await entryOf(deployment, which) };
}
