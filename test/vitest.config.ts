import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { depth, isTurnOf } from './depth.ts';
import { long } from './long.ts';

const root = join(import.meta.dirname, '..');

/**
 * A suite finds its project by its folder: what needs the gateway for each step, what shares one deployment, what shares another one
 * beside it, and the rest.
 */
const contract = 'test/contract/**/*.test.ts';
const deployed = 'test/deployed/**/*.test.ts';
const operated = 'test/operated/**/*.test.ts';

/** Suites of a deployment that are played each time: what every playbook stands on, and what nobody may ever get past. The others take turns. */
const always = ['scenarios', 'threats', 'families', 'permissions', 'attacks', 'refusals', 'guard', 'settings'];
/** Suites that are played where what they are about is changed, besides themselves. */
const about: Readonly<Record<string, readonly string[]>> = { doctor: ['bin/doctor', 'test/operated/doctor'] };
const inTurn = (suites: string): string[] =>
  globSync(suites, { cwd: root }).filter((path) => {
    const name = basename(path, '.test.ts');
    return always.includes(name) || isTurnOf(path, [path, ...(about[name] ?? [])]);
  });

/** Suites of functions that exchange modules: each of them begins anew, and what it has loaded goes with it. */
const exchanging = globSync('lambdas/**/*.test.ts', { cwd: root }).filter((path) =>
  /\bvi\.(mock|doMock|resetModules)\(/.test(readFileSync(join(root, path), 'utf8')),
);

/** Nothing is to depend on how busy the machine is: a test that hangs is ended, one that is slow is not. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000 };

/** Suites that share one deployment. One file at a time: some faults hit everybody. What one has loaded serves the next. */
const onOneDeployment = {
  ...patience,
  globalSetup: 'test/deployed/deployment.setup.ts',
  fileParallelism: false,
  isolate: false,
  maxConcurrency: 3,
};

/** The proof of permissions looks at all that was called on the deployment. */
class ProofLast extends BaseSequencer {
  override async sort(suites: TestSpecification[]): Promise<TestSpecification[]> {
    const proof = join(root, 'test/deployed/permissions.test.ts');
    const sorted = await super.sort(suites);
    return [
      ...sorted.filter(({ moduleId }) => moduleId !== proof),
      ...sorted.filter(({ moduleId }) => moduleId === proof),
    ];
  }
}

export default defineConfig({
  root,
  test: {
    sequence: { sequencer: ProofLast },
    projects: [
      // What a worker has loaded, CDK above all, it keeps for its next file.
      {
        root,
        test: {
          ...patience,
          name: 'quick',
          // It takes longer than all else of a synthesis, and is asked where the other outside validators are: test/house/cfn-lint.test.ts.
          env: { CDK_VALIDATION: 'false' },
          include: ['{lib,playbooks,test,bin}/**/*.test.ts'],
          exclude: [
            contract,
            deployed,
            operated,
            ...(depth === 'all' ? [] : long.flatMap((one) => ('suite' in one ? one.suite : []))),
          ],
          isolate: false,
        },
      },
      {
        root,
        test: {
          ...patience,
          name: 'functions',
          include: ['lambdas/**/*.test.ts'],
          exclude: exchanging,
          isolate: false,
        },
      },
      { root, test: { ...patience, name: 'functions-anew', include: exchanging } },
      { root, test: { ...patience, name: 'contract', include: [contract] } },
      // How it responds: the proof of permissions counts what these suites make it call.
      { root, test: { ...onOneDeployment, name: 'deployed', include: inTurn(deployed) } },
      // How people operate it, and whom it refuses.
      { root, test: { ...onOneDeployment, name: 'operated', include: inTurn(operated) } },
    ],
  },
});
