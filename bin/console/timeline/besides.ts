import { InvalidArgumentError } from 'commander';
import type { Claim } from '../../../lib/domain/claim.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
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

/** What is known besides the logs: claims and findings in files, and those of the incident. */
export async function besidesIn(
  claim: string | undefined,
  finding: string | undefined,
  { findings: known, claims: said }: Pick<Logs, 'findings' | 'claims'>,
): Promise<Besides> {
  const claims = await Promise.all(each(claim).map(claimsIn));
  const findings = await Promise.all(each(finding).map(findingsIn));
  return { claims: [...said, ...claims.flat()], findings: [...known, ...findings.flat()] };
}
