import { createHash } from 'node:crypto';
import { type Finding, keyAmongAll } from '../../../lib/domain/finding/finding.ts';

/** Execution names are unique for 90 days: the same event, delivered twice, starts one run a finding (Step Functions, StartExecution). */
export function runName(
  { id, redriven }: { readonly id: string; readonly redriven?: string | undefined },
  finding: Pick<Finding, 'key' | 'arn' | 'account'>,
): string {
  const key = keyAmongAll(finding);
  const said = redriven === undefined ? `${id} ${key}` : `${id} ${key} ${redriven}`;
  return `desk-${createHash('sha256').update(said).digest('hex').slice(0, 32)}`;
}
