import * as z from 'zod';
import { Approver } from './approval.ts';
import { Config } from './config.ts';

/** Under which the stack's template carries it. */
export const deployedKey = 'Tourniquet';

/** The detail type of the event by which CloudFormation says that a stack was deployed. */
export const stackChanged = 'CloudFormation Stack Status Change';

const { shape } = Config.pick({
  name: true,
  existing: true,
  evidence: true,
  mode: true,
  members: true,
  rolePath: true,
  organization: true,
  organizationAdmin: true,
  listening: true,
  rollout: true,
  slack: true,
  retentionDays: true,
  lock: true,
  logRetentionDays: true,
});

/**
 * What of the configuration the doctor compares a deployment with. It lies in the template's metadata, where anybody who may read the
 * stack can read it: of approvers the ids, not the names. A later version may add to it.
 */
export const Deployed = z.object({
  ...shape,
  approvers: z.array(Approver.omit({ name: true })),
  /** SHA-256 of the settings as people read them, a line each. */
  settings: z.string().optional(),
});
export type Deployed = z.output<typeof Deployed>;

/** Of a whole configuration. */
export const deployedOf = (config: Config): Deployed =>
  Deployed.parse({ ...config, approvers: config.approvers.map(({ name: _, ...ids }) => ids) });
