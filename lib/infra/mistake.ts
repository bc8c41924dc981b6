import { ConfigError } from '../domain/parse-config.ts';

/** Something whoever runs the command can mend. */
export class Mistake extends Error {
  override name = 'Mistake';
}

/** Says what is wrong on standard error: a mistake in its own words, anything else with its trace. Returns the exit code. */
export function explained(error: unknown): number {
  const theirs = error instanceof ConfigError || error instanceof Mistake;
  console.error(theirs ? error.message : error);
  return theirs ? 2 : 1;
}
