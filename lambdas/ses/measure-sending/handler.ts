import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { serveStep } from '../../runtime/serve-step.ts';
import { factsOf } from './plan.ts';
import { measureSending } from './step.ts';

export const handler = serveStep(measureSending, async ({ target, session }) => {
  const account = await session.client(SESv2Client).send(new GetAccountCommand({}));
  return { outcome: 'measured', facts: factsOf(target.region, account), unknown: [] };
});
