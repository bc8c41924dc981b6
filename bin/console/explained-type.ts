import type { Playbook } from '../../lib/asl/notation.ts';
import { identityChanges } from '../../lib/domain/finding/families.ts';
import { type Finding, type Holder, holderOf, type Surface, surfaceOf } from '../../lib/domain/finding/finding.ts';
import { guardDutyTypes, retiredGuardDutyTypes, standingOf } from '../../lib/domain/finding/guardduty-types.ts';
import { aboutFirst } from '../../lib/domain/finding/order.ts';
import { unsaid } from '../../lib/domain/finding/unsaid.ts';
import { named, TargetKind } from '../../lib/domain/named.ts';
import { nearest } from '../../lib/domain/nearest.ts';
import { kindsTaken } from '../../lib/domain/target.ts';
import { playbooksFor, variantsOf } from '../../lib/routing/check.ts';
import { fits, notRoot, surfaces } from '../../lib/routing/claim.ts';
import { route } from '../../lib/routing/route.ts';
import { type Explanation, verdictAndSteps } from './explanation.ts';

/** `Purpose:Resource/Name`, and neither an address nor an ARN. */
export const looksLikeType = (operand: string): boolean => /^[^:/\s]+:[^:/\s]+\/\S+$/.test(operand);

/** Macie's types (its user guide, "Types of findings"). Its policy types begin like two that GuardDuty has retired. */
const isMacies = (type: string): boolean =>
  /^(SensitiveData:S3Object|Policy:IAMUser\/S3)/.test(type) && standingOf(type) === 'unknown';

const kinds = TargetKind.options.map((kind) => named(kind, kind, { account: null, region: null }));
const [unsure] = aboutFirst('', null, kinds);

/** What findings of a type are usually about; null where the type does not say. */
function usualKind(type: string): TargetKind | null {
  // The usual route of a runtime type is that of a bare instance; stolen credentials of an instance lead to it.
  if (/:Runtime\/|\/InstanceCredentialExfiltration/.test(type)) return 'instance';
  if (identityChanges.some((family) => fits(family, type))) return 'access-key';
  const [first] = aboutFirst(type, null, kinds);
  return first?.kind === unsure?.kind && !type.includes(':Kubernetes/') ? null : (first?.kind ?? null);
}

/** A finding of which nothing is known but its type. */
function bare(type: string): Finding {
  const macie = isMacies(type);
  return {
    ...unsaid(),
    source: macie ? 'macie' : 'guardduty',
    product: '',
    id: type,
    arn: '',
    title: '',
    key: macie ? 'macie:' : 'guardduty:',
    type,
    nature: 'attack',
    partition: 'aws',
    account: null,
    region: null,
    targets: [],
    missing: [],
  };
}

const known = [...guardDutyTypes, ...retiredGuardDutyTypes];

/** Three times the longest there is: what is longer is no slip, and comparing takes time. */
const longest = 200;

/** The type that may have been meant. A shell ends a command at an & outside quotes, and several types have one. */
function meant(type: string): string | undefined {
  if (type.length > longest) return undefined;
  return known.find((one) => one.startsWith(`${type}&`)) ?? nearest(type, known);
}

const holderWords: Readonly<Record<Holder, string>> = {
  root: 'the root user',
  'identity-center': 'a person of Identity Center',
  role: 'a role',
  user: 'an IAM user',
  other: 'nobody named in the finding',
};
const surfaceWords: Readonly<Record<Surface, string>> = {
  eks: 'EKS',
  ecs: 'ECS',
  instance: 'a plain instance',
  none: 'nothing named in the finding',
};

/** When findings of a type go to one of its alternatives. */
export function conditionOf(books: readonly Playbook[], type: string, alternative: string): string {
  const taken = variantsOf(type).filter((variant) => route(books, variant).playbook === alternative);
  const among = <T extends string>(all: readonly T[], found: readonly T[], words: Readonly<Record<T, string>>) =>
    all.every((one) => found.includes(one)) ? '' : [...new Set(found)].map((one) => words[one]).join(' or ');
  const whose = among(notRoot, taken.map(holderOf), holderWords);
  const where = among(surfaces, taken.map(surfaceOf), surfaceWords);
  const parts = [whose && `the credential belongs to ${whose}`, where && `it runs on ${where}`];
  return parts.filter((part) => part !== '').join(', and ');
}

/** Whose key findings of a type are about, going by the levers of the playbook that answers them. */
function holderOfKey(books: readonly Playbook[], finding: Finding): 'user' | 'role-session' {
  const book = books.find(({ name }) => name === route(books, finding).playbook);
  const taken = book?.asks.flatMap(({ acts }) => acts.flatMap(({ target }) => kindsTaken(target))) ?? [];
  return taken.includes('role-session') ? 'role-session' : 'user';
}

/** Explains a finding type, as far as it goes without a finding. */
export function explainedType(books: readonly Playbook[], type: string): Explanation {
  const finding = bare(type);
  const about = usualKind(type);
  const kind = about === 'access-key' ? holderOfKey(books, finding) : about;
  const { playbook, outcome, because, steps } = verdictAndSteps(books, finding, kind);
  const acting = verdictAndSteps(books, { ...finding, role: 'ACTOR' }, kind);
  const turned =
    acting.outcome === outcome ? '' : `. With the role ACTOR, our resource attacks: then ${acting.playbook} responds`;
  const { source, severity, account, region, sample, archived, suppressed, drill, requested, role, missing } = finding;
  const ours = source === 'guardduty';
  const others = ours ? playbooksFor(books, type).filter((name) => name !== playbook) : [];
  const slip = ours && standingOf(type) === 'unknown' ? meant(type) : undefined;
  return {
    finding: {
      source,
      id: null,
      type,
      severity,
      account,
      region,
      sample,
      archived,
      key: null,
      title: null,
      suppressed,
      drill,
      requested,
      role,
      missing,
    },
    targets: [],
    playbook,
    outcome,
    because: `${because}${turned}`,
    steps,
    ...(about && { about }),
    ...(others.length > 0 && { alternatives: others }),
    ...(slip && { didYouMean: slip }),
  };
}
