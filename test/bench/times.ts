import { setTimeout as sleep } from 'node:timers/promises';
import { type Deployment, startDeployment } from '../sandbox/deployment.ts';
import { buildEstate, type Estate, launch } from '../sandbox/estate.ts';
import { findingAbout, send } from '../sandbox/finding.ts';
import { callsSince, interfacesOf, itemsOf, starting } from '../sandbox/readback.ts';
import { click, messageWith, until } from '../sandbox/story.ts';

type Kind = 'cold' | 'warm';

/** Nobody looks for so long: looking costs the emulators time, too. Both ends are in the records, whenever they are read. */
const undisturbed = 2500;

/** Every interface carries one and the same group now, which only the quarantine gives: when the last call to that end was answered. */
async function isolatedAt(deployment: Deployment, instance: string, since: number): Promise<number | null> {
  const swaps = (await callsSince(deployment, since)).filter(
    ({ action, allowed }) => action === 'ec2:ModifyNetworkInterfaceAttribute' && allowed,
  );
  if (swaps.length < 4) return null;
  const seen = await interfacesOf(deployment, instance);
  if (new Set(seen.map(({ groups }) => groups.join())).size !== 1) return null;
  return Math.max(...swaps.map(({ time, durationMs }) => Date.parse(time) + durationMs));
}

async function quiet(deployment: Deployment, instance: string): Promise<string> {
  return until('the run to close', async () => {
    const incident = (await itemsOf(deployment, 'INCIDENTS')).find(({ resource }) =>
      String(resource).endsWith(instance),
    );
    if (!incident) return null;
    const ledger = starting(await itemsOf(deployment, `INC#${incident.incident}`), 'LEDGER#');
    return ledger.some(({ kind }) => kind === 'closed') ? String(incident.incident) : null;
  });
}

async function prepare(deployment: Deployment, estate: Estate, kind: Kind, environment: string): Promise<string> {
  // On its own: what the emulator does to an Auto Scaling group, which only grows from round to round, is no time of ours.
  const instance = await launch(deployment, estate, { tags: { environment }, scaling: 'on its own' });
  if (kind === 'cold') await deployment.sandbox.post('/_sandbox/cold', {});
  await sleep(500);
  return instance;
}

/** Milliseconds from the finding to every interface isolated, nobody asked. */
async function eventToIsolated(deployment: Deployment, estate: Estate, kind: Kind): Promise<number> {
  const instance = await prepare(deployment, estate, kind, 'canary');
  const since = Date.now();
  await send(deployment, findingAbout(deployment, instance));
  await sleep(undisturbed);
  const at = await until('the isolation', () => isolatedAt(deployment, instance, since));
  await quiet(deployment, instance);
  return at - since;
}

/** Milliseconds from the click to the quarantine read back and recorded as verified. */
async function clickToVerified(deployment: Deployment, estate: Estate, kind: Kind): Promise<number> {
  const instance = await prepare(deployment, estate, 'warm', 'production');
  await send(deployment, findingAbout(deployment, instance));
  const message = await until('the question', () => messageWith(deployment, 'approve', instance));
  await sleep(2000);
  if (kind === 'cold') await deployment.sandbox.post('/_sandbox/cold', {});
  const since = Date.now();
  await click(deployment, message.ts, 'approve', 'U0RESPONDER');
  await sleep(undisturbed);
  const incident = await quiet(deployment, instance);
  const items = await itemsOf(deployment, `INC#${incident}`);
  const verdict = items.find(({ sk }) => sk.endsWith('#quarantine-interfaces#verify'));
  return Date.parse(String(verdict?.at)) - since;
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** The floor: what these emulators need for an event that reaches a run which ends at its first function, warm. */
async function floor(deployment: Deployment, estate: Estate): Promise<number> {
  const instance = await prepare(deployment, estate, 'warm', 'production');
  const since = Date.now();
  await send(deployment, findingAbout(deployment, instance, { sample: true }));
  const invoked = await until('the function', async () =>
    (await callsSince(deployment, since)).find(({ action }) => action === 'lambda:InvokeFunction'),
  );
  return Date.parse(invoked.time) + invoked.durationMs - since;
}

/** Milliseconds, medians of so many rounds. */
export interface Times {
  readonly rounds: number;
  readonly floor: number;
  readonly eventToIsolated: Readonly<Record<Kind, number>>;
  readonly clickToVerified: Readonly<Record<Kind, number>>;
}

/** Deploys the app into the sandbox and measures how long a containment takes. */
export async function timesOf(rounds: number): Promise<Times> {
  const deployment = await startDeployment((line) => process.stderr.write(`${line}\n`));
  try {
    const estate = await buildEstate(deployment);
    // The first containment in a VPC makes its groups, and is not measured.
    await eventToIsolated(deployment, estate, 'warm');
    const repeat = async (what: () => Promise<number>): Promise<number> => {
      const all: number[] = [];
      for (let round = 0; round < rounds; round++) all.push(await what());
      return Math.round(median(all));
    };
    return {
      rounds,
      floor: await repeat(() => floor(deployment, estate)),
      eventToIsolated: {
        cold: await repeat(() => eventToIsolated(deployment, estate, 'cold')),
        warm: await repeat(() => eventToIsolated(deployment, estate, 'warm')),
      },
      clickToVerified: {
        cold: await repeat(() => clickToVerified(deployment, estate, 'cold')),
        warm: await repeat(() => clickToVerified(deployment, estate, 'warm')),
      },
    };
  } finally {
    await deployment.stop();
  }
}
