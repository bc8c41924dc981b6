/** A policy document, as AWS takes it. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly AWS: string };
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export const policyOf = (...Statement: readonly Statement[]): Policy => ({ Version: '2012-10-17', Statement });

/** Characters AWS counts: white space counts, so it is sent without. */
export const sizeOf = (policy: Policy): number => JSON.stringify(policy).length;

/**
 * The most characters AWS takes. Of a delegation policy: Organizations API reference, PutResourcePolicy. Of a managed policy: IAM user guide, "IAM and AWS STS quotas". Of the other two: Organizations user guide,
 * "Quotas for AWS Organizations"; since May 2026 AWS takes 10,240 of a service control policy, and not yet everywhere.
 */
const managed = 6144;
export const mostCharacters = {
  scp: 5120,
  rcp: 5120,
  delegation: 40_000,
  responder: managed,
  auditor: managed,
  operator: managed,
} as const;
