import { DescribeTasksCommand, ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { isGone } from '../../runtime/errors.ts';
import { orGone } from '../../runtime/facts.ts';
import { serveEradication } from '../../runtime/serve-eradication.ts';
import { isShown, Running, removalFrom } from './plan.ts';
import { stopTask } from './step.ts';

/** What ECS keeps of it, for whoever asks why it stopped: 1,024 characters at most (ECS API reference, StopTask). */
const reasonFor = (incident: string): string => `Stopped by two people in incident ${incident}`;

export const handler = serveEradication(stopTask, {
  seen: Running,
  would: ({ id, cluster }, { createdAt }) => (createdAt ? [`task ${id} in ${cluster}`] : []),
  look: async ({ target, sessionFor }): Promise<Running> => {
    const { cluster, id } = target;
    const ecs = (await sessionFor(target)).client(ECSClient);
    const { tasks } = (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [id] })).catch(orGone)) ?? {};
    const found = tasks?.[0];
    return { createdAt: found?.desiredStatus === 'STOPPED' ? null : (found?.createdAt?.toISOString() ?? null) };
  },
  remove: async ({ target, run, shown, sessionFor }, seen) => {
    const { cluster, id: task } = target;
    const ecs = (await sessionFor(target)).client(ECSClient);
    if (isShown(seen, shown))
      await ecs
        .send(new StopTaskCommand({ cluster, task, reason: reasonFor(run.incident) }))
        .catch((error: unknown) => {
          if (!isGone(error)) throw error;
        });
    return removalFrom(target, seen, shown);
  },
});
