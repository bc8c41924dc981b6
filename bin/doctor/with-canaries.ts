import { checkOf, nameOfRun, sweepAll } from './canary.ts';
import type { Check } from './check.ts';
import type { Visit } from './clients.ts';
import { canaries } from './every-canary.ts';

/** What a shell says of a program that was interrupted. */
const interrupted = 130;

/** Examines with canaries. Ctrl-C removes what they made so far, and ends; what even that leaves the next run removes. */
export async function withCanaries<T>({ patient, reach }: Visit, examining: (made: Check[]) => Promise<T>): Promise<T> {
  const { home } = patient;
  const hub = (await reach(home.account))(home.region);
  const name = nameOfRun(Date.now());
  const stop = (): void => {
    process.stderr.write('\nRemoving what was made\n');
    void sweepAll(canaries, { ...home, patient, client: hub, hub }, name).finally(() => process.exit(interrupted));
  };
  process.once('SIGINT', stop);
  try {
    return await examining(canaries.map((canary) => checkOf(canary, name)));
  } finally {
    process.off('SIGINT', stop);
  }
}
