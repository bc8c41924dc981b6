import { DescribeSnapshotAttributeCommand, EC2Client, ModifySnapshotAttributeCommand } from '@aws-sdk/client-ec2';
import type { Change } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { shareAgain } from '../share-again.ts';
import { nobody, permissionFor, planUnshare, type Shares, sharesIn, whyForeign } from '../shares.ts';
import type { Snapshot } from '../snapshot/target.ts';
import { unshareSnapshot } from './step.ts';

const Attribute = 'createVolumePermission';

async function look(target: Snapshot, session: Session): Promise<Shares> {
  // Only its owner may ask; the plan says whose it is.
  if (whyForeign(target)) return nobody;
  const command = new DescribeSnapshotAttributeCommand({ SnapshotId: target.id, Attribute });
  return sharesIn((await session.client(EC2Client).send(command)).CreateVolumePermissions ?? []);
}

/** Apply and release are the same walk, in opposite directions. */
function carryOut({ from, to, target, session }: LeverJob<Snapshot, Shares>): Promise<Change> {
  const ec2 = session.client(EC2Client);
  return shareAgain({ from, to }, (how, names) => {
    const CreateVolumePermission = { [how]: names.map(permissionFor) };
    return ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: target.id, Attribute, CreateVolumePermission }));
  });
}

export const handler = serveLever(unshareSnapshot, { look, plan: planUnshare, apply: carryOut, release: carryOut });
