import { randomBytes } from 'node:crypto';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { aboutCredential, leaked } from '../../../test/contract/credential.ts';
import { byKey } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { isSending, sendAgain } from '../../../test/sandbox/mail.ts';
import { giveCredentials, type OtherStatuses, otherStatuses } from '../../../test/sandbox/other-credentials.ts';
import { byCredential } from '../plunder.world.ts';
import { meddleWithCredentials, setBack } from './credentials.world.ts';
import type { KeyStatus, User } from './target.ts';

const policyIn = (account: string, policy: string): string => `arn:aws:iam::${account}:policy/teams/${policy}`;

/** AWS attaches it to a user whose key has leaked: it denies a few calls, and is no containment (IAM guide, "Compromised keys"). */
const byAws = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
const teams = Array.from({ length: 9 }, (_, at) => `team-${at}`);
const [boundaryOfTeam, boundaryOfOthers] = ['only-storage', 'only-somebody-elses'];

/** The managed policies of the company that its users wear. */
async function teamPolicies(client: Stage['client']): Promise<void> {
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const make = (PolicyName: string) => new CreatePolicyCommand({ PolicyName, Path: '/teams/', PolicyDocument });
  const names = [...teams, boundaryOfTeam, boundaryOfOthers];
  await Promise.all(names.map((each) => client(IAMClient, 'member').send(make(each))));
}

/** A finding about one of the two keys of a new user with a path, an inline policy, a console password, other credentials and managed policies. */
async function aboutUser(ground: Ground, attached: readonly string[], PermissionsBoundary?: string): Promise<Finding> {
  const iam = ground.deployment.client(IAMClient, 'member');
  const UserName = `user-${randomBytes(4).toString('hex')}`;
  const { User: made } = await iam.send(
    new CreateUserCommand({ UserName, Path: '/people/', ...(PermissionsBoundary && { PermissionsBoundary }) }),
  );
  const rights = { Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [rights] });
  const key = () => iam.send(new CreateAccessKeyCommand({ UserName }));
  const [stolen] = await Promise.all([
    key(),
    key(),
    iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own-keys', PolicyDocument })),
    iam.send(new CreateLoginProfileCommand({ UserName, Password: 'correct-horse-battery-9' })),
    giveCredentials(iam, UserName),
    ...attached.map((PolicyArn) => iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))),
  ]);
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = stolen.AccessKey ?? {};
  leaked.set(accessKeyId, { accessKeyId, secretAccessKey });
  return aboutCredential(ground, {
    accessKeyId,
    principalId: made?.UserId ?? '',
    userName: UserName,
    userType: 'IAMUser',
  });
}

function aboutPlainUser(ground: Ground): Promise<Finding> {
  const { member } = ground.deployment.sandbox.accounts;
  return aboutUser(ground, [policyIn(member, 'team-0'), byAws]);
}

/** As many managed policies as IAM lets anyone attach (IAM quotas), and a permissions boundary. */
function aboutFullUser(ground: Ground): Promise<Finding> {
  const { member } = ground.deployment.sandbox.accounts;
  const attached = teams.map((team) => policyIn(member, team));
  return aboutUser(ground, [...attached, byAws], policyIn(member, boundaryOfTeam));
}

interface UserWorld extends Readonly<Record<string, unknown>> {
  readonly attached: readonly string[];
  readonly boundary: string | null;
  readonly keys: Readonly<Record<string, KeyStatus>>;
  readonly others: OtherStatuses;
}

async function userWorld(stage: Stage, { id: UserName }: User): Promise<UserWorld> {
  const iam = stage.client(IAMClient, 'member');
  const mail = isSending(stage);
  const [{ User: user }, keys, managed, inline, password, others] = await Promise.all([
    iam.send(new GetUserCommand({ UserName })),
    iam.send(new ListAccessKeysCommand({ UserName })),
    iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
    iam.send(new ListUserPoliciesCommand({ UserName })),
    iam.send(new GetLoginProfileCommand({ UserName })).catch(() => null),
    otherStatuses(iam, UserName),
  ]);
  const documents = (inline.PolicyNames ?? []).map(async (PolicyName) => {
    const { PolicyDocument = '' } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
    return [PolicyName, decodeURIComponent(PolicyDocument)] as const;
  });
  return {
    arn: user?.Arn,
    tags: user?.Tags ?? [],
    boundary: user?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    keys: byKey(
      (keys.AccessKeyMetadata ?? []).map(({ AccessKeyId = '', Status = 'Active' }) => [
        AccessKeyId,
        Status === 'Active' ? 'Active' : 'Inactive',
      ]),
    ),
    attached: (managed.AttachedPolicies ?? []).map(({ PolicyArn = '' }) => PolicyArn).toSorted(),
    inline: byKey(await Promise.all(documents)),
    others,
    mail: await mail,
    password: password?.LoginProfile?.PasswordResetRequired ?? null,
  };
}

/** Somebody else's work on a user we hold: another boundary, the leaked key replaced by a new one, the other key put aside. */
async function meddleWithUser({ client, sandbox }: Stage, { id: UserName, key, keys }: User): Promise<void> {
  const iam = client(IAMClient, 'member');
  const PermissionsBoundary = policyIn(sandbox.accounts.member, boundaryOfOthers);
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
  for (const { id: AccessKeyId } of keys) {
    if (AccessKeyId === key) await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    else await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  }
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  await meddleWithCredentials(iam, UserName);
}

/** Makes the user what it is now, later: what a thief does with the rights that still work for a moment. */
async function undoingOnUser(stage: Stage, target: User): Promise<() => Promise<void>> {
  const iam = stage.client(IAMClient, 'member');
  const UserName = target.id;
  const before = await userWorld(stage, target);
  return async () => {
    const { attached, boundary, keys, others } = await userWorld(stage, target);
    const added = attached.filter((PolicyArn) => !before.attached.includes(PolicyArn));
    for (const PolicyArn of added) await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    const PermissionsBoundary = before.boundary;
    if (PermissionsBoundary) await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    else if (boundary) await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    for (const [AccessKeyId, Status] of Object.entries(before.keys)) {
      if (keys[AccessKeyId] !== Status) await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
    }
    await setBack(iam, UserName, before.others, others);
  };
}

export const world: World<User> = {
  shapes: { 'a user': aboutPlainUser, 'a user with ten policies': aboutFullUser },
  prepare: teamPolicies,
  clear: sendAgain,
  look: userWorld,
  meddle: meddleWithUser,
  undoing: undoingOnUser,
  plunder: byCredential,
};
