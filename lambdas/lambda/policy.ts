import { GetPolicyCommand, LambdaClient, paginateListAliases } from '@aws-sdk/client-lambda';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';

/** The function itself, without a version or an alias, as its policy is called here. */
export const latest = '$LATEST';

/** How a call names the function itself, a version or an alias. */
export const qualified = (FunctionName: string, qualifier: string) => ({
  FunctionName,
  ...(qualifier !== latest && { Qualifier: qualifier }),
});

/** The resource policy of the function itself, a version or an alias, with its revision; null where there is none. */
export async function policyOf(session: Session, FunctionName: string, qualifier: string) {
  const asked = session.client(LambdaClient).send(new GetPolicyCommand(qualified(FunctionName, qualifier)));
  const found = await asked.catch(orGone);
  return found?.Policy ? { policy: found.Policy, revision: found.RevisionId } : null;
}

/** Names of all its aliases. */
export async function aliasesOf(session: Session, FunctionName: string): Promise<string[]> {
  const found: string[] = [];
  const asked = { client: session.client(LambdaClient) };
  for await (const { Aliases = [] } of paginateListAliases(asked, { FunctionName }))
    found.push(...Aliases.map(({ Name = '' }) => Name));
  return found.toSorted();
}
