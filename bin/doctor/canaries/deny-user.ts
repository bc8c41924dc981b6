import { setTimeout as sleep } from 'node:timers/promises';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { identitySettles, quarantinePolicy } from '../../../lib/domain/identity.ts';
import { isDenied } from '../answers.ts';
import { type Canary, canaryTag } from '../canary.ts';
import { fail, notProven, ok } from '../check.ts';

/** Whoever may make users here may be kept from others: a path of its own. */
const Path = '/tourniquet-canary/';

/** Milliseconds: a new user and key are known everywhere within seconds, as a rule (IAM user guide, "Changes that I make are not always immediately visible"). */
const [pause, patience] = [500, 60_000];

/** Seconds until `done`; null where it takes longer than anybody waits. */
async function secondsUntil(done: () => Promise<boolean>): Promise<number | null> {
  const began = performance.now();
  while (performance.now() - began < patience) {
    if (await done()) return Math.round((performance.now() - began) / 100) / 10;
    await sleep(pause);
  }
  return null;
}

/** What a key may; one that is not known yet is refused too. */
async function attempt(as: IAMClient, UserName: string): Promise<'allowed' | 'refused'> {
  try {
    await as.send(new GetUserCommand({ UserName }));
    return 'allowed';
  } catch (error) {
    const early = error instanceof Error && /InvalidClientTokenId|NoSuchEntity/.test(error.name);
    if (early || isDenied(error)) return 'refused';
    throw error;
  }
}

async function removeUser(iam: IAMClient, UserName: string): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  for (const { AccessKeyId } of AccessKeyMetadata)
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  for (const { PolicyArn } of AttachedPolicies) await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
  await iam.send(new DeleteUserCommand({ UserName }));
}

export const deniedUser: Canary = {
  id: 'canary-denied-user',
  title: 'A denied user is refused within the time that is waited for',
  asks: [
    'iam:CreateUser',
    'iam:TagUser',
    'iam:PutUserPolicy',
    'iam:CreateAccessKey',
    'iam:AttachUserPolicy',
    'iam:ListUsers',
    'iam:ListAccessKeys',
    'iam:DeleteAccessKey',
    'iam:ListAttachedUserPolicies',
    'iam:DetachUserPolicy',
    'iam:ListUserPolicies',
    'iam:DeleteUserPolicy',
    'iam:DeleteUser',
  ],
  concerns: { role: 'contain', action: 'iam:AttachUserPolicy' },
  async use({ hub, patient, account, region }, UserName) {
    const { partition, config } = patient;
    const iam = hub(IAMClient);
    await iam.send(new CreateUserCommand({ UserName, Path, Tags: [{ Key: canaryTag, Value: UserName }] }));
    // It may read itself, and nothing else.
    const Resource = `arn:${partition}:iam::${account}:user${Path}${UserName}`;
    const Statement = [{ Effect: 'Allow', Action: 'iam:GetUser', Resource }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'itself', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    const itself = new IAMClient({ region, credentials, maxAttempts: 1 });
    const known = await secondsUntil(async () => (await attempt(itself, UserName)) === 'allowed');
    if (known === null) return notProven(`The new user could do nothing within ${patience / 1000} seconds`);
    const PolicyArn = quarantinePolicy({ partition, account, region }, config.name);
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    const denied = await secondsUntil(async () => (await attempt(itself, UserName)) === 'refused');
    if (denied === null) return fail(`It could still act ${patience / 1000} seconds after it was denied everything`);
    const found = `Refused ${denied} seconds after the deny; containment waits for ${identitySettles}`;
    return denied <= identitySettles ? ok(found) : fail(`${found} before it reads back`);
  },
  async sweep({ hub }, goes) {
    const iam = hub(IAMClient);
    const { Users = [] } = await iam.send(new ListUsersCommand({ PathPrefix: Path }));
    for (const { UserName = '' } of Users) if (goes(UserName)) await removeUser(iam, UserName);
  },
};
