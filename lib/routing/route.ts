import { asDecoy, type Decoys, decoyTripped, tripped } from '../domain/decoy.ts';
import { harmless } from '../domain/finding/blinding.ts';
import type { Finding } from '../domain/finding/finding.ts';
import { holderOf, surfaceOf } from '../domain/finding/finding.ts';
import { standingOf } from '../domain/finding/guardduty-types.ts';
import { type Claim, claims, fits, holders, type Routed, surfaces } from './claim.ts';
import { notOurs } from './own-parts.ts';

/** What a route is chosen from. */
export interface Claimant {
  readonly name: string;
  readonly claims: readonly Claim[];
}

/** Answers the further sessions that our own step hands over: no rule listens for them, so no playbook claims them. */
export const chained = 'iam-role-session';

/** Takes what nobody claims. */
export const fallback = 'unmapped-finding';

export interface Route {
  readonly playbook: string;
  /** Why this one, in words. */
  readonly because: string;
}

const holderWords = {
  root: 'the root user',
  'identity-center': 'a person of Identity Center',
  role: 'a role session',
  user: 'an IAM user',
  other: 'nobody named in the finding',
};
/** A federated user is answered as the user is who may have issued it, and is none. */
const holderIn = (finding: Routed): string =>
  finding.targets.find(({ principal }) => principal)?.principal?.kind === 'federated-user'
    ? 'a federated user'
    : holderWords[holderOf(finding)];
const surfaceWords = { eks: 'EKS', ecs: 'ECS', instance: 'an instance', none: 'nothing named in the finding' };
const standingWords = {
  active: '',
  retired: 'AWS has retired this type. ',
  unknown: 'This version does not know the type, so its family decides. ',
};

function because(claim: Claim, finding: Routed): string {
  const pattern = claim.types.find((one) => fits(one, finding.type)) ?? '';
  const standing = claim.finder === 'guardduty' ? standingWords[standingOf(finding.type)] : '';
  const narrow = claim.holders.length < holders.length - 1;
  const by = narrow || claim.holders.length === 1 ? `, and the credential belongs to ${holderIn(finding)}` : '';
  const on = claim.surfaces.length < surfaces.length ? `, and it runs on ${surfaceWords[surfaceOf(finding)]}` : '';
  return `${standing}${finding.type} fits ${pattern}${by}${on}`;
}

/** The one playbook that answers a finding. Claims are disjoint, so their order means nothing; a test proves it. */
export function route(books: readonly Claimant[], finding: Routed): Route {
  for (const { name, claims: made } of books) {
    const claim = made.find((one) => claims(one, finding));
    if (claim) return { playbook: name, because: because(claim, finding) };
  }
  if (finding.key.startsWith('tourniquet:'))
    return {
      playbook: chained,
      because: 'It was found by following the chain of roles, and joins the incident of that finding',
    };
  return { playbook: fallback, because: `No playbook claims ${finding.type}: a person has to decide` };
}

/** As `route`, in a deployment with decoys: who touches one is answered for that, whatever the call. Also the finding as it is handed on. */
export function routed(
  books: readonly Claimant[],
  finding: Finding,
  decoys: Decoys,
): Route & { readonly finding: Finding } {
  const decoy = finding.source === 'cloudtrail' ? tripped(finding, decoys) : null;
  if (!decoy) return { ...route(books, finding), finding };
  return { playbook: decoyTripped, because: `It touches the decoy ${decoy}`, finding: asDecoy(finding, decoy) };
}

/** What comes of a finding: a run; advice and no change; or nothing. */
export interface Verdict {
  readonly outcome: 'respond' | 'observe' | 'ignore';
  readonly because: string;
}

/**
 * Attempts from outside against a resource of ours: containing the victim of a port scan would do the attacker's work
 * (GuardDuty user guide: with the resource role TARGET, the resource is the one attacked).
 */
const probes = ['Recon:EC2/PortProbe*', 'UnauthorizedAccess:EC2/SSHBruteForce', 'UnauthorizedAccess:EC2/RDPBruteForce'];
/** Log-ins that failed, and looking around from outside, by whichever role GuardDuty gives them. */
const knocks = ['CredentialAccess:RDS/*FailedLogin', 'Discovery:RDS/*'];

const isProbe = ({ type, role, key }: Finding): boolean =>
  key.startsWith('guardduty:') &&
  (knocks.some((one) => fits(one, type)) || (role !== 'ACTOR' && probes.some((one) => fits(one, type))));

/**
 * What comes of a finding, before anybody is asked: decided by the finding alone.
 *
 * @param name the deployment's; what is done to its own parts is told by it from what is done to anybody's
 */
export function verdictOn(finding: Finding, { playbook, because }: Route, name: string): Verdict {
  const ignore = (why: string): Verdict => ({ outcome: 'ignore', because: why });
  const observe = (why: string): Verdict => ({ outcome: 'observe', because: why });
  // Whoever picks it in Security Hub waits for an answer.
  if (finding.sample)
    return (finding.requested ? observe : ignore)('It is a sample finding: it never changes anything');
  // A person who picks it in Security Hub knows how it stands there.
  const aside = finding.suppressed ? 'suppressed' : finding.archived ? 'archived or resolved' : null;
  if (aside && finding.requested)
    return { outcome: 'respond', because: `${because}. It is ${aside}, and a person asked for it` };
  // What is done to it is told, whatever call it was and whether it went through.
  if (playbook === decoyTripped && !aside) return { outcome: 'respond', because };
  if (finding.suppressed) return ignore('It is suppressed: someone accepted it');
  if (finding.archived) return ignore('It is archived or resolved: someone handled it');
  if (finding.nature === 'clean') return ignore('The attempt failed');
  const others = notOurs(finding, name);
  const unless = [harmless(finding.type), others].filter((one) => one !== null).join('; ');
  if (others) return ignore(unless);
  if (finding.source === 'cloudtrail' && playbook === fallback)
    return ignore(unless || 'No playbook watches this call');
  if (finding.nature === 'weakness' && !finding.requested)
    return observe('It is a weakness, not an attack: something to fix, nothing to contain');
  if (isProbe(finding) && !finding.requested)
    return observe('It is an attempt from outside, and the resource is its target: advice, no containment');
  return { outcome: 'respond', because };
}
