import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';

/** The secret of a master user, as Secrets Manager describes it, without its value; null for one that does not exist. */
export async function describeSecret(SecretId: string, session: Session): Promise<DescribeSecretCommandOutput | null> {
  return session.client(SecretsManagerClient).send(new DescribeSecretCommand({ SecretId })).catch(orGone);
}

const withLabel = (secret: Pick<DescribeSecretCommandOutput, 'VersionIdsToStages'> | null, label: string) =>
  Object.entries(secret?.VersionIdsToStages ?? {}).find(([, labels]) => labels.includes(label))?.[0] ?? null;

type Labelled = Parameters<typeof withLabel>[0];

/** The version whose password the database takes; null where there is none. */
export const currentOf = (secret: Labelled): string | null => withLabel(secret, 'AWSCURRENT');

/** Whether another password is on its way: RDS may be at it, or has failed at it. */
export function isRotating(secret: Labelled): boolean {
  const next = withLabel(secret, 'AWSPENDING');
  return next !== null && next !== currentOf(secret);
}
