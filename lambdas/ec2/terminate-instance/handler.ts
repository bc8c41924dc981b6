import { setTimeout as sleep } from 'node:timers/promises';
import { EC2Client, ModifyInstanceAttributeCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { Transient } from '../../../lib/domain/errors.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import { serveEradication } from '../../runtime/serve-eradication.ts';
import type { Session } from '../../runtime/session.ts';
import { disksOf } from '../disks.ts';
import type { Instance } from '../instance/target.ts';
import { isOver, removalFrom, Seen, whyNot } from './plan.ts';
import { terminateInstance } from './step.ts';

type Ending = Parameters<typeof removalFrom>[3];

/** Looks, a second apart, until EC2 shows that it goes. */
const patience = 10;

/** EC2 terminates nothing that is protected from it, and our own protection is of the first minutes (EC2 API reference, "Error codes"). */
async function terminate(ec2: EC2Client, InstanceId: string): Promise<void> {
  const command = new TerminateInstancesCommand({ InstanceIds: [InstanceId] });
  await ec2.send(command).catch(async (error: Error) => {
    if (error.name !== 'OperationNotPermitted') throw error;
    const DisableApiTermination = { Value: false };
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination }));
    await ec2.send(command);
  });
}

/** What an earlier attempt of ours has terminated already is no error. */
async function end({ id }: Instance, incident: string, session: Session): Promise<Ending> {
  const isGone = async (): Promise<boolean> => isOver((await disksOf(id, incident, session)).state);
  if (await isGone()) return 'terminated';
  try {
    await terminate(session.client(EC2Client), id);
  } catch (error) {
    if (oneOfThree(error) instanceof Transient) throw error;
    return { error: sentence(error) };
  }
  for (let look = 0; look < patience; look++) {
    if (await isGone()) return 'terminated';
    await sleep(1000);
  }
  return { error: 'EC2 took the call, and still shows it as before' };
}

export const handler = serveEradication(terminateInstance, {
  seen: Seen,
  would: ({ id }) => [`instance ${id}`],
  look: async ({ target, run, sessionFor }) =>
    Seen.parse(await disksOf(target.id, run.incident, await sessionFor(target))),
  async remove({ target, run, shown, sessionFor }, seen) {
    const goes = !isOver(seen.state) && whyNot(seen, shown) === null;
    const ending = goes ? await end(target, run.incident, await sessionFor(target)) : 'terminated';
    return removalFrom(target.id, seen, shown, ending);
  },
});
