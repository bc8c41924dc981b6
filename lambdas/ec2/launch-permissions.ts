import { DescribeImageAttributeCommand, DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { Refused } from '../../lib/domain/errors.ts';
import type { Session } from '../runtime/session.ts';
import type { Image } from './image/target.ts';
import { nobody, type Shares, sharesIn, whyForeign } from './shares.ts';

const Attribute = 'launchPermission';

/** An image as EC2 shows it to its owner: its state, and who else may launch from it. */
export interface Launchable extends Shares {
  /** `available` and `disabled` are those that change by our hand. */
  readonly state: string;
}

/**
 * What is disabled is not listed unless it is asked for, and is shared with nobody (EC2 API reference, DisableImage); its attributes are not asked,
 * since "not in a state from which you can … specify attributes" is an error of its own (InvalidAMIID.Unavailable).
 */
export async function launchableOf(target: Image, session: Session): Promise<Launchable> {
  const ec2 = session.client(EC2Client);
  const asked = new DescribeImagesCommand({ ImageIds: [target.id], IncludeDisabled: true });
  const [found] = (await ec2.send(asked)).Images ?? [];
  if (!found) throw new Refused(`EC2: ${target.id} is no longer there.`);
  const { State: state = 'available' } = found;
  // Only its owner may ask further; the plan says whose it is.
  if (state === 'disabled' || whyForeign(target)) return { state, ...nobody };
  const { LaunchPermissions = [] } = await ec2.send(
    new DescribeImageAttributeCommand({ ImageId: target.id, Attribute }),
  );
  return { state, ...sharesIn(LaunchPermissions) };
}
