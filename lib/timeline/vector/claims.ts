import { type Claim, heldAs } from '../../domain/claim.ts';
import type { PrintedEvent } from '../event.ts';
import { heldAgainst, testsOf } from './claim.ts';
import { type Hits, noteHit } from './tally.ts';

/** What the record says to a claim. */
export type Verdict = 'supported' | 'contradicted' | 'cannot be known';

type Counted = Omit<Hits, 'who'> & { readonly who: readonly string[] };

/** A claim with the records for it, against it, and those that do not say. */
export interface HeldClaim {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly because: string;
  readonly supporting: Counted | null;
  readonly contradicting: Counted | null;
  readonly open: Counted | null;
}

type Side = 'supporting' | 'contradicting' | 'open';

const plain = (hits: Hits | undefined): Counted | null => (hits ? { ...hits, who: [...hits.who] } : null);
const events = (hits: Hits | undefined): string => `${hits?.count ?? 0} ${hits?.count === 1 ? 'event' : 'events'}`;

function verdictOf(claim: Claim, sides: Partial<Record<Side, Hits>>): [Verdict, because: string] {
  const { holds } = claim;
  const { supporting, contradicting, open } = sides;
  if (holds === undefined) return ['cannot be known', heldAs(claim)];
  if (contradicting)
    return ['contradicted', `${events(contradicting)} contradict it, ${events(supporting)} support it.`];
  if (holds === 'never')
    return [
      'cannot be known',
      'No record contradicts it; where a log is missing, or does not see such acts, that proves nothing.',
    ];
  if (!supporting && !open) return ['cannot be known', 'No record is about it.'];
  if (open)
    return ['cannot be known', `${events(supporting)} support it, and of ${events(open)} the record does not say.`];
  return [
    'supported',
    `${events(supporting)} support it, and none contradicts it. Who was behind an identity no record says.`,
  ];
}

/** One claim, held against each record as it comes. */
class Held {
  readonly #claim: Claim;
  /** Null where it names no event. */
  readonly #about: ReturnType<typeof testsOf> | null;
  readonly #holds: ReturnType<typeof testsOf>;
  readonly #sides: Partial<Record<Side, Hits>> = {};

  constructor(claim: Claim) {
    this.#claim = claim;
    this.#about = claim.about ? testsOf(claim.about) : null;
    this.#holds = claim.holds === undefined || claim.holds === 'never' ? [] : testsOf(claim.holds);
  }

  add(event: PrintedEvent): void {
    // A record that does not say whether it is about the claim would be one of thousands.
    if (!this.#about || heldAgainst(this.#about, event) !== 'yes') return;
    const side = this.#sideOf(event);
    this.#sides[side] = noteHit(this.#sides[side], event);
  }

  end(): HeldClaim {
    const [verdict, because] = verdictOf(this.#claim, this.#sides);
    const { supporting, contradicting, open } = this.#sides;
    const counted = { supporting: plain(supporting), contradicting: plain(contradicting), open: plain(open) };
    return { claim: this.#claim, verdict, because, ...counted };
  }

  #sideOf(event: PrintedEvent): Side {
    if (this.#claim.holds === 'never') return 'contradicting';
    const fits = heldAgainst(this.#holds, event);
    return fits === 'yes' ? 'supporting' : fits === 'no' ? 'contradicting' : 'open';
  }
}

/** What people say, held against the record. */
export class Claims {
  readonly #all: readonly Held[];

  constructor(claims: readonly Claim[]) {
    this.#all = claims.map((claim) => new Held(claim));
  }

  add(event: PrintedEvent): void {
    for (const one of this.#all) one.add(event);
  }

  end(): readonly HeldClaim[] {
    return this.#all.map((one) => one.end());
  }
}
