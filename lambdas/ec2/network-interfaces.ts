import {
  DescribeNetworkInterfacesCommand,
  EC2Client,
  type NetworkInterface,
  paginateDescribeTrunkInterfaceAssociations,
} from '@aws-sdk/client-ec2';
import { isDenied } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';

/** On each branch that Kubernetes makes; its value is the trunk (amazon-vpc-resource-controller-k8s, "config/type.go"). */
const trunkTag = 'vpcresources.k8s.aws/trunk-eni-id';

async function find(ec2: EC2Client, Name: string, Values: string[]): Promise<NetworkInterface[]> {
  const asked = new DescribeNetworkInterfacesCommand({ Filters: [{ Name, Values }] });
  return (await ec2.send(asked)).NetworkInterfaces ?? [];
}

async function associated(client: EC2Client, trunks: readonly string[]): Promise<string[]> {
  const branches: string[] = [];
  for await (const { InterfaceAssociations = [] } of paginateDescribeTrunkInterfaceAssociations({ client }, {}))
    for (const { TrunkInterfaceId = '', BranchInterfaceId } of InterfaceAssociations)
      if (BranchInterfaceId && trunks.includes(TrunkInterfaceId)) branches.push(BranchInterfaceId);
  return branches;
}

/**
 * Every interface of an instance, as EC2 shows them now. Those of pods and tasks with groups of their own are branches of a trunk: they have no
 * attachment, so that a filter by the instance does not list them (EKS guide, "Security groups for Pods"; ECS guide, "Container instance trunking").
 */
export async function networkInterfacesOf(session: Session, id: string): Promise<NetworkInterface[]> {
  const ec2 = session.client(EC2Client);
  const own = await find(ec2, 'attachment.instance-id', [id]);
  const trunks = own.flatMap(({ InterfaceType, NetworkInterfaceId }) =>
    InterfaceType === 'trunk' && NetworkInterfaceId ? [NetworkInterfaceId] : [],
  );
  if (trunks.length === 0) return own;
  const branches = await associated(ec2, trunks).catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    return null;
  });
  // Where the account may not ask for associations the tag of Kubernetes shows its own.
  if (!branches) return [...own, ...(await find(ec2, `tag:${trunkTag}`, trunks))];
  return branches.length > 0 ? [...own, ...(await find(ec2, 'network-interface-id', branches))] : own;
}
