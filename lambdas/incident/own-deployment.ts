import { respondsIn } from '../../lib/domain/membership.ts';
import { config, environment } from '../runtime/environment.ts';
import type { Deployment } from './untouchable.ts';

/** This deployment, as its roles are known by. */
export const ownDeployment = (): Deployment => ({
  name: environment('NAME'),
  hub: environment('HUB'),
  respondsIn: (account) => account === environment('HUB') || respondsIn(account, config()),
});
