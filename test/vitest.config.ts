import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

/** Suites that share one deployment of the app in one sandbox; it is started for them alone (test/deployment.setup.ts). */
const deployed = [
  'scenarios',
  'families',
  'permissions',
  'refusals',
  'command-line',
  'credentials',
  'credentials-escalation',
  'eradication',
  'identity-center',
  'role-chain',
  'old-mistakes',
  'live-clock',
  'report',
].map((suite) => `test/${suite}.test.ts`);

export default defineConfig({
  root,
  test: {
    projects: [
      { root, test: { name: 'quick', include: ['{lib,lambdas,playbooks,test,bin}/**/*.test.ts'], exclude: deployed } },
      {
        root,
        test: {
          name: 'deployed',
          include: deployed,
          globalSetup: 'test/deployment.setup.ts',
          // One file at a time: some faults hit everybody.
          fileParallelism: false,
          maxConcurrency: 3,
        },
      },
    ],
  },
});
