/** Plays what together needs every right about clocks: facts from both sides, reminders with and without Slack, filings, the daily check. */
import { expect } from 'vitest';
import type { Attached } from '../deployed.ts';
import { invoke } from '../sandbox/invoke.ts';
import { ask, dfars, hoursAgo, loseSchedule, ring, setFact, setFactInSlack } from '../scenario/clocks.ts';
import { breakSlack } from '../scenario/stage.ts';

/** Whoever finds a clock gone makes it anew: the tick, the person in Slack, the daily check. */
async function loseClocks(deployment: Attached, incident: string): Promise<void> {
  await loseSchedule(deployment, incident);
  await setFactInSlack(deployment, incident, 'discovered', hoursAgo(1));
  await loseSchedule(deployment, incident);
  await invoke(deployment, 'clock-tick', { incident, ...dfars });
  await loseSchedule(deployment, incident);
  expect(await invoke(deployment, 'clock-sweep')).toMatchObject({ failed: [] });
}

export async function playClocks(deployment: Attached, incident: string): Promise<void> {
  await loseClocks(deployment, incident);
  await setFact(deployment, incident, `discovered=${hoursAgo(73)}`);
  await ring(deployment, incident, 'due');
  await setFact(deployment, incident, `discovered=${hoursAgo(77)}`);
  const mend = await breakSlack(deployment, { slackFaults: [{ method: '*', status: 503 }] });
  await ring(deployment, incident, 'overdue-4h').finally(mend);
  for (const regime of ['cisa-voluntary', 'dfars']) {
    const { status } = await ask(deployment, { action: 'filed', incident, regime, reference: 'of the course' });
    expect(status).toBe(200);
  }
  // What is filed needs no clock any more: the daily check clears it away.
  expect(await invoke(deployment, 'clock-sweep')).toMatchObject({ failed: [] });
}
