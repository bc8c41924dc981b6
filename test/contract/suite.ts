import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { type AnyStep, camel } from '../../lib/domain/step.ts';
import { functionFolders } from '../../lib/infra/function-folders.ts';
import { isTurnOf } from '../depth.ts';
import { clearOrganization } from './organization.ts';
import { openScene, putIncident, type Scene, type Served } from './scene.ts';
import { startStage } from './stage.ts';
import type { Stage } from './subject.ts';
import { type Shape, shapesFor, worldFor, worlds } from './worlds.ts';

/**
 * One behavioural contract, run against every step and lever there is, found by reading the folder: the deployed functions themselves, in
 * this process, against the sandbox with policies enforced. Whoever adds a step writes nothing here. It is two suites, each with a stage of
 * its own, so that two processes share the work: test/contract/lever-contract.test.ts and test/contract/step-contract.test.ts.
 */
const stepFolders = [...functionFolders].filter(([, folder]) => readdirSync(folder).includes('step.ts'));

async function contractIn([name, folder]: readonly [string, string]): Promise<AnyStep> {
  const exports = await import(/* @vite-ignore */ join(folder, 'step.ts'));
  return exports[camel(name)];
}

const root = join(import.meta.dirname, '../..');
const folderOf = ({ name }: AnyStep): string => relative(root, functionFolders.get(name) ?? '');

export const contracts = await Promise.all(stepFolders.map(contractIn));

/** Each contract of a kind, with each shape of a target it takes, whose turn it is: some take twenty shapes, and most one. */
export const tried = (kind: AnyStep['kind']) =>
  contracts
    .filter((contract) => contract.kind === kind)
    .flatMap((contract) =>
      shapesFor(contract.target).map((shape) => [contract.name, shape.name, contract, shape] as const),
    )
    .filter(([name, shape, contract]) => isTurnOf(`${name} on ${shape}`, folderOf(contract)));

/**
 * Where a function may die, and what it does when called again, has to do with its calls. A contract that takes many shapes makes the same
 * ones on all of them: there the first stands for the others.
 */
export const standsForAll = (contract: AnyStep, shape: Shape): boolean => {
  const taken = shapesFor(contract.target);
  return taken.length <= 2 || taken[0]?.name === shape.name;
};

/** How long a function may pause, in milliseconds. What is to stay as it is need not be waited for. */
export const pause = { atMost: Number.POSITIVE_INFINITY };
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  return { ...real, setTimeout: (ms: number, value: unknown) => real.setTimeout(Math.min(ms, pause.atMost), value) };
});

// Each test plays a whole life of an incident, or dozens of them.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 });

export let stage: Stage;

beforeAll(async () => {
  stage = await startStage(contracts);
});
afterEach(async () => {
  pause.atMost = Number.POSITIVE_INFINITY;
  await stage.sandbox.post('/_sandbox/faults', { clear: true });
  await Promise.all([...worlds.map(({ clear }) => clear?.(stage)), clearOrganization(stage)]);
});
afterAll(() => stage?.sandbox.stop());

/** Handlers read their environment when they are loaded, so that happens once the stage stands. */
export async function served(contract: AnyStep): Promise<Served> {
  const { handler } = await import(/* @vite-ignore */ join(functionFolders.get(contract.name) ?? '', 'handler.ts'));
  return { contract, handler };
}

export async function sceneOf(contract: AnyStep, shape: Shape, mode: Scene['mode'] = 'respond'): Promise<Scene> {
  const subject = await stage.newSubject(shape.about);
  await worldFor(subject.target).ready?.[contract.name]?.(stage, subject.target);
  const scene = openScene(stage, await served(contract), subject, mode);
  if (mode === 'respond' && contract.hub.includes('start-playbook')) await putIncident(scene);
  return scene;
}
