import { InvalidArgumentError } from 'commander';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Besides } from '../../../lib/timeline/output/overview.ts';
import type { Claim } from '../../../lib/timeline/vector/claim.ts';
import type { Document } from '../documents.ts';
import { oneLine } from '../one-line.ts';
import { each } from '../repeatable.ts';

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
  const { claimSchema, networkOf } = await import('../../../lib/timeline/vector/claim.ts');
  const { linesOf } = await import('../../../lib/domain/parse-config.ts');
  const values = await valuesIn(file);
  return values.flatMap(({ at, value }) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown, index) => {
      const schema = claimSchema(one);
      const parsed = schema.safeParse(one);
      const below = Array.isArray(value) ? [String(index)] : [];
      const [fault] = parsed.error?.issues ?? [];
      if (!parsed.success || fault) throw misused((fault && linesOf(schema, fault, { file: at, below })[0]) ?? at);
      const { about, holds } = parsed.data;
      for (const address of [about.address, holds === 'never' ? undefined : holds.address])
        if (address !== undefined && /^[\d.:/]+$/.test(address) && networkOf(address) === null)
          throw misused(`${at}: ${address} is no address, and no network as 203.0.113.0/24.`);
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

/** What is known besides the logs: claims and findings in files, and findings of the incident. */
export async function besidesIn(
  claim: string | undefined,
  finding: string | undefined,
  known: readonly Finding[],
): Promise<Besides> {
  const claims = await Promise.all(each(claim).map(claimsIn));
  const findings = await Promise.all(each(finding).map(findingsIn));
  return { claims: claims.flat(), findings: [...known, ...findings.flat()] };
}
