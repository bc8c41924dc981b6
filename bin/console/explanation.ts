import { type Target, targetKindOf } from '../../lambdas/targets/target.ts';
import type { Playbook } from '../../lib/asl/notation.ts';
import { defaultName } from '../../lib/domain/config.ts';
import { besideRoot } from '../../lib/domain/finding/beside-root.ts';
import type { Finding, Signal } from '../../lib/domain/finding/finding.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import type { Named, TargetKind } from '../../lib/domain/named.ts';
import { costOf, type RunCost, runCost } from '../../lib/infra/run-cost.ts';
import { route, type Verdict, verdictOn } from '../../lib/routing/route.ts';
import type { Document } from './documents.ts';
import { type Doing, doingsOf, tellResponders } from './doings.ts';
import type { Given } from './given-incident.ts';

type Always = 'kind' | 'id' | 'account' | 'region';
type Sometimes = 'arn' | 'principal' | 'inside' | 'version' | 'user';

/** A resource, without what the finding does not say of it. */
export type TargetSaid = Pick<Named, Always> & Partial<Pick<Named, Sometimes>>;

type Said =
  | 'type'
  | 'severity'
  | 'account'
  | 'region'
  | 'sample'
  | 'archived'
  | 'suppressed'
  | 'drill'
  | 'requested'
  | 'role';
/** Of a type alone, without a finding, there is no id. */
type FindingSaid = Pick<Finding, Said | 'source' | 'missing'> & {
  readonly id: string | null;
  readonly key: string | null;
  readonly title: string | null;
};

/** What a finding, or a finding type, would do, and why. */
export interface Explanation {
  readonly finding: FindingSaid;
  readonly targets: readonly TargetSaid[];
  readonly playbook: string;
  readonly outcome: Verdict['outcome'];
  readonly because: string;
  readonly steps: readonly Doing[];
  /** What a run costs, where one would start: null where nobody has measured it. */
  readonly cost?: RunCost | null;
  /** Of attack sequences. */
  readonly signals?: readonly Signal[];
  /** Of a type: what its findings usually name first. */
  readonly about?: TargetKind;
  /** Of a type: where else its findings may go. */
  readonly alternatives?: readonly string[];
  readonly didYouMean?: string;
  /** What else it names that is answered in the same incident, and by which playbook. */
  readonly beside?: readonly { readonly target: TargetSaid; readonly playbook: string }[];
  /** What comes of it while an incident is open. */
  readonly given?: Given;
}

/** What comes of a finding, answered by a playbook, while an incident is open. */
export type Open = (finding: Finding, playbook: string) => Given;

/** Said of a finding whose account nobody knows. */
export const withoutAccount = 'No incident can be opened without an account: send the finding as AWS wrote it.';

/** Whether a finding would be answered, and cannot be. */
export const isBlocked = ({ outcome }: Pick<Verdict, 'outcome'>, { account }: Pick<Finding, 'account'>): boolean =>
  outcome === 'respond' && account === null;

/** Something that could not be explained. */
export interface Unexplained {
  readonly at: string;
  readonly error: string;
}

function targetSaid({ kind, id, account, region, arn, principal, inside, version, user }: Named): TargetSaid {
  return {
    kind,
    id,
    account,
    region,
    ...(arn !== null && { arn }),
    ...(principal !== null && { principal }),
    ...(inside !== null && { inside }),
    ...(version !== null && { version }),
    ...(user !== null && { user }),
  };
}

function findingSaid(finding: Finding): FindingSaid {
  const { source, id, type, severity, account, region, sample, archived, key, title } = finding;
  const { suppressed, drill, requested, role, missing } = finding;
  return {
    source,
    id,
    type,
    severity,
    account,
    region,
    sample,
    archived,
    key,
    title: title || null,
    suppressed,
    drill,
    requested,
    role,
    missing,
  };
}

function costNow(book: Playbook): RunCost | null {
  const measured = costOf(book);
  return measured && runCost(measured);
}

/** What comes of a finding: the same decisions, by the same code, as when it arrives. */
export function verdictAndSteps(books: readonly Playbook[], finding: Finding, kind: Target['kind'] | null) {
  const chosen = route(books, finding);
  const verdict = verdictOn(finding, chosen, defaultName);
  const book = books.find(({ name }) => name === chosen.playbook);
  const responding = book && verdict.outcome === 'respond' ? doingsOf(book, kind) : [];
  // Of a weakness nobody is told: the desk starts nothing.
  const advising = verdict.outcome === 'observe' && finding.nature !== 'weakness' ? [tellResponders] : [];
  const steps = [...responding, ...advising];
  return {
    playbook: chosen.playbook,
    ...verdict,
    steps,
    ...(book && verdict.outcome === 'respond' && { cost: costNow(book) }),
  };
}

/** Explains one finding. */
export function explained(books: readonly Playbook[], finding: Finding, open?: Open): Explanation {
  const { targets, signals } = finding;
  // A finding that names nothing is about the account.
  const decided = verdictAndSteps(books, finding, targetKindOf(targets[0]));
  const beside = besideRoot(finding).map(({ one, playbook }) => ({ target: targetSaid(one), playbook }));
  return {
    finding: findingSaid(finding),
    targets: targets.map(targetSaid),
    ...decided,
    ...(signals.length > 0 && { signals }),
    ...(beside.length > 0 && decided.outcome === 'respond' && { beside }),
    ...(open && decided.outcome === 'respond' && { given: open(finding, decided.playbook) }),
  };
}

/** Explains every finding in a document; what cannot be read says why, and where. */
export function explainedIn(
  books: readonly Playbook[],
  document: Document,
  open?: Open,
): (Explanation | Unexplained)[] {
  const { at } = document;
  if ('error' in document) return [{ at, error: document.error }];
  const readings = readFindings(document.value);
  if (readings.length === 0) return [{ at, error: 'It holds no finding: the list is empty.' }];
  return readings.map((reading, index) => {
    if ('finding' in reading) return explained(books, reading.finding, open);
    return { at: readings.length > 1 ? `${at}, finding ${index + 1}` : at, error: reading.unreadable };
  });
}
