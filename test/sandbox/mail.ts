/** Mail of the small company: who sends it, and whether its account does. */
import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  PutAccountSendingAttributesCommand,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import type { Credentials, Deployment } from './deployment.ts';
import type { Attempt } from './estate.ts';

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
