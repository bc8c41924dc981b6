import * as z from 'zod';

/** What is looked at, in the order in which it is told. */
export const sections = {
  processes: 'processes',
  sockets: 'sockets',
  logins: 'log-ins, past ones included',
  mounts: 'mounts',
  modules: 'kernel modules',
  scheduled: 'lines of scheduled jobs',
  containers: 'containers',
} as const;

/** Whoever holds the instance may have written all of it: only what has the shape of a number, a hash or a version is taken. */
const Said = z.object({
  counts: z.partialRecord(z.enum(Object.keys(sections) as (keyof typeof sections)[]), z.int().nullable()),
  size: z.coerce.number().int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  version: z
    .string()
    .regex(/^[\w.-]{1,1024}$/)
    .nullable(),
  /** HTTP status that the vault answered with, 0 for none; null where it took everything. */
  status: z.coerce.number().int().min(0).max(599).nullable(),
  /** What was printed instead. */
  plain: z.string().nullable(),
});
export type Said = z.infer<typeof Said>;

/** Most characters that come back of what a command writes (Systems Manager API reference, GetCommandInvocation). */
const most = 24_000;

/** What the script has said, or null where that is nothing it would say. `cut`: there was more of it. */
export function saidIn(output: string): (Said & { readonly cut: boolean }) | null {
  const at = output.search(/^plain$/m);
  const head = at < 0 ? output : output.slice(0, at);
  const word = (name: string): string | null => new RegExp(`^${name} (\\S+)$`, 'm').exec(head)?.[1] ?? null;
  const counts = [...head.matchAll(/^count (\w+) (\w+)$/gm)].map(([, name, n = '']) => [
    name,
    /^\d{1,9}$/.test(n) ? Number(n) : null,
  ]);
  const plain = at < 0 ? null : output.slice(at + 'plain\n'.length);
  const said = { size: word('size'), sha256: word('sha256'), version: word('stored'), status: word('status'), plain };
  const { data } = Said.safeParse({ ...said, counts: Object.fromEntries(counts) });
  return data ? { ...data, cut: output.length >= most } : null;
}

/** A line of what there is, in our own words. */
export const factsOf = ({ counts }: Pick<Said, 'counts'>): string[] =>
  Object.entries(sections).map(([name, words]) => {
    const count = counts[name as keyof typeof sections] ?? null;
    return count === null ? `${words}: could not be counted` : `${words}: ${count}`;
  });

/** Why what was read does not lie in the vault as it is. */
export function whyPlain({ status, cut }: Pick<Said, 'status'> & { readonly cut: boolean }): string {
  const why = status
    ? `the vault answered the instance with ${status}`
    : 'the instance could not reach the vault (or has no curl or openssl)';
  const rest = cut ? `, and only the first ${most} characters of the rest came back` : '';
  return `${why}: arguments of processes and texts of jobs are missing${rest}`;
}
