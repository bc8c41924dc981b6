import * as z from 'zod';
import { AccountId } from './resource.ts';
import { isPermissionSetRole, personOfArn, sameLogin, samePrincipal } from './same-principal.ts';

/** PENDING until one conditional write decides. */
export const ApprovalState = z.enum(['PENDING', 'APPROVED', 'DECLINED', 'EXPIRED', 'SUPERSEDED']);
export type ApprovalState = z.infer<typeof ApprovalState>;

/** Someone who may decide. Slack user id, not a name: names change and can be chosen. */
export const Approver = z.strictObject({
  name: z.string().min(1).describe('How the record names this person'),
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,}$/, 'should be a Slack user id such as U024BE7LH')
    .optional(),
  iam: z
    .string()
    .startsWith('arn:')
    .optional()
    .describe('IAM user or role ARN from which this person uses the command line'),
  login: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Name with which this person logs in to IAM Identity Center: a role of it in iam stands for everybody who has it',
    ),
});
export type Approver = z.infer<typeof Approver>;

/** An approver as they came: `signedAs` is the ARN that signed the request, where one did. */
export type Deciding = Approver & { readonly signedAs?: string };

/** The person behind a role of IAM Identity Center, which names sessions after them; null for every other, who choose their session's name. */
export const personOf = ({ signedAs = '' }: Deciding): string | null => personOfArn(signedAs);

/** Whether whoever signs as `arn` is this approver: of those who share a role of Identity Center, the one who logs in by that name. */
export function isSignedBy({ iam, login }: Approver, arn: string): boolean {
  const person = personOfArn(arn);
  return iam !== undefined && samePrincipal(iam, arn) && (!login || !person || sameLogin(login, person));
}

/** What an approver's entry leaves open, in words: they may decide about themselves, since nobody knows who they are in AWS. Null where it is known. */
export function untold({ name: called, slack, iam, login }: Partial<Approver>): string | null {
  if (!slack || login) return null;
  const name = called ?? slack;
  const goes = 'an incident about their own credentials cannot be kept from them in Slack';
  if (!iam) return `${name} has neither "iam" nor "login": ${goes}`;
  if (!isPermissionSetRole(iam)) return null;
  return `"iam" of ${name} is a role of IAM Identity Center, which others may have, and there is no "login": ${goes}`;
}

/** How the record names whoever acts: the person of Identity Center where there is one, with the entry that let them. */
export const signer = (by: string, person: string | null | undefined): string => (person ? `${person} (${by})` : by);

/** Whether somebody may be one of those whose credentials are in doubt: as configured, or as they signed. */
export function isAmong(approver: Deciding, suspects: readonly string[]): boolean {
  const { iam, signedAs, login } = approver;
  const logsInAs = personOf(approver) ?? login;
  return suspects.some((suspect) => {
    const person = personOfArn(suspect);
    if (person && logsInAs) return sameLogin(person, logsInAs);
    return [iam, signedAs].some((one) => one !== undefined && samePrincipal(suspect, one));
  });
}

export const Decision = z.object({
  verdict: z.enum(['APPROVED', 'DECLINED']),
  by: z.string(),
  /** Who of those that share an entry: the person of Identity Center. */
  person: z.string().nullish(),
  via: z.enum(['slack', 'command-line']),
  at: z.iso.datetime(),
  reason: z.string().nullable(),
  /** Of a no: until when it covers the types of findings it is about, where the person said so; absent: for a day. */
  until: z.iso.datetime().optional(),
  /** Of a yes: the levers that it is about, where they are not all that were offered. */
  levers: z.array(z.string()).optional(),
});
export type Decision = z.infer<typeof Decision>;

/** Who said that they are on it: the question climbs no further, and still anybody may answer it. */
export const Owner = z.object({
  by: z.string(),
  person: z.string().nullish(),
  via: Decision.shape.via,
  at: z.iso.datetime(),
});
export type Owner = z.infer<typeof Owner>;

/** A lever or a playbook that can be chosen. */
export const Offer = z.object({
  name: z.string(),
  title: z.string(),
  /** A lever of a wider question, and what a yes to that would agree to: it is taken only by whoever names it. */
  of: z.object({ question: z.string(), plan: z.string() }).optional(),
});
export type Offer = z.infer<typeof Offer>;

