import type { Finding, Holder, Surface } from '../domain/finding/finding.ts';
import { holderOf, surfaceOf } from '../domain/finding/finding.ts';

/** Whose findings a claim is about. Copies that Security Hub passes on count as their finder's. */
export type Finder = 'guardduty' | 'malware-scan' | 'macie' | 'health' | 'backup' | 'cloudtrail' | 'securityhub';

/** Which findings start a playbook. In a type, * stands for any characters. */
export interface Claim {
  readonly finder: Finder;
  readonly types: readonly string[];
  /** Types that another playbook answers, although they fit. */
  readonly exceptions: readonly string[];
  readonly holders: readonly Holder[];
  readonly surfaces: readonly Surface[];
  /** Only what names somebody's credential: a source may report other risks under the same names. */
  readonly names?: 'a credential';
  /** Of calls: `own` ones count on parts of Tourniquet alone, whose names the deployment knows. */
  readonly parts?: 'own';
}

/** A claim, and the words that narrow it. */
export interface Claiming extends Claim {
  naming(what: 'a credential'): Claiming;
  except(...types: readonly string[]): Claiming;
  /** Only when the credential belongs to one of these. Left out: anybody but root, which has a playbook of its own. */
  by(...holders: readonly Holder[]): Claiming;
  /** Only when it runs on one of these. Left out: wherever it runs. */
  on(...surfaces: readonly Surface[]): Claiming;
}

export const holders: readonly Holder[] = ['root', 'identity-center', 'role', 'user', 'other'];
export const notRoot: readonly Holder[] = holders.filter((holder) => holder !== 'root');
export const surfaces: readonly Surface[] = ['eks', 'ecs', 'instance', 'none'];

const claiming = (claim: Claim): Claiming => ({
  ...claim,
  naming: (names) => claiming({ ...claim, names }),
  except: (...types) => claiming({ ...claim, exceptions: [...claim.exceptions, ...types] }),
  by: (...holders) => claiming({ ...claim, holders }),
  on: (...surfaces) => claiming({ ...claim, surfaces }),
});

const claim =
  (finder: Finder, holders: readonly Holder[]) =>
  (...types: readonly string[]): Claiming =>
    claiming({ finder, types, exceptions: [], holders, surfaces });

/** GuardDuty's findings of these types. */
export const guardDuty = claim('guardduty', notRoot);
/** Results of Malware Protection for S3; the type is that of the event. */
export const malwareScan = claim('malware-scan', holders);
export const macie = claim('macie', holders);
/** AWS Health events with these codes. */
export const health = claim('health', holders);
/** AWS Backup's scans of recovery points. */
export const backupScan = claim('backup', holders);
/** Findings of other products in Security Hub, by the types they give, for example `TTPs/Command and Control*`. */
export const securityHub = claim('securityhub', holders);
/** API calls by CloudTrail, for example `kms:ScheduleKeyDeletion`. */
export const cloudTrail = claim('cloudtrail', holders);
/** API calls by CloudTrail on parts of this deployment. */
export const onOwnParts = (...types: readonly string[]): Claim => ({ ...cloudTrail(...types), parts: 'own' });

const patterns = new Map<string, RegExp>();

/** A pattern letter by letter, each as a regular expression. A type has one colon: a star before it stands for no other. */
const lettersOf = (pattern: string): string[] =>
  [...pattern].map((letter, at) => {
    if (letter === '*') return pattern.includes(':', at) ? '[^:]*' : '.*';
    return letter.replace(/[.+?^$()[\]{}|\\]/, '\\$&');
  });

const exactly = (letters: readonly string[]): RegExp => new RegExp(`^${letters.join('')}$`, 's');

const beginnings = new Map<string, RegExp[]>();

/** Whether a pattern takes any text that begins so: then some beginning of the pattern fits what is there. */
export function reaches(pattern: string, start: string): boolean {
  const letters = lettersOf(pattern);
  const begun = beginnings.get(pattern) ?? [...letters, ''].map((_, end) => exactly(letters.slice(0, end)));
  beginnings.set(pattern, begun);
  return begun.some((beginning) => beginning.test(start));
}

/** Whether a text fits a pattern in which * stands for any characters, none included. */
export function fits(pattern: string, text: string): boolean {
  const known = patterns.get(pattern);
  if (known) return known.test(text);
  const made = exactly(lettersOf(pattern));
  patterns.set(pattern, made);
  return made.test(text);
}

/** Whether a claim takes findings of a type, whatever else they say. */
export const takes = ({ types, exceptions }: Claim, type: string): boolean =>
  types.some((pattern) => fits(pattern, type)) && !exceptions.some((pattern) => fits(pattern, type));

/** Who found it: the first word of its key, which copies share. */
const finderOf = ({ key }: Pick<Finding, 'key'>): string => key.slice(0, key.indexOf(':'));

/** What a route is decided by. */
export type Routed = Pick<Finding, 'key' | 'type' | 'targets'>;

const namesCredential = ({ targets }: Pick<Finding, 'targets'>): boolean =>
  targets.some(({ kind, principal }) => principal !== null || kind === 'access-key');

/** Whether a claim takes a finding. */
export const claims = (claim: Claim, finding: Routed): boolean =>
  claim.finder === finderOf(finding) &&
  takes(claim, finding.type) &&
  claim.holders.includes(holderOf(finding)) &&
  claim.surfaces.includes(surfaceOf(finding)) &&
  (!claim.names || namesCredential(finding));
