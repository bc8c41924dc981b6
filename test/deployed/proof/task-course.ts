/** A thief in a task of ECS: of a service, which is scaled to zero and comes back, and in one that somebody runs by itself, which is stopped. */
import { expect } from 'vitest';
import { send } from '../../sandbox/finding.ts';
import { attemptsOn, type Company, findingAboutTask, type Launch, statusOf, tasksOf } from '../../sandbox/tasks.ts';
import { isAsked, opened, release, removalClosed, reply, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

/** What both can do at each moment, and how the response and the release ended. */
async function thereAndBack(deployment: Attached, company: Company, removing: (incident: string) => Promise<void>) {
  const before = await attemptsOn(deployment, company);
  await send(deployment, findingAboutTask(deployment, company));
  const incident = await opened(deployment, company.task);
  const ended = await toTheEnd(deployment, incident);
  await removing(incident);
  const during = await attemptsOn(deployment, company);
  const released = await release(deployment, incident);
  return { incident, before, during, after: await attemptsOn(deployment, company), ended, released };
}

/** Of a service on Fargate that scales by itself: at zero nothing is left to stop, so nobody is asked. */
export async function playService(deployment: Attached, launch: Launch = 'FARGATE') {
  const company = await tasksOf(deployment, deployment.estate, launch);
  return { company, ...(await thereAndBack(deployment, company, async () => {})) };
}

/** By itself on an instance: two people agree to stop it. */
export async function playTaskByItself(deployment: Attached) {
  const company = await tasksOf(deployment, deployment.estate, 'EC2', 'itself');
  const stop = async (incident: string) => {
    const asked = await isAsked(deployment, incident, 'stop');
    for (const by of ['Rosa', 'Leo'] as const)
      expect(await reply(deployment, asked, by, 'approve')).toMatchObject({ status: 200 });
    await removalClosed(deployment, incident);
  };
  const played = await thereAndBack(deployment, company, stop);
  return { company, ...played, status: await statusOf(deployment, company.cluster, company.task) };
}

/** Both, for their rights. */
export async function playTasks(deployment: Attached): Promise<void> {
  const [service, itself] = await Promise.all([playService(deployment), playTaskByItself(deployment)]);
  for (const { ended, released } of [service, itself])
    expect([ended.state, released.state]).toEqual(['contained', 'released']);
}
