import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Permission } from '../../../lib/domain/permission.ts';
import type { Place } from '../../../lib/domain/resource.ts';
import type { FirstSight } from '../../../lib/domain/target.ts';
import { imageFacts } from '../../ec2/image/facts.ts';
import { instanceFacts } from '../../ec2/instance/facts.ts';
import { snapshotFacts } from '../../ec2/snapshot/facts.ts';
import { ecsTaskFacts } from '../../ecs/ecs-task/facts.ts';
import { eksClusterFacts } from '../../eks/eks-cluster/facts.ts';
import { workloadFacts } from '../../eks/eks-workload/facts.ts';
import { roleSessionFacts } from '../../iam/role-session/facts.ts';
import { userFacts } from '../../iam/user/facts.ts';
import { lambdaFunctionFacts } from '../../lambda/lambda-function/facts.ts';
import { dbClusterFacts } from '../../rds/db-cluster/facts.ts';
import { dbInstanceFacts } from '../../rds/db-instance/facts.ts';
import { type Facts, type FactsReader, gone, read } from '../../runtime/facts.ts';
import type { Session } from '../../runtime/session.ts';
import { bucketFactsReader } from '../../s3/bucket/facts.ts';
import { objectFactsReader } from '../../s3/object/facts.ts';
import { isKnown, type Kind, type Known, known, type Target, turnedOut } from '../../targets/target.ts';

/** Of the others the finding says all that is asked beforehand. */
type Read = Exclude<Kind, { readonly reads: readonly [] }>['kind'];
type Readers = { readonly [K in Read]: FactsReader<Extract<Known, { readonly kind: K }>> };

/** How the facts of each kind that has any are read; no kind that declares `reads` compiles without. */
const readers: Readers = {
  bucket: bucketFactsReader,
  image: imageFacts,
  'ecs-task': ecsTaskFacts,
  'eks-cluster': eksClusterFacts,
  'eks-workload': workloadFacts,
  'db-cluster': dbClusterFacts,
  'db-instance': dbInstanceFacts,
  instance: instanceFacts,
  'lambda-function': lambdaFunctionFacts,
  object: objectFactsReader,
  'role-session': roleSessionFacts,
  snapshot: snapshotFacts,
  user: userFacts,
};
const byKind: Readonly<Record<string, FactsReader<Target> | undefined>> = readers;

/** How the facts of one target are read, and what has to be allowed for it. */
interface Look {
  readonly permissions: readonly Permission<Place>[];
  read(session: Session): Promise<Facts<Target>>;
}

/** Null where there is nothing to read, or nothing that we know how to. */
export function lookAt(base: Target, finding: Finding, sight: FirstSight): Look | null {
  const [named] = finding.targets;
  const owner = turnedOut(named);
  const kind = owner ?? known.find((one) => one.kind === base.kind);
  const reader = kind && byKind[kind.kind];
  if (!reader) return null;
  const find = async (session: Session): Promise<Target | null> =>
    owner && named ? ((await reader.find?.(named, sight, session)) ?? null) : base;
  return {
    permissions: kind.reads,
    async read(session) {
      const target = await find(session);
      return target
        ? reader.read(target, session, finding)
        : gone(base, `the ${base.kind.replaceAll('-', ' ')} ${base.id}`);
    },
  };
}

/** Facts that are not read leave the target as the finding names it, with the reason in words. */
export const unread = (target: Target, because = ''): Facts<Target> => ({ target, known: 'unread', because });

/** What the finding alone says: all that is asked of a kind without facts to read, an address of anything else. */
export const asNamed = (base: Target): Facts<Target> => (isKnown(base) ? read(base) : unread(base));
