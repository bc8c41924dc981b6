import { EC2Client, ModifyImageAttributeCommand } from '@aws-sdk/client-ec2';
import { Transient } from '../../lib/domain/errors.ts';
import type { Change } from '../../lib/domain/outcome.ts';
import { sentence } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';
import type { Image } from './image/target.ts';
import { shareAgain } from './share-again.ts';
import { permissionFor, type Shares } from './shares.ts';

/** An image that was enabled a moment ago is not everywhere in that state yet. */
const wait = (error: Error): never => {
  throw error.name === 'InvalidAMIID.Unavailable' ? new Transient(sentence(error), { cause: error }) : error;
};

export function setLaunchPermissions(
  change: { readonly from: Shares; readonly to: Shares },
  { id: ImageId }: Image,
  session: Session,
): Promise<Change> {
  return shareAgain(change, (how, names) => {
    const LaunchPermission = { [how]: names.map(permissionFor) };
    return session.client(EC2Client).send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission })).catch(wait);
  });
}
