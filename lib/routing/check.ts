import type { Finding } from '../domain/finding/finding.ts';
import { guardDutyTypes, retiredGuardDutyTypes } from '../domain/finding/guardduty-types.ts';
import { named, type PrincipalKind, type TargetKind } from '../domain/named.ts';
import { claims, fits, type Routed } from './claim.ts';
import { deskPatterns, patternLimit, patternsOf } from './patterns.ts';
import { type Claimant, route } from './route.ts';

const nowhere = { account: null, region: null };
const principals: readonly PrincipalKind[] = ['root', 'identity-center', 'role-session', 'iam-user', 'unknown'];
const runsOn: readonly (TargetKind | null)[] = ['eks-cluster', 'ecs-cluster', 'instance', null];

/** A type with everything beside it that a route may depend on: whose credential, and what it runs on. */
export function variantsOf(type: string): Routed[] {
  return principals.flatMap((kind) =>
    runsOn.map((surface): Routed => {
      const principal = { kind, name: null, id: null, session: null };
      const targets: Finding['targets'] = [named('access-key', 'AKIA', nowhere, { principal })];
      if (surface) targets.push(named(surface, 'it', nowhere));
      return { key: 'guardduty:', type, targets };
    }),
  );
}

/** The playbooks a type may go to, by whoever and wherever it is about; the usual one first. */
export function playbooksFor(books: readonly Claimant[], type: string): string[] {
  const usual = route(books, { key: 'guardduty:', type, targets: [] }).playbook;
  return [...new Set([usual, ...variantsOf(type).map((variant) => route(books, variant).playbook)])];
}

function twice(books: readonly Claimant[]): string[] {
  const double = [...guardDutyTypes, ...retiredGuardDutyTypes].flatMap((type) =>
    variantsOf(type).flatMap((variant) => {
      const takers = books
        .filter((book) => book.claims.some((claim) => claims(claim, variant)))
        .map(({ name }) => name);
      const [first, second] = takers;
      return second ? [`${type} is claimed by both ${first} and ${second}`] : [];
    }),
  );
  return [...new Set(double)];
}

function misspelt(books: readonly Claimant[]): string[] {
  const known = [...guardDutyTypes, ...retiredGuardDutyTypes];
  return books.flatMap(({ name, claims: made }) =>
    made
      .filter(({ finder }) => finder === 'guardduty')
      .flatMap(({ types }) => types)
      .filter((pattern) => !known.some((type) => fits(pattern, type)))
      .map((pattern) => `playbooks/${name}: ${pattern} matches no finding type`),
  );
}

function tooLong(books: readonly Claimant[]): string[] {
  const patterns = [...books.flatMap((book) => patternsOf(book, books)), ...deskPatterns(books)];
  const longest = Math.max(0, ...patterns.map((pattern) => JSON.stringify(pattern).length));
  if (longest <= patternLimit) return [];
  return [
    `an event pattern has ${longest} characters, EventBridge takes ${patternLimit}: claim fewer, broader families`,
  ];
}

/** Everything wrong with what these playbooks claim, a sentence each. */
export function badClaims(books: readonly Claimant[]): string[] {
  return [...twice(books), ...misspelt(books), ...tooLong(books)];
}
