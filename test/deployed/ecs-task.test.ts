/** A thief in a task: could before, cannot during, can after; the task beside it goes on. */
import { expect, test } from 'vitest';
import { itemsOf } from '../scenario/runs.ts';
import { deployed, messagesOf, sealedIn } from './deployed.ts';
import { playService, playTaskByItself } from './proof/task-course.ts';

const deployment = deployed();
const patience = 240_000;

const everything = { credentials: 'allowed', through: 'allowed' };
const nothing = { credentials: 'denied', through: 'denied' };
const goesOn = { credentials: 'allowed', task: 'allowed' };
/** What the definition holds in its environment. */
const secret = 'correct-horse-battery';

test.concurrent(
  'of a service: its session is denied, the service is at zero and comes back as it was',
  async () => {
    const { incident, before, during, after, ended, released } = await playService(deployment);
    expect(ended).toMatchObject({ state: 'contained', trouble: [], asked: ['contain'] });
    expect(released).toMatchObject({ state: 'released', trouble: [] });
    expect([before, during, after]).toEqual([
      { thief: everything, innocent: goesOn },
      { thief: nothing, innocent: goesOn },
      { thief: everything, innocent: goesOn },
    ]);
    expect(ended.results).toMatchObject({
      'snapshot-volumes/run': 'not-applicable',
      'record-task/run': 'recorded',
      'scale-service/verify': 'verified',
      'deny-session/verify': 'verified',
    });
    expect(ended.told).toContain('A yes stops all of them');
    const sealed = await sealedIn(deployment, incident, /\/(task|task-definition|service|cluster)\.json$/);
    expect(Object.keys(sealed).toSorted()).toEqual([
      'cluster.json',
      'service.json',
      'task-definition.json',
      'task.json',
    ]);
    expect(sealed['task-definition.json']).toContain(secret);
    const said = [await itemsOf(deployment, `INC#${incident}`), await messagesOf(deployment)];
    expect(JSON.stringify(said)).not.toContain(secret);
    expect(JSON.stringify(said)).toContain('Fargate leaves no disk image');
  },
  patience,
);

test.concurrent(
  'by itself, on an instance: its host is copied, its session denied; then two people stop it, and it does not come back',
  async () => {
    const { before, during, after, ended, released, status } = await playTaskByItself(deployment);
    expect(ended).toMatchObject({ state: 'contained', trouble: [] });
    expect(released).toMatchObject({ state: 'released' });
    expect(ended.results).toMatchObject({
      'snapshot-volumes/run': 'taken',
      'record-task/run': 'recorded',
      'scale-service/apply': 'not-applicable',
      'deny-session/verify': 'verified',
    });
    expect([before.thief, during.thief, after.thief]).toEqual([
      everything,
      nothing,
      { credentials: 'allowed', through: 'denied' },
    ]);
    for (const { innocent } of [before, during, after]) expect(innocent).toEqual(goesOn);
    expect(status).toBe('STOPPED');
  },
  patience,
);
