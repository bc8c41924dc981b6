/** One sandbox with the app deployed into it, for all suites of the project `deployed`. They attach to it by `deployed()`. */
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { startDeployment } from '../sandbox/deployment.ts';
import { buildEstate } from '../sandbox/estate.ts';
import { type Shared, sharedOf } from './deployed.ts';

/** A file that holds a deployment which is up already: whoever works on a scenario need not wait for a new one each time. */
const standing = process.env.TOURNIQUET_DEPLOYED;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (standing) {
    project.provide('deployed', JSON.parse(readFileSync(standing, 'utf8')) as Shared);
    return async () => {};
  }
  const deployment = await startDeployment(undefined, { waits: 0.2 });
  project.provide('deployed', sharedOf(deployment, await buildEstate(deployment)));
  return () => deployment.stop();
}
