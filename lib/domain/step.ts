import * as z from 'zod';
import { leverOutcomes, type Meanings } from './outcome.ts';
import type { Permission } from './permission.ts';
import { removalOutcomes } from './removal.ts';
import type { Place } from './resource.ts';

/** Phases of a response, in the order a page shows them. */
export const Phase = z.enum(['observe', 'preserve', 'contain', 'eradicate', 'inform', 'record']);
export type Phase = z.infer<typeof Phase>;

/** The operations a state may ask of a step. */
export const OperationName = z.enum(['run', 'foresee', 'prepare', 'apply', 'confirm', 'verify', 'compare', 'release']);
export type OperationName = z.infer<typeof OperationName>;

/** The four roles of a member account. Each trusts only the hub functions of its class. */
export const RoleClass = z.enum(['read-evidence', 'contain', 'release', 'eradicate']);
export type RoleClass = z.infer<typeof RoleClass>;

/**
 * The tag by which a function's role may enter a member role of a class: trust in each by its name would grow with every function, past
 * IAM's 2,048 characters. Its value is the deployment's name.
 */
export const admissionTag = (role: RoleClass): string => `tourniquet-${role}`;

/** What one operation of a step may do, and how long it may take. */
export interface Operation<Target extends Place> {
  /** Permissions in the account of the target, used through the member role `as`. Empty: the operation never leaves the hub. */
  readonly permissions: readonly Permission<Target>[];
  readonly as: RoleClass;
  /** Where it acts, if not in the account of the target: where the organisation is administered. */
  readonly in?: 'organization';
  /** Time budget in seconds: the function's and the state's timeout. */
  readonly within: number;
}

interface Named {
  /** Kebab case; the folder, the export, the function and the state all derive from it. */
  readonly name: string;
  /** A sentence a responder reads at 3 a.m. */
  readonly title: string;
  /** NIST CSF 2.0 outcome, for example RS.MI-01 (NIST SP 800-61 Rev. 3 uses them as its vocabulary). */
  readonly csf: string;
  /** What it changes, and what that means for the people who use the resource. */
  readonly effect: string;
  /** It acts where the organisation is administered, not in the account of the target. */
  readonly in?: 'organization';
}

/** Rights in the hub account beyond the incident table, as words the infrastructure turns into grants. */
export type HubRight =
  | 'seal' // sign a record with the sealing key
  | 'vault' // seal evidence: put objects with their lock, encrypt with the vault's key
  | 'vault-parts' // put one artefact in parts, let go of them, and read back what was made of them
  | 'read-tools' // read the tools that copy memory, where they lie in a bucket
  | 'read-vault' // read evidence back, to see that it still is what was sealed
  | 'read-back' // read one artefact back, before what it was taken from is deleted
  | 'copy' // read the stream of the table, and put copies of what is new in it into the vault
  | 'read-checkpoints' // read checkpoints back, where the table does not know the newest
  | 'security-hub' // read findings in Security Hub, and write our fields, note and status onto them
  | 'slack' // read the bot token and the signing secret
  | 'notify' // publish to the topic
  | 'schedule' // create schedules in our group, and set them to another time
  | 'sweep' // list and delete schedules of our group
  | 'watch' // list our rules, and count what forwarders could not deliver
  | 'extend-locks' // hold longer what lies in the vault
  | 'ask' // encrypt a task token
  | 'decide' // decrypt a task token and continue the waiting run
  | 'start-playbook' // start any playbook that findings start
  | 'start-chained' // start the playbook of sessions that another session obtained
  | 'start-for-identity' // start the playbooks that answer for whoever holds a credential
  | 'start-for-instance' // start the playbook that answers for an instance
  | 'start-for-started' // start the playbook that answers for an instance somebody started with stolen credentials
  | 'start-release' // start the release playbook
  | 'read-runs' // read which states a run went through, and leave what went into it with the dead letters
  | 'read-settings' // read the settings that count
  | 'keep-settings' // write the settings, their versions, changes and ledger
  | 'read-organization' // read which accounts are in which units
  | 'leave-table' // delete what closed incidents have in the incident table
  | 'read-incident'; // read all of one incident, not only single items

export interface Step<Target extends Place = Place, Outcome extends string = string> extends Named {
  readonly kind: 'step';
  readonly phase: Exclude<Phase, 'contain' | 'eradicate'>;
  readonly target: z.ZodType<Target>;
  readonly result: z.ZodType<{ readonly outcome: Outcome }>;
  readonly outcomes: Meanings<NoInfer<Outcome> | 'not-applicable'>;
  readonly operations: { readonly run: Operation<Target> };
  readonly hub: readonly HubRight[];
}

