/** A compromised instance that Systems Manager manages: what is gone soon is read while people are asked. */
import { manage } from '../../sandbox/agent.ts';
import { launch } from '../../sandbox/estate.ts';
import { findingAbout, send } from '../../sandbox/finding.ts';
import { opened, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

/** An instance with an agent, a finding about it, and a yes to all that is asked. */
export async function playLive(deployment: Attached, agent: Parameters<typeof manage>[2] = {}) {
  const instance = await launch(deployment, deployment.estate);
  await manage(deployment.sandbox, instance, agent);
  await send(deployment, findingAbout(deployment, instance));
  const incident = await opened(deployment, instance);
  const ended = await toTheEnd(deployment, incident);
  return { instance, incident, ended };
}
