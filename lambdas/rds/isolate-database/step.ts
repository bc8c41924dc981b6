import * as z from 'zod';
import { quarantineTag } from '../../../lib/domain/marks.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { type AnyDatabase, clusterArns, instanceArns } from '../database.ts';
import { Database } from '../kinds.ts';

export const Reach = z.object({
  /** Security groups of the cluster, or of an instance by itself. */
  groups: z.array(z.string()),
  /** Whether each instance that has the choice is reached from outside of its VPC. */
  public: z.record(z.string(), z.boolean()),
});
export type Reach = z.infer<typeof Reach>;

/** What prepare leaves for apply. */
export const Prepared = z.object({ group: z.string() });

const securityGroups = (target: AnyDatabase): string[] => every(target, 'ec2', 'security-group');
/** In a shared subnet the VPC has the owner's account in its ARN (VPC guide, "Share your VPC subnets"). */
const ofAnyOwner = (target: AnyDatabase): string[] => every({ ...target, account: '*' }, 'ec2', 'vpc');
/** A tag alone, or a name alone, makes no group ours. */
const marked = { StringEquals: { [`aws:ResourceTag/${quarantineTag}`]: ['closed', 'open'] } };
const readGroups = allow<AnyDatabase>('ec2:DescribeSecurityGroups');
const makeGroup = [
  readGroups,
  allow('ec2:CreateSecurityGroup', (target: AnyDatabase) => [...securityGroups(target), ...ofAnyOwner(target)]),
  allow('ec2:CreateTags', securityGroups, { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } }),
  allow('ec2:RevokeSecurityGroupEgress', securityGroups, marked),
  allow('ec2:RevokeSecurityGroupIngress', securityGroups, marked),
];
const change = [allow('rds:ModifyDBInstance', instanceArns), allow('rds:ModifyDBCluster', clusterArns)];

export const isolateDatabase = defineLever({
  name: 'isolate-database',
  title: 'Isolate the database',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nobody can connect any more, from outside or from inside the VPC, through RDS Proxy neither. Sessions that are open stay open until they end, or the database is restarted.',
  undo: 'The same security groups and public flags are set again. Nobody has to reconnect by hand but clients that gave up.',
  stands: { held: 'closed to new connections', open: 'still open to connections' },
  target: Database,
  beforeState: Reach,
  // Until RDS shows the change of a public flag (RDS user guide, "Modifying an Amazon RDS DB instance": the status is `modifying` meanwhile).
  settles: 60,
  look: [allow('rds:DescribeDBInstances', instanceArns), allow('rds:DescribeDBClusters', clusterArns)],
  prepare: { permissions: makeGroup, within: 60 },
  apply: { permissions: [...makeGroup, ...change], within: 60 },
  verify: [readGroups],
  release: { permissions: change, within: 60 },
});
