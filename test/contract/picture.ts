import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import type { Stage } from './subject.ts';

/** The names of parts that AWS hands out anew each time, such as an association's id, are left out of every picture. */
export type Picture = Readonly<Record<string, unknown>>;

/** A record by key, in the order of the keys. */
export const byKey = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** The inline policies of a role, each with its document as it was put. */
export async function inlineOf({ client }: Stage, RoleName: string): Promise<Record<string, string>> {
  const iam = client(IAMClient, 'member');
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return [PolicyName, decodeURIComponent(PolicyDocument)] as const;
  });
  return byKey(await Promise.all(documents));
}
