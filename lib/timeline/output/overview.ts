import type { Claim } from '../../domain/claim.ts';
import type { Finding } from '../../domain/finding/finding.ts';
import type { PrintedEvent } from '../event.ts';
import type { AccountRights } from '../graph/account-rights.ts';
import { Radius } from '../graph/radius.ts';
import { Claims, type HeldClaim } from '../vector/claims.ts';
import { suspicionOf } from '../vector/suspicion.ts';
import { Vector, type VectorData } from '../vector/vector.ts';

/** What is known besides the logs. */
export interface Besides {
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
  /** Rights of users and roles, where somebody has a file of them. */
  readonly rights?: AccountRights | null;
}

export const nothingBesides: Besides = { findings: [], claims: [] };

/** What all events together say: who reached what, how they came in, and what people say of it. */
export class Overview {
  readonly radius: Radius;
  readonly #vector: Vector;
  readonly #claims: Claims;

  constructor({ findings, claims, rights }: Besides) {
    const suspicion = suspicionOf(findings);
    this.radius = new Radius(suspicion, rights);
    this.#vector = new Vector(findings, suspicion);
    this.#claims = new Claims(claims);
  }

  /** Events come in their order, with their threads. */
  add(event: PrintedEvent): void {
    this.radius.add(event);
    this.#vector.add(event);
    this.#claims.add(event);
  }

  vector(): VectorData & { readonly claims: readonly HeldClaim[] } {
    return { ...this.#vector.data(), claims: this.#claims.end() };
  }
}
