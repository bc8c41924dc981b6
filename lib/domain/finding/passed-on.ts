import { atLeast, type Severity } from '../severity.ts';
import type { Nature } from './finding.ts';
import { guardDutyTypes, retiredGuardDutyTypes } from './guardduty-types.ts';
import { arnParts } from './value.ts';

/** Who found what Security Hub passes on, as far as it makes a difference to us. */
type Finder = 'guardduty' | 'macie' | 'inspector2' | 'securityhub' | 'access-analyzer' | 'other';

/** How a finding is called where it comes from, so that every copy of it has the same key. */
export interface PassedOn {
  readonly finder: Finder;
  readonly product: string;
  readonly id: string;
  readonly arn: string;
  readonly key: string;
  /** The account and product that imported it, where that is no service of AWS. */
  readonly importedBy: string | null;
}

/** What Security Hub says of where a finding comes from. */
export interface Sender {
  /** The account the finding says it is about. */
  readonly account: string | null;
  /** The Region it says it is about. */
  readonly region: string | null;
  /** The finding's id at its product: GuardDuty's and Inspector's are ARNs. */
  readonly uid: string;
  /** The product's own short id, where it is given beside the ARN. */
  readonly alias: string | null;
  readonly product: string | null;
  /** `arn:aws:securityhub:eu-central-1::product/aws/guardduty`, in the Security Hub of 2025 `…::productv2/aws/guardduty`. */
  readonly productArn: string | null;
}

/** Products by the end of their ARN (Security Hub user guide, "AWS service integrations with Security Hub"). */
const products = new Map<string, readonly [Finder, string]>([
  ['aws/guardduty', ['guardduty', 'GuardDuty']],
  ['aws/macie', ['macie', 'Macie']],
  ['aws/inspector', ['inspector2', 'Inspector']],
  ['aws/securityhub', ['securityhub', 'Security Hub']],
  ['aws/securityhub-risk', ['securityhub', 'Security Hub Exposure Analysis']],
  ['aws/access-analyzer', ['access-analyzer', 'IAM Access Analyzer']],
]);

/** The last part of a path, or all of it where nothing follows the last slash: findings without an id would all be one. */
const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || path;

/** Whose finding it is and how it is called there. */
export function passedOn({ uid, alias, product, productArn, account, region }: Sender): PassedOn {
  const own = arnParts(uid);
  const [, vendor = ''] = /^product(?:v2)?\/(.+)$/.exec(arnParts(productArn)?.resource ?? '') ?? [];
  const known = products.get(vendor);
  const arn = own ? uid : '';
  // AWS lets nobody import under a product of AWS's own (Security Hub API reference, BatchImportFindings).
  const name = vendor || product || 'an unnamed product';
  const importedBy = vendor.startsWith('aws/') ? null : name.includes('/') ? name : `${account ?? 'unknown'}/${name}`;
  const called = { product: product ?? known?.[1] ?? lastOf(vendor), arn, importedBy };
  // Somebody who imports GuardDuty's findings under a product of their own still passes on GuardDuty's.
  if (known?.[0] === 'guardduty' || (own?.service === 'guardduty' && /\/finding\/[^/]+$/.test(own.resource))) {
    const id = own ? lastOf(own.resource) : (alias ?? lastOf(uid));
    return { ...called, product: 'GuardDuty', finder: 'guardduty', id, key: `guardduty:${id}` };
  }
  if (known?.[0] === 'macie') {
    const id = lastOf(own?.resource ?? uid);
    return { ...called, finder: 'macie', id, key: `macie:${id}` };
  }
  if (known?.[0] === 'inspector2' || own?.service === 'inspector2')
    return { ...called, finder: 'inspector2', id: uid, key: `inspector2:${uid}` };
  // A product chooses its ids itself: agents of two accounts or Regions may give the same, and anybody may import one under another's. An ARN has both.
  const whose = `${account ?? own?.account ?? ''}:${known?.[0] ?? (vendor || called.product)}`;
  const where = own || !region ? '' : `${region}:`;
  return { ...called, finder: known?.[0] ?? 'other', id: uid, key: `securityhub:${whose}:${where}${uid}` };
}

/** Types in ASFF differ in punctuation from GuardDuty's, so they are compared by letters and digits. */
const letters = (type: string): string => type.toLowerCase().replace(/[^a-z0-9]/g, '');
const guardDutyByLetters = new Map([...retiredGuardDutyTypes, ...guardDutyTypes].map((type) => [letters(type), type]));

/** Category, sub-category, type and what a slash in its name adds: no type has more parts. */
const mostParts = 6;

