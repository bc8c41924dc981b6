/** An account's root user and the privileged sessions of sts:AssumeRoot, by attack. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSigningCertificateCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootSessionsCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListOrganizationsFeaturesCommand,
  ListSigningCertificatesCommand,
  UploadSigningCertificateCommand,
} from '@aws-sdk/client-iam';
import { AssumeRootCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anything, nothing, outcome, tries, userWith } from './attack.ts';
import { type Credentials, clients } from './deployment.ts';
import { control, lift, rootKey } from './organization.ts';
import { type RecordedCall, type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let responder: Credentials;
let member: string;

const audit = 'IAMAuditRootUserCredentials';
const removal = 'IAMDeleteRootUserCredentials';
const task = (name: string) => `arn:aws:iam::aws:policy/root-task/${name}`;
const iam = (as: Credentials) => clients(sandbox)(IAMClient, 'member', as);
const root = (): Credentials => ({ accessKeyId: member, secretAccessKey: 'x' });

/** A privileged session of the member account's root user. */
async function privileged(name: string, as = responder, target = member, seconds = 900): Promise<Credentials> {
  const request = { TargetPrincipal: target, TaskPolicyArn: { arn: task(name) }, DurationSeconds: seconds };
  const { Credentials: made } = await clients(sandbox)(STSClient, 'hub', as).send(new AssumeRootCommand(request));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = made ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

beforeAll(async () => {
  sandbox = await startSandbox();
  member = sandbox.accounts.member;
  const only = { StringEquals: { 'sts:TaskPolicyArn': [task(audit), task(removal)] } };
  const Resource = `arn:aws:iam::${member}:root`;
  responder = await userWith(sandbox, 'hub', 'responder', {
    ...anything,
    Action: 'sts:AssumeRoot',
    Resource,
    Condition: only,
  });
  await sandbox.post('/_sandbox/enforce', { on: true });
}, 180_000);
afterAll(() => sandbox?.stop());

test('AssumeRoot is for the hub, not for its root, on members, by the task a policy names, 15 minutes', async () => {
  const outside = await userWith(sandbox, 'member', 'outside', anything);
  const free = await userWith(sandbox, 'hub', 'free', anything);
  const asked = {
    'another task': privileged('IAMCreateRootUserPassword'),
    'another account': privileged(audit, free, '999988887777'),
    'the management account': privileged(audit, free, sandbox.accounts.hub),
    'by the root user': privileged(audit, { accessKeyId: sandbox.accounts.hub, secretAccessKey: 'x' }),
    'from a member': privileged(audit, outside),
    'no task': privileged('AdministratorAccess', free),
    'too long': privileged(audit, free, member, 901),
    'by its ARN': privileged(audit, free, `arn:aws:iam::${member}:root`),
  };
  const seen = await Promise.all(Object.entries(asked).map(async ([why, call]) => [why, await outcome(call)]));
  expect(Object.fromEntries(seen)).toEqual({
    'another task': 'AccessDenied',
    'another account': 'AccessDenied',
    'the management account': 'AccessDenied',
    'by the root user': 'AccessDenied',
    'from a member': 'AccessDenied',
    'no task': 'ValidationError',
    'too long': 'ValidationError',
    'by its ARN': 'allowed',
  });
});

test('AssumeRoot works as long as root sessions are enabled in the organisation', async () => {
  const hub = clients(sandbox)(IAMClient, 'hub');
  const { EnabledFeatures } = await hub.send(new ListOrganizationsFeaturesCommand({}));
  expect(EnabledFeatures).toEqual(['RootCredentialsManagement', 'RootSessions']);
  await hub.send(new DisableOrganizationsRootSessionsCommand({}));
  expect(await outcome(privileged(audit))).toBe('AccessDenied');
  await hub.send(new EnableOrganizationsRootSessionsCommand({}));
  expect(await outcome(privileged(audit))).toBe('allowed');
});

test('a root key is root until it is deleted, by a session that may do its task and no more', async () => {
  const stolen = await rootKey(sandbox, 'member');
  const whoami = await clients(sandbox)(STSClient, 'member', stolen).send(new GetCallerIdentityCommand({}));
  expect(whoami).toMatchObject({ Arn: `arn:aws:iam::${member}:root`, Account: member });
  expect(await tries(sandbox, stolen)).toBe('allowed');

  const looking = await privileged(audit);
  const { AccessKeyMetadata: [key] = [] } = await iam(looking).send(new ListAccessKeysCommand({}));
  expect(key).toMatchObject({ AccessKeyId: stolen.accessKeyId, Status: 'Active' });
  const AccessKeyId = stolen.accessKeyId;
  expect(await outcome(iam(looking).send(new GetAccessKeyLastUsedCommand({ AccessKeyId })))).toBe('allowed');
  expect(await outcome(iam(looking).send(new DeleteAccessKeyCommand({ AccessKeyId })))).toBe('AccessDenied');
  expect(await outcome(iam(looking).send(new ListAccessKeysCommand({ UserName: 'outside' })))).toBe('AccessDenied');
  expect(await tries(sandbox, looking)).toBe('AccessDenied');

  const removing = await privileged(removal);
  expect(await outcome(iam(removing).send(new CreateAccessKeyCommand({})))).toBe('AccessDenied');
  await iam(removing).send(new DeleteAccessKeyCommand({ AccessKeyId }));
  expect(await tries(sandbox, stolen)).toBe('InvalidClientTokenId');
});

test('a policy against root stops its key and not the privileged session', async () => {
  const stolen = await rootKey(sandbox, 'member');
  const session = await privileged(removal);
  const Condition = {
    ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' },
    BoolIfExists: { 'aws:AssumedRoot': 'false' },
  };
  const PolicyId = await control(sandbox, member, 'no-root', { ...nothing, Condition });
  expect(await tries(sandbox, stolen)).toBe('AccessDenied');
  expect(await tries(sandbox, root())).toBe('AccessDenied');
  await iam(session).send(new DeleteAccessKeyCommand({ AccessKeyId: stolen.accessKeyId }));
  await lift(sandbox, member, PolicyId);
  expect(await tries(sandbox, root())).toBe('allowed');
});

test('password, device and certificate are the root user’s own, and go', async () => {
  await sandbox.post('/_sandbox/root-user', { account: member, mfa: true });
  const CertificateBody = '-----BEGIN CERTIFICATE-----\nMIIBExample\n-----END CERTIFICATE-----';
  await iam(root()).send(new UploadSigningCertificateCommand({ CertificateBody }));
  const summary = async () => (await iam(root()).send(new GetAccountSummaryCommand({}))).SummaryMap;
  const present = { AccountMFAEnabled: 1, AccountPasswordPresent: 1, AccountSigningCertificatesPresent: 1 };
  expect(await summary()).toMatchObject({ ...present, AccountAccessKeysPresent: 0 });
  // AWS takes these without a user name from a privileged session alone.
  expect(await outcome(iam(root()).send(new GetLoginProfileCommand({})))).toBe('ValidationError');

  const session = iam(await privileged(removal));
  const { MFADevices: [device] = [] } = await session.send(new ListMFADevicesCommand({}));
  const { Certificates: [certificate] = [] } = await session.send(new ListSigningCertificatesCommand({}));
  expect(await outcome(session.send(new GetLoginProfileCommand({})))).toBe('allowed');
  await session.send(new DeleteLoginProfileCommand({}));
  await session.send(new DeactivateMFADeviceCommand({ SerialNumber: device?.SerialNumber }));
  await session.send(new DeleteSigningCertificateCommand({ CertificateId: certificate?.CertificateId }));
  expect(await outcome(session.send(new GetLoginProfileCommand({})))).toBe('NoSuchEntityException');
  expect(await outcome(session.send(new DeleteLoginProfileCommand({})))).toBe('NoSuchEntityException');
  expect(await outcome(session.send(new CreateLoginProfileCommand({})))).toBe('AccessDenied');
  const gone = { AccountMFAEnabled: 0, AccountPasswordPresent: 0, AccountSigningCertificatesPresent: 0 };
  expect(await summary()).toMatchObject(gone);
});

test('a user without a user name means itself, and nobody deletes another’s key in passing', async () => {
  const ann = await userWith(sandbox, 'member', 'ann', anything);
  const { AccessKeyMetadata = [] } = await iam(ann).send(new ListAccessKeysCommand({}));
  expect(AccessKeyMetadata.map(({ UserName, AccessKeyId }) => [UserName, AccessKeyId])).toEqual([
    ['ann', ann.accessKeyId],
  ]);
  const other = await userWith(sandbox, 'member', 'other', anything);
  const remove = new DeleteAccessKeyCommand({ AccessKeyId: other.accessKeyId });
  expect(await outcome(iam(ann).send(remove))).toBe('NoSuchEntityException');
  expect(await tries(sandbox, other)).toBe('allowed');
});

test('CloudTrail tells a privileged session from root, and whose session AssumeRoot made', async () => {
  const session = await privileged(removal);
  await iam(session).send(new ListAccessKeysCommand({}));
  const lookUp = async (account: 'hub' | 'member', region: string, key: Credentials) => {
    const trail = new CloudTrailClient({
      endpoint: sandbox.endpoint,
      region,
      credentials: { accessKeyId: sandbox.accounts[account], secretAccessKey: 'x' },
    });
    const LookupAttributes = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: key.accessKeyId }];
    const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes }));
    return JSON.parse(Events[0]?.CloudTrailEvent ?? '{}');
  };
  expect(await lookUp('member', 'us-east-1', session)).toMatchObject({
    eventName: 'ListAccessKeys',
    userIdentity: { type: 'Root', arn: `arn:aws:iam::${member}:root`, sessionContext: { assumedRoot: 'true' } },
  });
  expect(await lookUp('hub', sandbox.region, responder)).toMatchObject({
    eventName: 'AssumeRoot',
    requestParameters: { targetPrincipal: member },
    responseElements: { credentials: { accessKeyId: session.accessKeyId, secretAccessKey: '(cut)' } },
  });
  const calls = await sandbox.get<RecordedCall[]>('/_sandbox/calls');
  const last = calls.findLast(
    ({ action, accessKeyId }) => action === 'sts:AssumeRoot' && accessKeyId === responder.accessKeyId,
  );
  expect(last?.issued).toBe(session.accessKeyId);
});
