import { type Belief, believed, doubtAbout } from '../../lib/domain/finding/believed.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import type { Place } from '../../lib/domain/resource.ts';
import { config, environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/pipeline.ts';

/** Who is believed about every account: Health's organisational view is the management account's, or the hub's by delegation (Health user guide, "Organizational view"). */
function wide(): readonly (string | undefined)[] {
  const { listening, organizationAdmin } = config();
  return [environment('HUB'), listening?.administrator, organizationAdmin?.management];
}

/** Why people are asked about this resource of the finding whatever stands in an order; null where nothing speaks against it. */
export const doubt = (finding: Finding, target: Pick<Place, 'account'>): string | null =>
  doubtAbout(finding, target, wide());

/** A finding as far as its sender is believed in this deployment. A doubted one is counted: somebody in that account may be forging. */
export function believe(finding: Finding, event: unknown): Belief {
  const belief = believed(finding, event, wide());
  if ('doubted' in belief) {
    count('FindingDoubted');
    logger.warn(belief.doubted, { key: finding.key, type: finding.type });
  }
  return belief;
}
