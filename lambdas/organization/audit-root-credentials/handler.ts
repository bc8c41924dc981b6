import {
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
} from '@aws-sdk/client-iam';
import { exemptionFor } from '../../../lib/domain/authority.ts';
import { settingsIn } from '../../../lib/domain/settings.ts';
import { isDenied, isGone, sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { assumeRoot } from '../../runtime/session.ts';
import { readSettings, unreadable } from '../../runtime/settings.ts';
import type { Root } from '../root/target.ts';
import { announcement, audited, type Holding, type RootKey, unaudited } from './plan.ts';
import { auditRootCredentials, auditTask } from './step.ts';

async function passwordOf(iam: IAMClient): Promise<string | null> {
  try {
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({}));
    return LoginProfile?.CreateDate?.toISOString() ?? '';
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function keysOf(iam: IAMClient): Promise<RootKey[]> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({}));
  const reading = AccessKeyMetadata.map(async ({ AccessKeyId: id = '', Status: status = '', CreateDate }) => {
    const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
    const { LastUsedDate: at, ServiceName, Region } = AccessKeyLastUsed ?? {};
    const used = at ? `${at.toISOString()}, ${ServiceName} in ${Region}` : null;
    return { id, status, createdAt: CreateDate?.toISOString() ?? '', used };
  });
  return Promise.all(reading);
}

/** Without a user's name IAM answers about the caller, the root user itself (IAM API reference, the pages of these calls). */
async function holdingOf(iam: IAMClient): Promise<Holding> {
  const [keys, password, { MFADevices = [] }, { Certificates = [] }] = await Promise.all([
    keysOf(iam),
    passwordOf(iam),
    iam.send(new ListMFADevicesCommand({})),
    iam.send(new ListSigningCertificatesCommand({})),
  ]);
  return {
    keys,
    password,
    devices: MFADevices.flatMap(({ SerialNumber }) => SerialNumber ?? []),
    certificates: (Certificates ?? []).flatMap(({ CertificateId }) => CertificateId ?? []),
  };
}

/** Looks as the root user itself, in a session that can do nothing but look. */
export async function audit(context: Omit<StepContext<Root>, 'table'>) {
  const { target, finding, session, now } = context;
  const facts = {
    account: target.account,
    resource: target.arn,
    type: finding?.type ?? '',
    tags: target.tags,
    today: now().slice(0, 10),
  };
  // Where nobody can read the settings, nothing is known to be announced.
  const settings = await readSettings(context).catch(unreadable);
  const here = 'unknown' in settings ? null : settingsIn(target.account, settings.settings, settings.unitsOf);
  const announced = announcement(exemptionFor(facts, here?.exemptions ?? []));
  const { root, because } = await assumeRoot(context, session, target, auditTask(target.partition));
  if (!root) return unaudited(announced, because);
  return holdingOf(root.client(IAMClient)).then(
    (holding) => audited(announced, holding),
    (error: unknown) => {
      // A service control policy, that of a quarantine unit for example, binds privileged root sessions too.
      if (isDenied(error)) return unaudited(announced, sentence(error));
      throw error;
    },
  );
}

export const handler = serveStep(auditRootCredentials, audit);
