import { GetAccountCommand, PutAccountSendingAttributesCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { Change } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Sender } from '../sender.ts';
import { planPause } from './plan.ts';
import { pauseSending, type Sending } from './step.ts';

async function look(_target: Sender, session: Session): Promise<Sending> {
  const { SendingEnabled } = await session.client(SESv2Client).send(new GetAccountCommand({}));
  return { sending: SendingEnabled ? 'on' : 'off' };
}

/** Apply and release are the same walk, in opposite directions. What AWS itself has paused stays paused (PutAccountSendingAttributes API). */
async function carryOut({ from, to, target, session }: LeverJob<Sender, Sending>): Promise<Change> {
  if (from.sending === to.sending) return { outcome: 'already-applied' };
  const command = new PutAccountSendingAttributesCommand({ SendingEnabled: to.sending === 'on' });
  await session.client(SESv2Client).send(command);
  return { outcome: 'applied', changed: [`sending of mail in ${target.region}: ${to.sending}`] };
}

export const handler = serveLever(pauseSending, { look, plan: planPause, apply: carryOut, release: carryOut });
