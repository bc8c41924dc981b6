import type { SecurityHub } from '../domain/config.ts';
import type { Holder, Surface } from '../domain/finding/finding.ts';
import { customDetectionTypes, guardDutyTypes } from '../domain/finding/guardduty-types.ts';
import { callPatterns, callsOf, type EventPattern, type Matcher, type Matching, patternLimit } from './calls.ts';
import { type Claim, type Finder, fits, holders, notRoot, reaches, surfaces, takes } from './claim.ts';
import type { Claimant } from './route.ts';

export { type EventPattern, patternLimit } from './calls.ts';

/** Matches no character that is written in a claim, so only its stars do. */
const anything = '\uE000';

const covers = (pattern: string, start: string): boolean => fits(pattern, start + anything);

/** Whether all types that begin so go the same way: no pattern takes some of them and leaves others. */
const isWhole = (start: string, patterns: readonly string[]): boolean =>
  patterns.every((pattern) => covers(pattern, start) || !reaches(pattern, start));

/** The shortest beginnings that stand for these types and are whole; a type that has none goes over the desk. */
function beginnings(types: readonly string[], start: string, patterns: readonly string[]): string[] {
  if (isWhole(start, patterns)) return [start];
  const next = Map.groupBy(types, (type) => type.slice(0, start.length + 1));
  return [...next].flatMap(([longer, those]) => (longer === start ? [] : beginnings(those, longer, patterns)));
}

const cut = new WeakMap<readonly Claimant[], string[]>();

/**
 * The beginnings of GuardDuty's types for which there are rules. An event pattern cannot say "this type, but not that one", so every
 * claim is cut into prefixes that lie wholly within it. What begins otherwise goes over the desk: attack sequences, which may be larger
 * than a state machine's input; malware on an instance, whose type begins as that of malware in a copy does; Custom Detection Rules, an option whose many tactics would outgrow the pattern of the desk; and whatever
 * this version does not know.
 */
export function prefixes(books: readonly Claimant[]): string[] {
  const known = cut.get(books);
  if (known) return known;
  const patterns = books
    .flatMap(({ claims }) => claims.filter(({ finder }) => finder === 'guardduty'))
    .flatMap(({ types, exceptions }) => [...types, ...exceptions])
    // Says nothing about the type.
    .filter((pattern) => pattern !== '*');
  const core = guardDutyTypes.filter(
    (type) => !customDetectionTypes.includes(type) && !type.startsWith('AttackSequence:'),
  );
  const families = Map.groupBy(core, (type) => type.slice(0, type.indexOf('/') + 1));
  const made = [...families].flatMap(([family, types]) => beginnings(types, family, patterns));
  cut.set(books, made);
  return made;
}

const absent: Matcher = { exists: false };
const present: Matcher = { exists: true };

const roles = ['AssumedRole', 'Role'];
const person = 'AWSReservedSSO_';
const known = ['Root', 'IAMUser', 'FederatedUser', 'IdentityCenterUser', ...roles];
const userType = (...matchers: readonly Matcher[]): Matching => ({ accessKeyDetails: { userType: matchers } });

const ofRole = (...userName: readonly Matcher[]): Matching => ({ accessKeyDetails: { userType: roles, userName } });

/** Each holder by the fields of GuardDuty's event; `holderOf` reads the same from the finding. */
const byHolder: Readonly<Record<Holder, readonly Matching[]>> = {
  root: [userType('Root')],
  'identity-center': [userType('IdentityCenterUser'), ofRole({ prefix: person })],
  role: [ofRole({ 'anything-but': { prefix: person } }, absent)],
  user: [userType('IAMUser', 'FederatedUser')],
  other: [userType({ 'anything-but': known }, absent)],
};

/** Each surface likewise. */
const bySurface: Readonly<Record<Surface, Matching>> = {
  eks: { eksClusterDetails: { name: [present] } },
  ecs: { eksClusterDetails: { name: [absent] }, ecsClusterDetails: { name: [present] } },
  instance: {
    eksClusterDetails: { name: [absent] },
    ecsClusterDetails: { name: [absent] },
    instanceDetails: { instanceId: [present] },
  },
  none: {
    eksClusterDetails: { name: [absent] },
    ecsClusterDetails: { name: [absent] },
    instanceDetails: { instanceId: [absent] },
  },
};

function resources(claim: Claim): Matching[] {
  const everybody = notRoot.every((holder) => claim.holders.includes(holder));
  const anybody = [userType({ 'anything-but': ['Root'] }, absent)];
  const whose = everybody ? anybody : claim.holders.flatMap((holder) => byHolder[holder]);
  const everywhere = claim.surfaces.length === surfaces.length;
  const where: Matching[] = everywhere ? [{}] : claim.surfaces.map((one) => bySurface[one]);
  return whose.flatMap((who) => where.map((what) => ({ ...who, ...what })));
}

const guardDutyFinding = { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] };

function guardDutyPatterns(claim: Claim, starts: readonly string[]): EventPattern[] {
  const mine = starts.filter((start) => takes(claim, start + anything));
  if (mine.length === 0) return [];
  return resources(claim).flatMap((resource) =>
    inPieces(mine, (type) => ({ ...guardDutyFinding, detail: { type, resource } })),
  );
}

