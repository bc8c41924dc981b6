import { type Belief, believed } from '../../lib/domain/finding/believed.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { config, environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/pipeline.ts';

/** A finding as far as its sender is believed in this deployment. A doubted one is counted: somebody in that account may be forging. */
export function believe(finding: Finding, event: unknown): Belief {
  const { listening, organizationAdmin } = config();
  // Health's organisational view is the management account's, or the hub's by delegation (Health user guide, "Organizational view").
  const wide = [environment('HUB'), listening?.administrator, organizationAdmin?.management];
  const belief = believed(finding, event, wide);
  if ('doubted' in belief) {
    count('FindingDoubted');
    logger.warn(belief.doubted, { key: finding.key, type: finding.type });
  }
  return belief;
}
