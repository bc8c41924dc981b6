import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import type { Instance } from './instance/target.ts';

/** EC2 shows a terminated instance for about an hour, and then no longer (EC2 user guide, "Terminate Amazon EC2 instances"). */
export async function whyAbsent({ id }: Instance, session: Session): Promise<string | null> {
  const asked = session.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const state = (await asked.catch(orGone))?.Reservations?.[0]?.Instances?.[0]?.State?.Name ?? 'gone';
  return ['shutting-down', 'terminated', 'gone'].includes(state)
    ? `${id} is ${state}: there is nothing to put back on it`
    : null;
}
