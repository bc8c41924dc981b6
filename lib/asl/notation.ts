import type { AnyEradication, AnyLever, AnyStep } from '../domain/step.ts';
import type { Claim } from '../routing/claim.ts';

/** What only looks, records or tells. */
type PlainStep = Extract<AnyStep, { kind: 'step' }>;
type In<Phase, S> = S & { readonly phase: Phase };
type Preserving = In<'preserve', PlainStep | AnyLever>;

/** What is asked before anything that hurts, and what follows a yes. */
export interface Ask {
  readonly kind: 'contain' | 'eradicate' | 'hand over' | 'release';
  readonly name: string;
  readonly unless: 'standing order' | 'nothing';
  readonly measure: In<'observe', PlainStep> | null;
  /** Seconds until the question climbs to the second channel, and again until silence decides. */
  readonly within: number;
  readonly ifNobodyAnswers: 'hold' | 'contain';
  readonly acts: readonly (In<'contain', AnyLever> | AnyEradication)[];
  /** Levers of earlier questions: it is asked only where one of them turns out not to hold, or flows outlast it. Empty: at once. */
  readonly unlessHeld: readonly AnyLever[];
  /** Levers of earlier questions any of which, once it holds, leaves nothing to ask. */
  readonly needlessWith: readonly AnyLever[];
  /** The earlier question in whose list its levers can be ticked too: then it is answered with that one. */
  readonly offeredIn: string | null;
  /** `instead`: only where no question is put to anybody, because none of their levers works on what the finding names. */
  readonly comes: 'in turn' | 'instead';
  /** How many people have to agree; what cannot be undone always takes two. */
  readonly needs: 'one' | 'two';
  /** How it stands, where its levers are on different kinds of resources; null: in the words of the first. */
  readonly stands: AnyLever['stands'] | null;
  /** What whoever takes over does by hand, in this order. */
  readonly byHand: readonly string[];
  /** What follows a yes and changes nothing itself: by what a person has picked. */
  readonly picking: In<'preserve', PlainStep> | null;
}

/** A playbook is data; the methods of the builder below only add to it. */
export interface Playbook {
  readonly name: string;
  readonly title: string;
  readonly startedBy: 'findings' | 'a person';
  readonly claims: readonly Claim[];
  readonly preservation: readonly Preserving[];
  /** What is gone soon, in a line of its own: it holds nothing up, and nothing holds it up. */
  readonly volatile: readonly In<'preserve', PlainStep>[];
  readonly asks: readonly Ask[];
  /** What may take hours and nobody waits for, once people were told how it ended. */
  readonly last: readonly In<'preserve', PlainStep>[];
  readonly information: readonly In<'inform', PlainStep>[];
  /** Manual follow-up once it has ended, in this order. */
  readonly afterwards: readonly string[];
  /** What a report about it turns on, for whoever completes the draft. */
  readonly reporting: string;
}

interface Patience {
  readonly within: number;
  readonly measure?: In<'observe', PlainStep>;
}
interface Picking extends Patience {
  readonly picking?: In<'preserve', PlainStep>;
}
/** What is shown is what may be removed. */
interface Looking extends Patience {
  readonly measure: In<'observe', PlainStep>;
}
interface ContainOptions extends Patience {
  readonly unless?: 'standing order';
  readonly needs?: 'two';
  readonly stands?: AnyLever['stands'];
  readonly ifNobodyAnswers: 'hold' | 'contain';
}
/** What goes further than a lever of an earlier question. */
interface Widening extends Patience {
  readonly outlasting: AnyLever;
}
/** Silence never releases. */
interface ReleaseOptions extends Patience {
  readonly ifNobodyAnswers: 'hold';
}

interface Response extends Playbook {
  /** Runs by itself, at once, whatever else happens. */
  preserve(...steps: readonly Preserving[]): Response;
  /** Runs by itself beside all the rest, from the first moment: what is gone soon. Nothing but the close-out waits for it. */
  meanwhile(...steps: readonly In<'preserve', PlainStep>[]): Response;
  /** Asks first, or finds a standing order; then the levers, in this order. */
  contain(question: string, options: ContainOptions, ...levers: readonly In<'contain', AnyLever>[]): Response;
  /** Asks two people for more, only where reading back shows that one of the levers above does not hold. */
  escalate(question: string, options: Patience, ...levers: readonly In<'contain', AnyLever>[]): Response;
  /**
   * Asks for a wider lever, only where reading back shows that flows outlast this one, and none that was asked for before has ended them. It can
   * be ticked in the list of the question that this one belongs to, too: whoever does that is not asked again.
   */
  widen(question: string, options: Widening, ...levers: readonly In<'contain', AnyLever>[]): Response;
  /** Once it is contained and closed, looks, and asks two people: no standing order, no default and no silence can answer for them. */
  eradicate(question: string, options: Looking, ...eradications: readonly AnyEradication[]): Response;
  /** Asks who takes it from here, and says what is to be done by hand: for what no lever of ours answers yet. */
  handOver(question: string, options: Picking, ...byHand: readonly string[]): Response;
  /** The same, only where no lever works on what the finding names: somebody has to find out what it is about. */
  orHandOver(question: string, options: Patience, ...byHand: readonly string[]): Response;
  /** Runs by itself, beside the rest. */
  inform(...steps: readonly In<'inform', PlainStep>[]): Response;
  /** Runs by itself once it is closed and people were told, before the record is sealed: what may take hours. */
  lastly(...steps: readonly In<'preserve', PlainStep>[]): Response;
  /** Manual follow-up once it has ended. */
  leave(...afterwards: readonly string[]): Response;
  /** What a report about it turns on. */
  report(hint: string): Response;
}

