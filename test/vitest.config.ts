import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

/** A suite finds its project by its folder: what needs the gateway for each step, what shares one deployment, and the rest. */
const contract = 'test/contract/**/*.test.ts';
const deployed = 'test/deployed/**/*.test.ts';

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'quick',
          include: ['{lib,lambdas,playbooks,test,bin}/**/*.test.ts'],
          exclude: [contract, deployed],
        },
      },
      { root, test: { name: 'contract', include: [contract] } },
      {
        root,
        test: {
          name: 'deployed',
          include: [deployed],
          globalSetup: 'test/deployed/deployment.setup.ts',
          // One file at a time: some faults hit everybody.
          fileParallelism: false,
          maxConcurrency: 3,
        },
      },
    ],
  },
});
