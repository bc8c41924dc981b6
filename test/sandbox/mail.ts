/** Mail of the small company: who sends it, and whether its account does. */
import { randomBytes } from 'node:crypto';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  PutAccountSendingAttributesCommand,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import type { Credentials, Deployment } from './deployment.ts';
import type { Attempt } from './estate.ts';
import { hire, type Person } from './identities.ts';

/** By a policy, an inactive key, or because the account sends none (SES API v2 reference, SendEmail). */
const denials = [
  'AccessDeniedException',
  'AccessDenied',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'UnrecognizedClientException',
  'SendingPausedException',
];

/** Of the shop; SES sends for addresses only that the account has verified. */
const address = 'shop@example.com';

/** The shop verifies its address. */
export async function verifyAddress({ client }: Pick<Deployment, 'client'>): Promise<void> {
  await client(SESv2Client, 'member').send(new CreateEmailIdentityCommand({ EmailIdentity: address }));
}

/** A new user who may read the customers, and send mail too. */
export async function mailUser(deployment: Deployment, name: string): Promise<Person> {
  const person = await hire(deployment, `${name}-${randomBytes(4).toString('hex')}`, { older: 'none', path: '/' });
  const Statement = [{ Effect: 'Allow', Action: 'ses:SendEmail', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const policy = { UserName: person.name, PolicyName: 'mail', PolicyDocument };
  await deployment.client(IAMClient, 'member').send(new PutUserPolicyCommand(policy));
  return person;
}

/** Really sends a mail. Anything but an answer or a denial is an error of the sandbox, and thrown. */
export async function trySending(deployment: Pick<Deployment, 'client'>, as: Credentials): Promise<Attempt> {
  const text = { Data: 'You have won.' };
  const command = new SendEmailCommand({
    FromEmailAddress: address,
    Destination: { ToAddresses: ['somebody@example.com'] },
    Content: { Simple: { Subject: text, Body: { Text: text } } },
  });
  try {
    await deployment.client(SESv2Client, 'member', as).send(command);
    return 'allowed';
  } catch (error) {
    if (denials.includes((error as Error).name)) return 'denied';
    throw error;
  }
}

/** Whether the member account sends mail at all. */
export async function isSending({ client }: Pick<Deployment, 'client'>): Promise<boolean> {
  const { SendingEnabled } = await client(SESv2Client, 'member').send(new GetAccountCommand({}));
  return SendingEnabled ?? false;
}

export async function sendAgain({ client }: Pick<Deployment, 'client'>): Promise<void> {
  const command = new PutAccountSendingAttributesCommand({ SendingEnabled: true });
  await client(SESv2Client, 'member').send(command);
}
