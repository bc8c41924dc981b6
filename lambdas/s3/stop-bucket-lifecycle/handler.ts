import {
  DeleteBucketLifecycleCommand,
  DeleteBucketReplicationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketReplicationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketReplicationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { differences } from '../../../lib/domain/before-state.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { orNone } from '../none.ts';
import { bucketOf, inBucket, type Stored } from '../stored.ts';
import { comparedRules, planStop } from './plan.ts';
import { Moving, stopBucketLifecycle } from './step.ts';

async function look(target: Stored, session: Session): Promise<Moving> {
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  const [lifecycle, replication] = await Promise.all([
    s3.send(new GetBucketLifecycleConfigurationCommand(where)).catch(orNone),
    s3.send(new GetBucketReplicationCommand(where)).catch(orNone),
  ]);
  const { Role: role, Rules: rules = [] } = replication?.ReplicationConfiguration ?? {};
  const found = {
    lifecycle: lifecycle && {
      rules: lifecycle.Rules ?? [],
      minimumSize: lifecycle.TransitionDefaultMinimumObjectSize ?? null,
    },
    replication: replication && { role, rules },
  };
  // Through JSON, as the record keeps it: dates become text, and what S3 left out is left out.
  return Moving.parse(JSON.parse(JSON.stringify(found)));
}

/** A rule as the SDK takes it: a day, which S3 has at midnight, is a date there. */
const revived = <R extends object>(rules: readonly R[]): R[] =>
  JSON.parse(JSON.stringify(rules), (name, value) =>
    name === 'Date' && typeof value === 'string' ? new Date(value) : value,
  );

function setLifecycle(target: Stored, session: Session, lifecycle: Moving['lifecycle']): Promise<unknown> {
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  if (!lifecycle) return s3.send(new DeleteBucketLifecycleCommand(where));
  const { rules, minimumSize } = lifecycle;
  return s3.send(
    new PutBucketLifecycleConfigurationCommand({
      ...where,
      LifecycleConfiguration: { Rules: revived(rules) },
      ...(minimumSize && { TransitionDefaultMinimumObjectSize: minimumSize }),
    }),
  );
}

function setReplication(target: Stored, session: Session, replication: Moving['replication']): Promise<unknown> {
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  if (!replication) return s3.send(new DeleteBucketReplicationCommand(where));
  const ReplicationConfiguration = { Role: replication.role, Rules: revived(replication.rules) };
  return s3.send(new PutBucketReplicationCommand({ ...where, ReplicationConfiguration }));
}

/** Stopping and releasing are the same walk, in opposite directions. */
async function walk({ target, from, to, session }: LeverJob<Stored, Moving>): Promise<Change> {
  const bucket = bucketOf(target);
  const [now, then] = [comparedRules(from), comparedRules(to)];
  const jobs = [
    ...(differences(now.lifecycle, then.lifecycle).length > 0
      ? [[`${bucket}: lifecycle`, () => setLifecycle(target, session, to.lifecycle)] as const]
      : []),
    ...(differences(now.replication, then.replication).length > 0
      ? [[`${bucket}: replication`, () => setReplication(target, session, to.replication)] as const]
      : []),
  ];
  const { done, failed } = await all(jobs);
  return changeOf(done, failed);
}

export const handler = serveLever(stopBucketLifecycle, {
  look,
  plan: planStop,
  apply: walk,
  release: walk,
  compared: comparedRules,
});
