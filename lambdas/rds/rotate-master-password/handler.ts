import { setTimeout as sleep } from 'node:timers/promises';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Transient } from '../../../lib/domain/errors.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import { serveEradication } from '../../runtime/serve-eradication.ts';
import type { Session } from '../../runtime/session.ts';
import { currentOf, describeSecret, isRotating } from '../master-secret.ts';
import { type Ending, isShown, removalFrom, Version, wordsFor } from './plan.ts';
import { rotateMasterPassword } from './step.ts';

/** It usually takes less than a minute (Secrets Manager user guide, "Managed rotation for AWS Secrets Manager secrets"). */
const patience = { looks: 60, seconds: 1 };

async function versionOf(secret: string | null, session: Session): Promise<string | null> {
  return secret ? currentOf(await describeSecret(secret, session)) : null;
}

/** Until another version is current: only then the database takes its password. */
async function changed(secret: string, version: string, session: Session): Promise<Ending> {
  for (let look = 0; look < patience.looks; look++) {
    if ((await versionOf(secret, session)) !== version) return 'rotated';
    await sleep(patience.seconds * 1000);
  }
  return { error: `RDS has not finished: look at ${secret} (aws secretsmanager describe-secret)` };
}

/**
 * By Secrets Manager and not by ModifyDBInstance with RotateMasterUserPassword: that takes effect only with ApplyImmediately, and then everything
 * else that waits for the maintenance window is applied too (RDS API reference, ModifyDBInstance). Both rotate alike; a secret that a service
 * manages takes no function for it.
 */
async function rotate(SecretId: string, version: string, session: Session): Promise<Ending> {
  const before = await describeSecret(SecretId, session);
  // An earlier attempt of ours may have come this far.
  if (currentOf(before) !== version) return 'rotated';
  try {
    await session.client(SecretsManagerClient).send(new RotateSecretCommand({ SecretId }));
  } catch (error) {
    if (oneOfThree(error) instanceof Transient) throw error;
    // Refused while another rotation is under way, which is as good (Secrets Manager API reference, RotateSecret).
    if (!isRotating(before)) return { error: sentence(error) };
  }
  return changed(SecretId, version, session);
}

export const handler = serveEradication(rotateMasterPassword, {
  seen: Version,
  would: (target, { version }) => (version ? [wordsFor(target)] : []),
  look: async ({ target, sessionFor }): Promise<Version> => ({
    version: await versionOf(target.secret, await sessionFor(target)),
  }),
  remove: async ({ target, shown, sessionFor }, seen) => {
    const { secret } = target;
    if (!secret || !seen.version || !isShown(seen, shown)) return removalFrom(target, 'another version is current');
    return removalFrom(target, await rotate(secret, seen.version, await sessionFor(target)));
  },
});
