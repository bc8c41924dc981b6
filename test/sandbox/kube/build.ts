import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { optionsOf } from '../../options.ts';

const usage = `node test/sandbox/kube/build.ts

Builds the real API server of Kubernetes, its controllers and etcd from their Go modules, once, and prints the folder that they are in:

  TOURNIQUET_KUBERNETES=$(node test/sandbox/kube/build.ts) npx vitest run --config test/vitest.config.ts test/sandbox/kubernetes.test.ts

It takes Go 1.26, two gigabytes in the module and build caches of Go, and six minutes.

Exit codes: 0 they are there, 1 they cannot be built, 2 wrong usage.
`;

optionsOf(usage, {});

const here = import.meta.dirname;
const modules = ['go.mod', 'go.sum'] as const;
const pinned = createHash('sha256');
for (const file of modules) pinned.update(readFileSync(join(here, file)));
const home = join(here, '..', '..', '..', '.sandbox', 'kube');
const built = join(home, pinned.digest('hex').slice(0, 12));

/** By the name of the program. */
const programs = {
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  etcd: 'go.etcd.io/etcd/server/v3',
};

/** In a folder of its own, which gets its name when all of it is there. */
function build(): void {
  const under = `${built}-${process.pid}`;
  mkdirSync(under, { recursive: true });
  for (const file of modules) cpSync(join(here, file), join(under, file));
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' };
  for (const [name, source] of Object.entries(programs))
    execFileSync('go', ['build', '-o', name, source], {
      cwd: under,
      env,
      stdio: ['ignore', process.stderr, 'inherit'],
    });
  renameSync(under, built);
}

try {
  if (!existsSync(built)) build();
  process.stdout.write(`${built}\n`);
} catch (error) {
  const because = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'Go is not installed' : (error as Error).message;
  process.stderr.write(`The API server cannot be built: ${because}.\n`);
  process.exitCode = 1;
}
