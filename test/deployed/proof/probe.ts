/** Tries things as somebody: sessions that Tourniquet's own roles, or strangers, would really have, and what comes of a call. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { vi } from 'vitest';
import { instanceFacts } from '../../../lambdas/ec2/instance/facts.ts';
import { Instance } from '../../../lambdas/ec2/instance/target.ts';
import { targetOf } from '../../../lambdas/incident/open-incident/first-sight.ts';
import { clientsFor } from '../../../lambdas/runtime/clients.ts';
import { assume, type Session } from '../../../lambdas/runtime/session.ts';
import type { Operation } from '../../../lib/domain/step.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { launch } from '../../sandbox/estate.ts';
import { findingAbout, readBack } from '../../sandbox/finding.ts';
import type { Attached } from '../deployed.ts';
import { probing } from './made.ts';

export type Outcome = 'allowed' | 'denied';

const refusals = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationErrorException'];

/** Only an answer or a refusal is an outcome; anything else is a mistake of the test, and thrown. */
export async function outcomeOf(attempt: Promise<unknown>): Promise<Outcome> {
  try {
    await attempt;
    return 'allowed';
  } catch (error) {
    if (refusals.includes((error as Error).name)) return 'denied';
    throw error;
  }
}

/** What Lambda hands to a function: a session of its role. */
export const sessionOf = (
  { sandbox }: Attached,
  role: string,
  account: 'hub' | 'member' = 'hub',
): Promise<Credentials> =>
  sandbox.post<Credentials>('/_sandbox/role-session', { account: sandbox.accounts[account], role, session: probing });

/** Assumes a role as somebody, with all that it holds. */
export async function enter(
  { client, sandbox }: Attached,
  as: Credentials,
  role: string,
  account: 'hub' | 'member' = 'member',
): Promise<Credentials> {
  const RoleArn = `arn:aws:iam::${sandbox.accounts[account]}:role/${role}`;
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: probing });
  const { Credentials: got } = await client(STSClient, 'hub', as).send(command);
  return {
    accessKeyId: got?.AccessKeyId ?? '',
    secretAccessKey: got?.SecretAccessKey ?? '',
    sessionToken: got?.SessionToken ?? '',
  };
}

/** The very session a step works with: its function's role, through session.ts, for one operation on one target. */
export async function stepSession(
  deployment: Attached,
  step: string,
  operation: Operation<Instance>,
  target: Instance,
): Promise<Session> {
  const { endpoint, region } = deployment.sandbox;
  const { accessKeyId, secretAccessKey, sessionToken } = await sessionOf(deployment, `tourniquet-${step}`);
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    TOURNIQUET_NAME: 'tourniquet',
    TOURNIQUET_PARTITION: 'aws',
    TOURNIQUET_ROLE_PATH: '/',
  };
  // For as long as the session is used: the suite takes it back in the end, for those after it in the same process.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return assume({ client: clientsFor([], 1) }, operation, target, probing);
}

/** A new instance with the facts that open-incident would hand to every step. */
export async function newTarget(deployment: Attached): Promise<Instance> {
  const id = await launch(deployment, deployment.estate, { scaling: 'on its own' });
  const finding = readBack(findingAbout(deployment, id));
  const asRoot: Session = { client: (Client) => deployment.client(Client as never, 'member') };
  const base = Instance.parse(targetOf(finding, new Date().toISOString()));
  const { target, known, because } = await instanceFacts.read(base, asRoot, finding);
  if (known !== 'read') throw new Error(because);
  return Instance.parse(target);
}

const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

/** An IAM user who may do everything its account can let it. */
export async function administrator(iam: IAMClient, UserName: string): Promise<Credentials> {
  await iam.send(new CreateUserCommand({ UserName }));
  const policy = { UserName, PolicyName: 'everything', PolicyDocument: document(everything) };
  await iam.send(new PutUserPolicyCommand(policy));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** A role that may do everything its account can let it. */
export async function allPowerfulRole(iam: IAMClient, RoleName: string, trust?: string): Promise<void> {
  const anyService = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = trust ?? document(anyService);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const policy = { RoleName, PolicyName: 'everything', PolicyDocument: document(everything) };
  await iam.send(new PutRolePolicyCommand(policy));
}
