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
  const begun = [chained, 'ec2-instance-compromise'].map((playbook) =>
    client(SFNClient, 'hub').send(
      new CreateStateMachineCommand({
        name: `${name}-${playbook}`,
        roleArn: `arn:aws:iam::${accounts.hub}:role/${name}-run-${playbook}`,
        definition: JSON.stringify(ending),
      }),
    ),
  );
  await Promise.all(begun);
  return { TOURNIQUET_MACHINES: `arn:aws:states:${region}:${accounts.hub}:stateMachine:${name}-` };
}
