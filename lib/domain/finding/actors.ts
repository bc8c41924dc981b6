import { claimOf, isIdentified, type Named } from '../named.ts';
import type { Finding } from './finding.ts';

type Acted = Pick<Finding, 'source' | 'targets' | 'partition' | 'missing'>;

/**
 * Whoever acted, as far as a finding names them, each once. A record of CloudTrail names who called first, and users or roles after that are
 * what was called on (its reader); GuardDuty's one key (`accessKeyDetails`) and the actors of an attack sequence are all of those who acted.
 */
export function actorsIn({ source, targets, partition, missing }: Acted): Named[] {
  const held = targets.filter((one) => one.principal !== null && isIdentified(one));
  if (source === 'cloudtrail') return missing.includes('caller') ? [] : held.slice(0, 1);
  return [...new Map(held.map((one) => [claimOf(one, partition), one])).values()];
}