/**
 * One of GuardDuty's types from the way ASFF writes it, null where it is none. The page "Integrating with AWS Security Hub" of the
 * GuardDuty user guide lists all of them; besides `TTPs/Discovery/Recon:EC2-Portscan` it has `TTPs/Discovery/RDS-TorIPCaller` (the
 * purpose is the category) and `TTPs/AnomalousBehavior/Execution:Kubernetes-ExecInPod` (the category belongs into the name).
 */
function knownType(parts: readonly string[]): string | null {
  const [category = '', name = ''] = parts.slice(-2);
  const [purpose, what] = name.split(/-(.*)/s);
  const tails = parts.map((_, index) => parts.slice(parts.length - 1 - index).join(''));
  return (
    [...tails, `${purpose}${category}${what}`]
      .map((tail) => guardDutyByLetters.get(letters(tail)))
      .find((type) => type) ?? null
  );
}

/** `Purpose:Resource/Name`, where the slash has become a dash or a dot; the same in types that are younger than our list. */
function restored(type: string): string | null {
  const [, purpose, resource, name] = /(?:^|\/)([A-Za-z]+):([A-Za-z0-9]+)[-./](.+)$/s.exec(type) ?? [];
  return purpose ? `${purpose}:${resource}/${name}` : null;
}

/** Words that stand beside the type proper in the Security Hub of 2025. */
const themes = new Set(['Threats', 'Vulnerabilities', 'Posture Management', 'Sensitive Data', 'Exposure']);

/** The type in the spelling of whoever found it; null where none is given. */
export function typeAmong(types: readonly string[], finder: Finder): string | null {
  const known = types.map((type) => knownType(type.split('/').slice(-mostParts))).find((type) => type !== null);
  if (finder === 'guardduty' && known) return known;
  const own = finder === 'guardduty' || finder === 'macie' ? types.map(restored).find((type) => type !== null) : null;
  return own ?? types.find((type) => !themes.has(type)) ?? types[0] ?? null;
}

/** Parts of a type that a product labels instead of joining them. */
const labels = ['namespace', 'category', 'classifier'];
const label = new RegExp(`^(${labels.join('|')}): *(.+)$`, 'is');

/**
 * The types of a finding as ASFF writes them, `namespace/category/classifier`. CrowdStrike's integration writes a list of `Namespace: TTPs`,
 * `Category: Impact` and `Classifier: …` (its falcon-integration-gateway, the AWS backend).
 */
export function plainTypes(types: readonly string[]): string[] {
  const told = types.flatMap((type) => {
    const [, name, value] = label.exec(type) ?? [];
    return name && value ? [{ at: labels.indexOf(name.toLowerCase()), value: value.trim() }] : [];
  });
  if (!told.some(({ at }) => at === 0)) return [...types];
  const joined = told.toSorted((one, other) => one.at - other.at).map(({ value }) => value);
  return [joined.join('/'), ...types.filter((type) => !label.test(type))];
}

/** What tells an attack from a weakness. */
export interface Signs {
  readonly finder: Finder;
  readonly types: readonly string[];
  /** A control was checked, or a known vulnerability was found. */
  readonly checked: boolean;
  /** It lists vulnerabilities, or has a part about compliance without a result. */
  readonly scanned: boolean;
  /** The product calls it a detection. */
  readonly detected: boolean;
  /** Whoever found it is no service of AWS: agents report attacks under types of their own, or none. */
  readonly foreign: boolean;
  readonly severity: Severity | null;
}

const attacks = /^(TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(\/|$)/;
const weaknesses = /^(Software (and|&) Configuration Checks|Vulnerabilities|Posture Management|Exposure)(\/|$)/;
/** Words of scanners whose types are none of ASFF's. */
const weakWords = /vulnerabilit|complian|misconfig|posture|benchmark|\bCVE-\d/i;

/**
 * Whether it tells of an attack or of a weakness that may be used for one. Macie's findings mean exposed data, so they are an attack's
 * concern; everything that Security Hub, Inspector and Access Analyzer find themselves are weaknesses, `Effects/Data Exposure` included. What another
 * product finds is none unless something says so: from medium up, or where nobody knows how bad it is, people are asked.
 */
export function natureOf({ finder, types, checked, scanned, detected, foreign, severity }: Signs): Nature {
  if (finder === 'guardduty' || finder === 'macie') return 'attack';
  if (finder !== 'other' || checked) return 'weakness';
  if (types.some((type) => attacks.test(type))) return 'attack';
  if (types.some((type) => weaknesses.test(type))) return 'weakness';
  if (detected) return 'attack';
  if (scanned || types.some((type) => weakWords.test(type))) return 'weakness';
  return foreign && (severity === null || atLeast(severity, 'medium')) ? 'attack' : 'weakness';
}
