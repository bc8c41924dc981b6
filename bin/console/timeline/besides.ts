import { InvalidArgumentError } from 'commander';
import type { Claim } from '../../../lib/domain/claim.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { AccountRights } from '../../../lib/timeline/graph/account-rights.ts';
import type { Besides } from '../../../lib/timeline/output/overview.ts';
import type { Document } from '../documents.ts';
import { oneLine } from '../one-line.ts';
import { each } from '../repeatable.ts';
import type { Logs } from './logs.ts';

/** Characters of a line about a file. */
const longest = 500;

/** Wrong usage: one line, exit code 2. */
const misused = (fault: string): InvalidArgumentError => new InvalidArgumentError(oneLine(fault, longest));

type Value = Extract<Document, { readonly value: unknown }>;

/** The values in a file. Throws where one of them cannot be read: nobody is to believe that it was looked at. */
async function valuesIn(file: string): Promise<Value[]> {
  const { inputOf } = await import('../input.ts');
  const input = await inputOf(file);
  if ('missing' in input) throw misused(`${file}: There is no such file.`);
  if ('error' in input) throw misused(`${file}: ${input.error}`);
  return input.documents.map((document) => {
    if ('error' in document) throw misused(`${document.at}: ${document.error}`);
    return document;
  });
}

async function claimsIn(file: string): Promise<Claim[]> {
  const { claimSchema } = await import('../../../lib/domain/claim.ts');
  const { linesOf } = await import('../../../lib/domain/parse-config.ts');
  const values = await valuesIn(file);
  return values.flatMap(({ at, value }) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown, index) => {
      const schema = claimSchema(one);
      const parsed = schema.safeParse(one);
      const below = Array.isArray(value) ? [String(index)] : [];
      const [fault] = parsed.error?.issues ?? [];
      if (!parsed.success || fault) throw misused((fault && linesOf(schema, fault, { file: at, below })[0]) ?? at);
      return parsed.data;
    }),
  );
}

async function findingsIn(file: string): Promise<Finding[]> {
  const { readFindings } = await import('../../../lib/domain/finding/read.ts');
  const values = await valuesIn(file);
  return values.flatMap(({ at, value }) =>
    readFindings(value).map((reading) => {
      if ('unreadable' in reading) throw misused(`${at}: ${reading.unreadable}`);
      return reading.finding;
    }),
  );
}

async function rightsIn(files: readonly string[]): Promise<AccountRights | null> {
  if (files.length === 0) return null;
  const { AccountDetails, AccountRights } = await import('../../../lib/timeline/graph/account-rights.ts');
  const { linesOf } = await import('../../../lib/domain/parse-config.ts');
  const values = (await Promise.all(files.map(valuesIn))).flat();
  const details = values.map(({ at, value }) => {
    const parsed = AccountDetails.safeParse(value);
    const [fault] = parsed.error?.issues ?? [];
    if (parsed.success) return parsed.data;
    const why = fault ? linesOf(AccountDetails, fault, { file: at })[0] : at;
    throw misused(`${why} It should be what \`aws iam get-account-authorization-details\` prints.`);
  });
  return new AccountRights(details);
}

/** Options that name files of what is known besides the logs, as they were typed. */
export interface BesidesTyped {
  readonly claim: string | undefined;
  readonly finding: string | undefined;
  readonly rights: string | undefined;
}

/** What is known besides the logs: claims, findings and rights in files, and what the incident has of them. */
export async function besidesIn(
  { claim, finding, rights }: BesidesTyped,
  { findings: known, claims: said }: Pick<Logs, 'findings' | 'claims'>,
): Promise<Besides> {
  const claims = await Promise.all(each(claim).map(claimsIn));
  const findings = await Promise.all(each(finding).map(findingsIn));
  return {
    claims: [...said, ...claims.flat()],
    findings: [...known, ...findings.flat()],
    rights: await rightsIn(each(rights)),
  };
}
