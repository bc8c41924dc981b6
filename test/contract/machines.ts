import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { chained } from '../../lib/routing/route.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Stage } from './subject.ts';

/** State machines that steps begin: here each ends at once. */
export async function machines(
  { accounts, region }: Pick<Sandbox, 'accounts' | 'region'>,
  client: Stage['client'],
  name: string,
) {
  const ending = { StartAt: 'End', States: { End: { Type: 'Pass', End: true } } };
  await client(SFNClient, 'hub').send(
    new CreateStateMachineCommand({
      name: `${name}-${chained}`,
      roleArn: `arn:aws:iam::${accounts.hub}:role/${name}-run-${chained}`,
      definition: JSON.stringify(ending),
    }),
  );
  return { TOURNIQUET_MACHINES: `arn:aws:states:${region}:${accounts.hub}:stateMachine:${name}-` };
}
