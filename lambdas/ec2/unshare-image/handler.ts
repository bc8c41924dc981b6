import type { Change } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Image } from '../image/target.ts';
import { launchableOf } from '../launch-permissions.ts';
import { setLaunchPermissions } from '../set-launch-permissions.ts';
import { planUnshare, type Shares } from '../shares.ts';
import { unshareImage } from './step.ts';

async function look(target: Image, session: Session): Promise<Shares> {
  const { shares } = await launchableOf(target, session);
  return { shares };
}

/** Apply and release are the same walk, in opposite directions. */
const carryOut = ({ from, to, target, session }: LeverJob<Image, Shares>): Promise<Change> =>
  setLaunchPermissions({ from, to }, target, session);

export const handler = serveLever(unshareImage, { look, plan: planUnshare, apply: carryOut, release: carryOut });
