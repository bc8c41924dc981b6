import * as z from 'zod';
import { isIdentityCenters, isServiceLinked } from './identity.ts';

/** Why only AWS may change this role, in words for a person; null where an account may. */
export function whyNotOurs({ name, arn }: { readonly name: string; readonly arn: string }): string | null {
  if (isServiceLinked(arn)) return `${name} belongs to an AWS service, and only that may change it`;
  return isIdentityCenters(name) ? `${name} belongs to IAM Identity Center: change its permission set there` : null;
}

/** `{ StringLike: { 'aws:userid': '*:i-0abc' } }` */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** As IAM writes a character that would otherwise be a wildcard or begin a variable (IAM user guide, "Policy variables"). */
export const literal = (text: string): string => text.replace(/[*?$]/g, (character) => `\${${character}}`);

/** The policy to put. The Sid names the run for whoever reads the role; a Sid takes letters and digits only. */
export const denyPolicy = (condition: Condition, run: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: `Tourniquet${run.replace(/[^A-Za-z0-9]/g, '')}`,
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: condition,
      },
    ],
  });

const Statement = z.record(z.string(), z.unknown());
const Policy = z.object({ Statement: z.union([z.array(Statement), Statement]) });

/**
 * Under which conditions a policy denies everything; a statement that somebody has weakened does not count. IAM returns the document
 * percent-encoded as RFC 3986 says (GetRolePolicy API).
 */
export function denialsIn(document: string | null): unknown[] {
  const policy = document === null ? null : Policy.safeParse(JSON.parse(decodeURIComponent(document)));
  const whole = { Effect: 'Deny', Action: '*', Resource: '*' };
  return [policy?.data?.Statement ?? []]
    .flat()
    .filter((one) => Object.entries(whole).every(([key, value]) => one[key] === value))
    .map((one) => one.Condition);
}

/** A policy's name may have 128 characters of these (PutRolePolicy API). */
const foreign = /[^\w+=,.@-]/g;
const longest = 128;

/**
 * Name of our policy about one session. STS lets a session have only characters that a policy may have, but the finding is what we read:
 * a name that had to be changed gets a digest of the whole, so that two sessions never share a policy.
 */
export function sessionPolicyName(prefix: string, session: string, digest: (text: string) => string): string {
  const safe = session.replace(foreign, '-');
  const name = `${prefix}-${safe}`;
  if (safe === session && name.length <= longest) return name;
  const end = `-${digest(session)}`;
  return name.slice(0, longest - end.length) + end;
}
