import { LambdaClient, paginateListAliases, paginateListVersionsByFunction } from '@aws-sdk/client-lambda';
import type { Session } from '../runtime/session.ts';
import type { Pointer, Versions } from './versions.ts';

/** Where an alias points, and what its next change has to name: Lambda refuses it where somebody was faster. */
export interface Alias {
  readonly pointer: Pointer;
  readonly revision: string | undefined;
}

/** Its aliases by name. */
export async function pointersOf(session: Session, FunctionName: string): Promise<Record<string, Alias>> {
  const aliases: Record<string, Alias> = {};
  const asked = { client: session.client(LambdaClient) };
  for await (const { Aliases = [] } of paginateListAliases(asked, { FunctionName }))
    for (const { Name = '', FunctionVersion: version = '', RoutingConfig, RevisionId: revision } of Aliases)
      aliases[Name] = { pointer: { version, weights: RoutingConfig?.AdditionalVersionWeights ?? {} }, revision };
  return aliases;
}

/** Where its aliases point, and its versions; those only where it has an alias, since there may be thousands. */
export async function codeOf(
  session: Session,
  FunctionName: string,
): Promise<{ aliases: Record<string, Pointer>; versions: Versions }> {
  const found = Object.entries(await pointersOf(session, FunctionName));
  const aliases = Object.fromEntries(found.map(([name, { pointer }]) => [name, pointer]));
  if (found.length === 0) return { aliases, versions: {} };
  const versions: Record<string, string> = {};
  const asked = { client: session.client(LambdaClient) };
  for await (const { Versions: page = [] } of paginateListVersionsByFunction(asked, { FunctionName }))
    for (const { Version = '', LastModified = '' } of page) {
      const at = Date.parse(LastModified);
      if (!Number.isNaN(at)) versions[Version] = new Date(at).toISOString();
    }
  return { aliases, versions };
}
