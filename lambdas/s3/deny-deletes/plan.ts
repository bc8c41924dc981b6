import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Prepared, type ResourcePolicy, type Statement, sparing } from '../../../lib/domain/resource-policy.ts';
import { planStatements, wholeBucket } from '../bucket-policy.ts';
import type { Stored } from '../stored.ts';

/** What destroys what lies there, or takes away what would bring it back; the policy too, or whoever may write it lifts the deny. */
const destroying = [
  's3:DeleteObject*',
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:PutBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
  's3:BypassGovernanceRetention',
];

/** Of any bucket. */
export const sids = ['TourniquetNoDeletes', 'TourniquetNoForeignKeys'];

const statementsFor = (target: Stored, prepared: Prepared | null): Statement[] => {
  const whole = { Effect: 'Deny', Principal: '*', Resource: wholeBucket(target) };
  const [noDeletes, noForeignKeys] = sids;
  return [
    { Sid: noDeletes, ...whole, Action: destroying, Condition: sparing(prepared) },
    {
      Sid: noForeignKeys,
      ...whole,
      Action: 's3:PutObject',
      // There only where the writer brings a key of their own, which nobody else has (S3 user guide, "Blocking or unblocking SSE-C").
      Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' }, ...sparing(prepared) },
    },
  ];
};

/** Two statements about everybody but those on the lists. */
export const planNoDeletes = (
  target: Stored,
  before: ResourcePolicy,
  prepared: Prepared | null,
): LeverPlan<ResourcePolicy> => planStatements(target, before, statementsFor(target, prepared));
