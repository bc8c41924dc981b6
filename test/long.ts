/**
 * Suites that take minutes, most of them a sandbox of their own: `npm run nightly` plays all, and .ci/run each at every so many commits,
 * so that `npm test` stays short. Run one by itself with TOURNIQUET_DEPTH=all, a project without.
 */
interface Long {
  readonly title: string;
  /** Its path, where it is a suite; else a project, of which `npm test` plays a twelfth. */
  readonly suite?: string;
  readonly project?: 'deployed' | 'operated';
  /** How many commits take turns. */
  readonly every: number;
}

export const long = [
  { title: 'this version over the last one, and back', suite: 'test/sandbox/upgrade.test.ts', every: 10 },
  {
    title: 'a table that is lost, and comes back from a copy and the vault',
    suite: 'test/sandbox/restore.test.ts',
    every: 10,
  },
  { title: 'a vault in an account of its own', suite: 'test/sandbox/evidence-account.test.ts', every: 10 },
  { title: 'deployed, destroyed, and what stays', suite: 'test/sandbox/leftovers.test.ts', every: 3 },
  { title: 'a timeline opened in the tools of the trade', suite: 'test/timeline/tools.test.ts', every: 10 },
  { title: 'the guide, followed word for word', suite: 'test/house/contributing.test.ts', every: 3 },
  { title: 'every scenario, and the proof of permissions', project: 'deployed', every: 10 },
  { title: 'all that people operate', project: 'operated', every: 10 },
] as const satisfies readonly Long[];
