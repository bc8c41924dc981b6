import type { Finding } from './finding/finding.ts';
import { arnParts } from './finding/value.ts';
import { type Named, resourceOf } from './named.ts';
import { samePrincipal } from './same-principal.ts';

/** Secrets Manager puts a dash and six characters behind the name in the ARN (its user guide, "Secret ARN"); calls may leave them out. */
const suffix = /-[A-Za-z0-9]{6}$/;

/** Whether what a finding names is this decoy, or lies in it. */
function isDecoy(one: Named, partition: string, decoy: string): boolean {
  const own = resourceOf(one, partition);
  if (own === decoy || one.arn === decoy) return true;
  if (one.principal) return samePrincipal(own, decoy);
  const parts = arnParts(decoy);
  if (!parts) return false;
  const { service, account, resource } = parts;
  if (service === 's3') return one.id === resource || one.inside === resource;
  // Of the others an account's own: a name alone is anybody's.
  if (account && one.account !== account) return false;
  return [resource, service === 'secretsmanager' ? resource.replace(suffix, '') : resource].includes(one.id);
}

/** The decoy that a finding names, used or touched; null where it names none. */
export const decoyIn = (
  { targets, partition }: Pick<Finding, 'targets' | 'partition'>,
  decoys: readonly string[],
): string | null => decoys.find((decoy) => targets.some((one) => isDecoy(one, partition, decoy))) ?? null;

/** The scanner of ours that acted, by its identity; null where somebody else did, or nobody is named. */
export const scannerIn = (
  { targets, partition }: Pick<Finding, 'targets' | 'partition'>,
  scanners: readonly string[],
): string | null => {
  const [actor] = targets.filter(({ principal }) => principal);
  return (actor && scanners.find((one) => samePrincipal(resourceOf(actor, partition), one))) ?? null;
};

/** Which of it the decoys are for, and who may touch them. */
export interface Decoys {
  readonly decoys: readonly string[];
  readonly scanners: readonly string[];
}

/** The decoy that somebody touched who has no business with it; null where nobody did. */
export const tripped = (
  finding: Pick<Finding, 'targets' | 'partition'>,
  { decoys, scanners }: Decoys,
): string | null => (scannerIn(finding, scanners) ? null : decoyIn(finding, decoys));

/**
 * The finding as one about a decoy: of a type that a standing order can name (`Decoy:*`), severe unless it says worse, and an attack also where it was
 * refused, since nobody has a good reason to try. Its key is its own: the finding itself may have another playbook.
 */
export const asDecoy = (finding: Finding, decoy: string): Finding => ({
  ...finding,
  key: `decoy:${finding.key}`,
  type: `Decoy:${finding.type}`,
  title: `Decoy ${decoy.split(':').at(-1)} was touched: ${finding.title || finding.type}`,
  nature: 'attack',
  severity: finding.severity === 'critical' ? 'critical' : 'high',
});

/** Answers use of a decoy. */
export const decoyTripped = 'decoy-tripped';
