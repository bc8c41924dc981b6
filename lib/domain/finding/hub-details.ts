import * as z from 'zod';
import { camelised, listOf, part, text } from './value.ts';

/** What is read of a resource's details, whichever kind it is: no two kinds mean different things by one name. */
const Details = z.object({
  accessKeyId: text,
  principalId: text,
  principalName: text,
  principalType: text,
  userName: text,
  userType: text,
  userId: text,
  roleId: text,
  sessionContext: part(z.object({ sessionIssuer: part(z.object({ userName: text })) })),
  iamInstanceProfileArn: text,
  iamInstanceProfile: part(z.object({ arn: text })),
  networkInterfaces: listOf(z.object({ networkInterfaceId: text })),
  versionId: text,
  namespace: text,
  clusterArn: text,
  clusterName: text,
  dbClusterIdentifier: text,
  dBClusterIdentifier: text,
});
export type Details = z.infer<typeof Details>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value that a JSON text holds, with camelCased keys; what is no JSON text stays as it is. */
export function unfolded(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return camelised(JSON.parse(value));
  } catch {
    return value;
  }
}

/** Details lie directly in `data`, or under the name of the type: `{awsEc2Instance: {…}}`. */
export function detailsOf(given: unknown): Details {
  const outer = unfolded(given);
  if (!isObject(outer)) return Details.parse({});
  const inner = Object.entries(outer).find(
    ([key, value]) => /^(aws[A-Z]|container$)/.test(key) && isObject(value),
  )?.[1];
  return Details.parse(isObject(inner) ? { ...outer, ...inner } : outer);
}