export interface Lever<Target extends Place = Place, Before = unknown> extends Named {
  readonly kind: 'lever';
  /** `preserve` levers protect and run by themselves; `contain` levers hurt and stand behind a question or a standing order. */
  readonly phase: 'preserve' | 'contain';
  readonly target: z.ZodType<Target>;
  readonly beforeState: z.ZodType<Before>;
  readonly outcomes: typeof leverOutcomes;
  /** How to undo it, in one sentence, and what does not come back. */
  readonly undo: string;
  /** How its target stands with it and without it, in a few words after a colon: an incident says by them what is contained. */
  readonly stands: { readonly held: string; readonly open: string };
  /** The lever that has to be released first, by its name: nothing may check on the target, and replace it, while it is cut off. */
  readonly releasedAfter?: string;
  /** Seconds AWS takes until it holds everywhere: the playbook waits as long, then confirms, then reads back. */
  readonly settles?: number;
  readonly operations: {
    /** Looks with the role that would change it, before anybody is asked for it: what cannot be done is not asked for. */
    readonly foresee: Operation<Target>;
    /** Harmless additions made ahead, while people still decide. */
    readonly prepare?: Operation<Target>;
    readonly apply: Operation<Target>;
    /** Once it has had time to take effect: looks again, and does it once more where somebody has undone it. */
    readonly confirm?: Operation<Target>;
    readonly verify: Operation<Target>;
    readonly compare: Operation<Target>;
    readonly release: Operation<Target>;
  };
  readonly hub: readonly HubRight[];
}

export interface Eradication<Target extends Place = Place, Shown = unknown> extends Named {
  readonly kind: 'eradication';
  readonly phase: 'eradicate';
  readonly target: z.ZodType<Target>;
  /** What the look before the question found: people agreed to remove just that, and nothing else is. */
  readonly shown: z.ZodType<Shown>;
  readonly result: z.ZodType;
  readonly outcomes: typeof removalOutcomes;
  readonly operations: { readonly run: Operation<Target> };
  readonly hub: readonly HubRight[];
}

/** An entrance that is no step: it opens, asks, decides or closes. `operations.run` says what it reads in the member account. */
export interface Entrance extends Pick<Named, 'name' | 'title'> {
  readonly kind: 'entrance';
  /** Seconds. */
  readonly within: number;
  readonly operations: { readonly run: Operation<Place> };
  readonly hub: readonly HubRight[];
  /** Of single items of the incident table: `untouched` none, `heard` only when forwarders were heard. Left out: all. */
  readonly record?: 'untouched' | 'heard';
  /** Nobody waits for it: what it fails at, once Lambda has tried again, is a dead letter. */
  readonly called?: 'asynchronously';
}

/** A declaration whose target type no longer matters: for lists, pages and roles. Its permissions accept any target. */
type Erased<D> = Omit<D, 'target' | 'beforeState' | 'outcomes'> & {
  readonly target: z.ZodType;
  readonly outcomes: Meanings<string>;
};
export type AnyLever = Erased<Lever<never>>;
export type AnyEradication = Erased<Eradication<never>>;
export type AnyStep = Erased<Step<never>> | AnyLever | AnyEradication;

const where = ({ in: place }: Pick<Named, 'in'>): Pick<Named, 'in'> => (place ? { in: place } : {});

interface Budget<Target extends Place> {
  readonly permissions: readonly Permission<Target>[];
  /** Seconds. */
  readonly within: number;
}

type StepDeclaration<Target extends Place, Outcome extends string> = Omit<
  Step<Target, Outcome>,
  'kind' | 'operations' | 'hub' | 'outcomes'
> &
  Budget<Target> & {
    readonly hub?: readonly HubRight[];
    /** What each outcome of `result` means for people. */
    readonly outcomes: Meanings<NoInfer<Outcome>>;
  };

/**
 * Declares a step that observes, preserves, informs or records. It reads with the role `read-evidence`. `within` is in seconds.
 *
 * @example
 * export const tagInstance = defineStep({
 *   name: 'tag-instance',
 *   title: 'Tag the instance with the incident',
 *   phase: 'preserve',
 *   csf: 'RS.MA-01',
 *   effect: 'Adds one tag; nothing else changes.',
 *   target: Instance,
 *   result: z.object({ outcome: z.enum(['applied', 'would-apply']) }),
 *   outcomes: { applied: 'good', 'would-apply': 'observed' },
 *   within: 30,
 *   permissions: [allow('ec2:CreateTags', (target: Instance) => [instanceArn(target)])],
 * });
 */
export function defineStep<Target extends Place, Outcome extends string, P extends Step['phase']>(
  declaration: StepDeclaration<Target, Outcome> & { readonly phase: P },
): Step<Target, Outcome> & { readonly phase: P } {
  const { permissions, within, phase, hub = [], outcomes: declared, ...named } = declaration;
  // Of a kind of target that it does not take, a step says so and leaves it alone.
  const outcomes: Meanings<Outcome | 'not-applicable'> = { 'not-applicable': 'good', ...declared };
  const run: Operation<Target> = { permissions, within, as: 'read-evidence', ...where(named) };
  return { ...named, phase, kind: 'step', hub, outcomes, operations: { run } };
}

type LeverDeclaration<Target extends Place, Before> = Omit<
  Lever<Target, Before>,
  'kind' | 'operations' | 'hub' | 'outcomes'