/** As many patterns as it takes for none to be too long. */
function inPieces(starts: readonly string[], patternOf: (type: Matcher[]) => EventPattern): EventPattern[] {
  const pattern = patternOf(starts.map((prefix) => ({ prefix })));
  if (JSON.stringify(pattern).length <= patternLimit || starts.length === 1) return [pattern];
  const half = Math.ceil(starts.length / 2);
  return [...inPieces(starts.slice(0, half), patternOf), ...inPieces(starts.slice(half), patternOf)];
}

const oneOf = (types: readonly string[]): Matcher[] =>
  types.map((type) => (type === '*' ? { exists: true } : type.endsWith('*') ? { prefix: type.slice(0, -1) } : type));

/** Sources whose events say by themselves where they belong. */
const others: Readonly<
  Record<Exclude<Finder, 'guardduty' | 'cloudtrail' | 'securityhub'>, (claim: Claim) => EventPattern>
> = {
  'malware-scan': () => ({
    source: ['aws.guardduty'],
    'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
    detail: { scanResultDetails: { scanResultStatus: ['THREATS_FOUND'] } },
  }),
  macie: ({ types }) => ({ source: ['aws.macie'], 'detail-type': ['Macie Finding'], detail: { type: oneOf(types) } }),
  health: ({ types }) => ({
    source: ['aws.health'],
    'detail-type': ['AWS Health Event', 'AWS Health Abuse Event'],
    detail: { eventTypeCode: oneOf(types) },
  }),
  backup: () => ({
    source: ['aws.backup'],
    'detail-type': ['Scan Job State Change'],
    detail: { scanResult: { scanResultStatus: ['THREATS_FOUND'] } },
  }),
};

/** A claim that asks who or where cannot be told from the event alone, unless it is GuardDuty's own: the desk reads it. */
const isNarrowed = ({ holders: whose, surfaces: where }: Claim): boolean =>
  whose.length < holders.length || where.length < surfaces.length;

function otherPatterns(claim: Claim): EventPattern[] {
  // The desk reads all of Security Hub as it is.
  if (claim.finder === 'guardduty' || claim.finder === 'securityhub') return [];
  // By the names of this deployment: `ownPatterns`.
  if (claim.parts === 'own') return [];
  return claim.finder === 'cloudtrail' ? callPatterns(callsOf(claim.types)) : [others[claim.finder](claim)];
}

/** Two playbooks may share the events of one source, by whoever they are about: the desk hears of each once. */
const eachOnce = (patterns: readonly EventPattern[]): EventPattern[] => [
  ...new Map(patterns.map((pattern) => [JSON.stringify(pattern), pattern])).values(),
];

/** The patterns of a playbook's rules: disjoint from those of every other playbook, and from those of the desk. */
export function patternsOf(book: Claimant, books: readonly Claimant[]): EventPattern[] {
  const starts = prefixes(books);
  return book.claims.flatMap((claim) => {
    if (claim.finder === 'guardduty') return guardDutyPatterns(claim, starts);
    return isNarrowed(claim) ? [] : otherPatterns(claim);
  });
}

/** Products of AWS that report weaknesses only: many thousand findings a day, and no attack among them. */
const weaknesses = ['Config', 'Firewall Manager', 'Health', 'IAM Access Analyzer', 'Inspector', 'Security Hub'];

/** OCSF's severity_id of each; what is worse than critical counts as critical (OCSF, Base Event). */
const severityIds = { INFORMATIONAL: [1], LOW: [2], MEDIUM: [3], HIGH: [4], CRITICAL: [5, 6] } as const;

export type Counting = Pick<SecurityHub, 'products' | 'severities'>;

/** Which findings in Security Hub count by the configuration, in both of its formats. */
function counting({ products, severities }: Counting) {
  const product: readonly Matcher[] = products ?? [{ 'anything-but': weaknesses }];
  return {
    asff: { ProductName: product, ...(severities && { Severity: { Label: severities } }) },
    ocsf: {
      ...(products && { metadata: { product: { name: products } } }),
      ...(severities && { severity_id: severities.flatMap((severity) => severityIds[severity]) }),
    },
  };
}

/**
 * What no playbook's rule takes by itself: the desk reads it and starts the playbook it belongs to.
 *
 * @param only which findings in Security Hub count; left out: all but those of products that report weaknesses
 */
export function deskPatterns(books: readonly Claimant[], only: Counting = {}): EventPattern[] {
  const { asff, ocsf } = counting(only);
  const hub = (...types: readonly string[]) => ({ source: ['aws.securityhub'], 'detail-type': types });
  // NOTIFIED and In Progress are what we set ourselves once people are asked: it may still grow worse.
  const fresh = { RecordState: ['ACTIVE'], Workflow: { Status: ['NEW', 'NOTIFIED'] } };
  return [
    { ...guardDutyFinding, detail: { type: [{ 'anything-but': { prefix: prefixes(books) } }] } },
    {
      ...hub('Security Hub Findings - Imported'),
      detail: {
        findings: { ...fresh, ...asff, Compliance: { Status: [absent] } },
      },
    },
    { ...hub('Findings Imported V2'), detail: { findings: { class_uid: [2004], status_id: [1, 2], ...ocsf } } },
    { ...hub('Security Hub Findings - Custom Action'), detail: { findings: { Id: [present] } } },
    { ...hub('Security Hub Insight Results'), detail: { insightArn: [present] } },
    ...eachOnce(books.flatMap((book) => book.claims.filter(isNarrowed).flatMap(otherPatterns))),
  ];
}