/** The record behind a question. The task token lies beside it, encrypted, and is deleted on use. */
export const Approval = z.object({
  id: z.string(),
  incident: z.string(),
  run: z.string(),
  /** Whose approvers decide; earlier versions left it out. */
  account: AccountId.optional(),
  question: z.string(),
  /** The target, as people know it; earlier versions left it out. */
  about: z.string().nullish(),
  /** The attack sequence that its target belongs to: all that is asked about one can be answered in one form. */
  sequence: z.string().nullish(),
  state: ApprovalState,
  planHash: z.string(),
  /** Hash of what the question showed, where a look went before it: what is removed for good is exactly that. */
  shownHash: z.string().nullish(),
  needs: z.enum(['one', 'two']),
  decisions: z.array(Decision),
  /** The levers that may be chosen from; absent where a yes is about all of it. */
  offers: z.array(Offer).nullish(),
  /** What is offered are playbooks: a yes without any means that people do it by hand. */
  picks: z.literal('playbook').nullish(),
  /** Of what was approved: the levers that everybody agreed to, where they are not all. */
  levers: z.array(z.string()).nullish(),
  owner: Owner.nullish(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Principals under investigation: they may not approve their own release from suspicion. */
  suspects: z.array(z.string()),
  /** Who asked for it, when a person did: nobody approves their own request. */
  requestedBy: z.string().nullable(),
});
export type Approval = z.infer<typeof Approval>;

export interface Attempt {
  readonly verdict: Decision['verdict'];
  readonly planHash: string | null;
  readonly approver: Deciding;
  readonly reason: string | null;
  readonly now: string;
  /** Of a no: hours for which it holds; left out: a day. */
  readonly hours?: number | undefined;
  /** Of a yes: the levers that it is about; left out: all that are offered. */
  readonly levers?: readonly string[] | undefined;
  /** Of a yes: levers of wider questions, besides all that the question itself asks for. */
  readonly also?: readonly string[] | undefined;
}

/** Those of the question itself, without those of wider ones. */
export const ownOffers = (offers: Approval['offers']): Offer[] => (offers ?? []).filter(({ of }) => !of);

/** The levers that every yes is about, in the order in which they are offered; null where that is what the question itself asks for. */
export function agreedLevers(
  { offers }: Pick<Approval, 'offers'>,
  decisions: readonly Pick<Decision, 'levers'>[],
): string[] | null {
  const namesOf = (some: readonly Offer[]): string[] => some.map(({ name }) => name);
  const isAgreed = ({ name, of }: Offer): boolean => decisions.every(({ levers }) => levers?.includes(name) ?? !of);
  const agreed = namesOf((offers ?? []).filter(isAgreed));
  return `${agreed}` === `${namesOf(ownOffers(offers))}` ? null : agreed;
}

/** The levers that a yes names, those beside all of the question's own included; nothing where it names none. */
export const namedLevers = (
  { offers }: Pick<Approval, 'offers'>,
  { levers, also }: Attempt,
): readonly string[] | undefined =>
  also ? [...(levers ?? ownOffers(offers).map(({ name }) => name)), ...also] : levers;

/** Why nobody may choose just these levers; null where they may. */
function badChoice({ offers, decisions }: Approval, levers: readonly string[]): string | null {
  const offered = (offers ?? []).map(({ name }) => name);
  if (offered.length === 0) return 'A yes to this question is about all of it.';
  const stranger = levers.find((name) => !offered.includes(name));
  if (stranger !== undefined) return `"${stranger}" is none of what is offered: ${offered.join(', ')}.`;
  const agreed = agreedLevers({ offers }, [...decisions, { levers: [...levers] }]);
  return agreed?.length === 0 ? 'Nothing would be left that everybody agrees to. Decline, with a reason.' : null;
}

/** Why this person can have no say in this question now, whatever they want to say; null when they can. */
function barred(approval: Approval, { approver, now }: Pick<Attempt, 'approver' | 'now'>): string | null {
  const last = approval.decisions.at(-1);
  if (approval.state !== 'PENDING') {
    const whom = last ? ` by ${last.by} at ${last.at}` : '';
    return `This question is already ${approval.state.toLowerCase()}${whom}.`;
  }
  if (now >= approval.expiresAt) return `This question expired at ${approval.expiresAt}.`;
  if (isAmong(approver, approval.suspects)) return 'You are under investigation in this incident.';
  return null;
}

/** Why this person cannot take a question over now: it would stop climbing, which nobody may want who asked for it. */
export function notTakenOver(approval: Approval, attempt: Pick<Attempt, 'approver' | 'now'>): string | null {
  const because = barred(approval, attempt);
  if (because) return because;
  if (attempt.approver.name === approval.requestedBy)
    return 'You requested this yourself; another approver must answer.';
  const { owner } = approval;
  return owner ? `${owner.by} took this over at ${owner.at}.` : null;
}

/** Why this person cannot take this decision now, in words for that person; null when they can. */
export function objection(approval: Approval, attempt: Attempt): string | null {
  const { planHash, approver, verdict, reason } = attempt;
  const because = barred(approval, attempt);
  if (because) return because;
  if (planHash !== null && planHash !== approval.planHash)
    return 'The plan has changed since this message; decide on the new one.';
  if (approver.name === approval.requestedBy) return 'You requested this yourself; another approver must agree.';
  const mine = personOf(approver);
  const isMine = ({ by, person }: Decision): boolean => by === approver.name && (!person || !mine || person === mine);
  // Whoever said yes first may think again, as long as the second has not.
  if (verdict === 'APPROVED' && approval.decisions.some(isMine)) return 'A second person must approve.';
  if (verdict === 'DECLINED' && !reason?.trim()) return 'Give a reason for declining.';
  const levers = namedLevers(approval, attempt);
  return levers ? badChoice(approval, levers) : null;
}

/** The state after one more decision: a single no declines, two-person questions stay pending after the first yes of somebody who is an approver still. */
export function stateAfter(
  approval: Pick<Approval, 'needs' | 'decisions'>,
  verdict: Decision['verdict'],
): ApprovalState {
  if (verdict === 'DECLINED') return 'DECLINED';
  return approval.needs === 'two' && approval.decisions.length === 0 ? 'PENDING' : 'APPROVED';
}