interface PersonStarted extends Playbook {
  /** Compares everything held with how it was, asks, and lets go in reverse order. */
  release(question: string, options: ReleaseOptions): PersonStarted;
}

interface Opening {
  handles(...claims: readonly Claim[]): Response;
  /** Takes what no other playbook claims. */
  handlesTheRest(): Response;
  startedByAPerson(): PersonStarted;
}

const plain = {
  measure: null,
  stands: null,
  byHand: [],
  picking: null,
  needs: 'one',
  unlessHeld: [],
  needlessWith: [],
  offeredIn: null,
  comes: 'in turn',
} as const;
const isLever = (step: Ask['acts'][number]): step is In<'contain', AnyLever> => step.kind === 'lever';
const onlyPeople = { unless: 'nothing', ifNobodyAnswers: 'hold' } as const;

function respond(book: Playbook): Response {
  const asking = (ask: Ask): Response => respond({ ...book, asks: [...book.asks, ask] });
  return {
    ...book,
    preserve: (...steps) => respond({ ...book, preservation: [...book.preservation, ...steps] }),
    meanwhile: (...steps) => respond({ ...book, volatile: [...book.volatile, ...steps] }),
    contain: (name, options, ...acts) =>
      asking({ ...plain, kind: 'contain', unless: 'nothing', ...options, name, acts }),
    escalate: (name, options, ...acts) => {
      const unlessHeld = book.asks.flatMap((ask) => (ask.kind === 'contain' ? ask.acts.filter(isLever) : []));
      return asking({ ...plain, ...options, kind: 'contain', needs: 'two', ...onlyPeople, name, acts, unlessHeld });
    },
    widen: (name, { outlasting, ...options }, ...acts) => {
      const wider = book.asks.filter(({ unlessHeld }) => unlessHeld.includes(outlasting));
      const needlessWith = wider.flatMap((ask) => ask.acts.filter(isLever));
      const offeredIn = book.asks.find(({ acts }) => acts.some((act) => act === outlasting))?.name ?? null;
      const needed = { unlessHeld: [outlasting], needlessWith, offeredIn };
      return asking({ ...plain, ...options, ...needed, kind: 'contain', ...onlyPeople, name, acts });
    },
    eradicate: (name, options, ...acts) =>
      asking({ ...plain, ...options, kind: 'eradicate', needs: 'two', ...onlyPeople, name, acts }),
    handOver: (name, options, ...byHand) =>
      asking({ ...plain, ...options, kind: 'hand over', ...onlyPeople, name, acts: [], byHand }),
    orHandOver: (name, options, ...byHand) =>
      asking({ ...plain, ...options, comes: 'instead', kind: 'hand over', ...onlyPeople, name, acts: [], byHand }),
    inform: (...steps) => respond({ ...book, information: [...book.information, ...steps] }),
    lastly: (...steps) => respond({ ...book, last: [...book.last, ...steps] }),
    leave: (...afterwards) => respond({ ...book, afterwards }),
    report: (reporting) => respond({ ...book, reporting }),
  };
}

function letGo(book: Playbook): PersonStarted {
  return {
    ...book,
    release: (name, options) =>
      letGo({
        ...book,
        asks: [{ ...plain, ...options, kind: 'release', unless: 'nothing', name, acts: [] }],
      }),
  };
}

/**
 * Starts a playbook: its name (also its folder) and what a responder calls it. Waits are in seconds: write `minutes(15)`, `hours(2)`.
 *
 * @example
 * export default playbook('agent-report', 'The agent on an instance reports an attack')
 *   .handles(securityHub('TTPs/Execution'))
 *   .preserve(protectFromTermination, snapshotVolumes)
 *   .contain('quarantine', { unless: 'standing order', within: minutes(15), ifNobodyAnswers: 'hold' }, quarantineInterfaces)
 *   .inform(openObligations, fileReportTask);
 */
export function playbook(name: string, title: string): Opening {
  const book = {
    name,
    title,
    preservation: [],
    volatile: [],
    asks: [],
    last: [],
    information: [],
    afterwards: [],
    reporting: '',
  };
  return {
    handles: (...claims) => respond({ ...book, startedBy: 'findings', claims }),
    handlesTheRest: () => respond({ ...book, startedBy: 'findings', claims: [] }),
    startedByAPerson: () => letGo({ ...book, startedBy: 'a person', claims: [] }),
  };
}

export const minutes = (count: number): number => count * 60;
export const hours = (count: number): number => count * 3600;