> & {
  /** Permissions of the look that every other operation starts or ends with. */
  readonly look: readonly Permission<Target>[];
  readonly prepare?: Budget<Target>;
  readonly apply: Budget<Target>;
  /** What verify reads beyond the look. */
  readonly verify?: readonly Permission<Target>[];
  readonly release: Budget<Target>;
  readonly hub?: readonly HubRight[];
};

/** Seconds for the operations that only look. */
const lookWithin = 30;

/**
 * Declares a containment lever. Apply, verify and release come together or not at all: a lever without a release does not compile,
 * and release takes exactly apply's before-state. `within` and `settles` are in seconds.
 *
 * @example
 * export const swapInstanceProfile = defineLever({
 *   name: 'swap-instance-profile',
 *   title: 'Remove the instance profile',
 *   phase: 'contain',
 *   csf: 'RS.MI-01',
 *   effect: 'The instance gets no fresh credentials.',
 *   undo: 'The same profile is associated again.',
 *   stands: { held: 'instance profile removed', open: 'instance profile still in place' },
 *   target: Instance,
 *   beforeState: z.object({ profile: z.string().nullable() }),
 *   look: [allow('ec2:DescribeIamInstanceProfileAssociations')],
 *   apply: { permissions: [allow('ec2:DisassociateIamInstanceProfile', instance)], within: 60 },
 *   release: { permissions: [allow('ec2:AssociateIamInstanceProfile', instance)], within: 60 },
 * });
 */
export function defineLever<Target extends Place, Before, P extends Lever['phase']>(
  declaration: LeverDeclaration<Target, Before> & { readonly phase: P },
): Lever<Target, Before> & { readonly phase: P } {
  const { look, prepare, apply, verify = [], release, phase, settles, hub = [], ...named } = declaration;
  const looking: Operation<Target> = { permissions: look, within: lookWithin, as: 'read-evidence', ...where(named) };
  const changing = (budget: Budget<Target>, as: RoleClass): Operation<Target> => ({
    ...where(named),
    permissions: [...look, ...budget.permissions],
    within: budget.within,
    as,
  });
  return {
    ...named,
    phase,
    kind: 'lever',
    hub,
    outcomes: leverOutcomes,
    ...(settles && { settles }),
    operations: {
      foresee: { ...looking, as: 'contain' },
      ...(prepare && { prepare: changing(prepare, 'contain') }),
      apply: changing(apply, 'contain'),
      ...(settles && { confirm: changing(apply, 'contain') }),
      verify: { ...looking, permissions: [...look, ...verify] },
      compare: looking,
      release: changing(release, 'release'),
    },
  };
}

/**
 * Declares an eradication: it destroys, has no release, and a playbook accepts it only behind a question. `within` is in seconds.
 *
 * @example
 * export const deleteLoginProfile = defineEradication({
 *   name: 'delete-login-profile',
 *   title: "Delete the user's console password",
 *   phase: 'eradicate',
 *   csf: 'RS.MI-02',
 *   effect: 'The user can no longer log in to the console. This is final.',
 *   target: User,
 *   shown: z.object({ createdAt: z.string().nullable() }),
 *   result: Removal,
 *   within: 60,
 *   permissions: [allow('iam:GetLoginProfile', userArns), allow('iam:DeleteLoginProfile', userArns)],
 * });
 */
export function defineEradication<Target extends Place, Shown>(
  declaration: Omit<Eradication<Target, Shown>, 'kind' | 'operations' | 'hub' | 'outcomes'> &
    Budget<Target> & { hub?: readonly HubRight[] },
): Eradication<Target, Shown> {
  const { permissions, within, hub = [], ...named } = declaration;
  const run: Operation<Target> = { permissions, within, as: 'eradicate', ...where(named) };
  return { ...named, kind: 'eradication', hub, outcomes: removalOutcomes, operations: { run } };
}

/** Declares an entrance. It works with the role `read-evidence`: it changes nothing in a member account but locks of our own copies. */
export function defineEntrance(
  declaration: Omit<Entrance, 'kind' | 'operations'> & { permissions?: readonly Permission<Place>[] },
): Entrance {
  const { permissions = [], ...named } = declaration;
  return {
    ...named,
    kind: 'entrance',
    operations: { run: { permissions, within: named.within, as: 'read-evidence' } },
  };
}

type Timed = Pick<AnyLever, 'settles'> & {
  readonly operations: { readonly [Name in 'apply' | 'confirm' | 'verify']?: Pick<Operation<Place>, 'within'> };
};

/** Seconds for an operation that is followed by a reading back; before that, what confirming did once more gets its time to hold. */
export const withReading = ({ operations, settles = 0 }: Timed, operation: 'apply' | 'confirm'): number =>
  (operations[operation]?.within ?? 0) + (operation === 'confirm' ? settles : 0) + (operations.verify?.within ?? 0);

/** `quarantine-interfaces` → `quarantineInterfaces`: the one place where a name changes its spelling. */
export function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
