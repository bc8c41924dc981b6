import { InvalidArgumentError } from 'commander';
import { isIncidentId } from '../incident-id.ts';
import type { Answer } from '../verb.ts';
import type { Logs } from './logs.ts';

const asTheyLie = (files: readonly string[]): Logs => ({
  files,
  nameOf: (file) => file,
  sessions: undefined,
  findings: [],
  claims: [],
  lost: 0,
});

/** Tells of files as they lie; or, where an incident is named, of what is sealed of it, which is at hand only as long as it is told of. */
export async function withLogs(
  operands: readonly string[],
  stack: string,
  tell: (logs: Logs) => Promise<Answer>,
): Promise<Answer> {
  const incident = operands.find(isIncidentId);
  if (incident === undefined) return tell(asTheyLie(operands));
  if (operands.length > 1)
    throw new InvalidArgumentError(
      `${incident} is an incident, and goes alone: without files, and without another incident. A file of that name is ./${incident}.`,
    );
  const { withSealedLogs } = await import('./incident.ts');
  return withSealedLogs(incident, stack, tell);
}
