import { DisableImageCommand, EC2Client, EnableImageCommand } from '@aws-sdk/client-ec2';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Image } from '../image/target.ts';
import { launchableOf } from '../launch-permissions.ts';
import { setLaunchPermissions } from '../set-launch-permissions.ts';
import { nobody } from '../shares.ts';
import { planDisable } from './plan.ts';
import { disableImage, type ImageUse } from './step.ts';

type Job = LeverJob<Image, ImageUse>;

async function apply({ from, target: { id: ImageId }, session }: Job): Promise<Change> {
  if (from.state === 'disabled') return { outcome: 'already-applied' };
  await session.client(EC2Client).send(new DisableImageCommand({ ImageId }));
  return changeOf(['image: disabled'], []);
}

/** What was disabled before we came stays so. */
async function release({ from, to, target, session }: Job): Promise<Change> {
  if (to.state === 'disabled') return { outcome: 'already-applied' };
  const disabled = from.state === 'disabled';
  if (disabled) await session.client(EC2Client).send(new EnableImageCommand({ ImageId: target.id }));
  const shared = await setLaunchPermissions({ from: disabled ? nobody : from, to }, target, session);
  return disabled && shared.outcome === 'already-applied' ? changeOf(['image: enabled'], []) : shared;
}

export const handler = serveLever(disableImage, { look: launchableOf, plan: planDisable, apply, release });
