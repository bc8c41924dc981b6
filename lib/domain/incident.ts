import * as z from 'zod';
import { AuthorityDecision, Mode } from './authority.ts';

/** Which run of which incident a step works for. Travels in every state; small, and free of anything secret. */
export const Run = z.object({
  incident: z.string(),
  /** Name of the Step Functions execution; also the session name in the member account, so CloudTrail shows who acted. */
  id: z.string(),
  playbook: z.string(),
  mode: Mode,
  openedAt: z.iso.datetime(),
  /** How many sessions from the finding's own the one is that this run is about; absent: it is the finding's own. */
  depth: z.int().optional(),
});
export type Run = z.infer<typeof Run>;

/** A few words each, after a colon. */
const Stands = z.object({ held: z.string(), open: z.string() });

/** A question as the playbook declares it; open-incident receives these from the state machine's own definition. */
export const Question = z.object({
  name: z.string(),
  levers: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      effect: z.string(),
      undo: z.string(),
      /** It acts where the organisation is administered, not in the account of the target. */
      in: z.literal('organization').optional(),
    }),
  ),
  ifNobodyAnswers: z.enum(['hold', 'contain']),
  /** Seconds the question has in the second channel until silence decides, and at most in the first. */
  within: z.number(),
  /** Seconds until it climbs to the second channel; earlier versions left it out, where it was `within`. */
  climbs: z.number().optional(),
  /** Kinds of targets at least one of its levers works on; empty where it asks for none. */
  takes: z.array(z.string()).default([]),
  /** Where a yes is final. */
  kind: z.literal('eradicate').optional(),
  /** It comes up only where what came before turns out not to hold. */
  asked: z.literal('where needed').optional(),
  /** The question in whose list its levers can be ticked too. */
  offeredIn: z.string().optional(),
  /** How the target stands once it was answered with a yes that was verified, and without. */
  stands: Stands.optional(),
  /** How many people have to agree. */
  needs: z.enum(['one', 'two']).default('one'),
  /** A person may pick what runs instead: of the playbooks that take the target, as many as they like. */
  picks: z.literal('playbook').optional(),
  /** What is left to the hands of whoever takes over. */
  byHand: z.array(z.string()).default([]),
});
export type Question = z.infer<typeof Question>;

/** A lever of a wider question of the same run, and which plan a yes to it agrees to. */
export const Further = z.object({
  name: z.string(),
  title: z.string(),
  effect: z.string(),
  of: z.object({ question: z.string(), plan: z.string() }),
});
export type Further = z.infer<typeof Further>;

/** What a question would do to one target. Its hash binds the approval: another plan needs another decision. */
export const Plan = z.object({
  question: Question,
  authority: AuthorityDecision,
  hash: z.string(),
  /** Levers that cannot work on this target, and why, in words for whoever is asked. */
  cannot: z.object({ levers: z.array(z.string()), because: z.string() }).optional(),
  /** Levers of wider questions that can be ticked with this one; who does is not asked again. */
  further: z.array(Further).optional(),
  /** Who asked for it, when a person did. */
  requestedBy: z.string().nullish(),
  /** ARNs of all it lets go; it is bound to them, rather than to one target with its facts. */
  targets: z.array(z.string()).optional(),
  /** Of a further run: how the incident stood when its finding joined, a line a threat, and the levers that it holds on this target. */
  already: z.object({ stands: z.array(z.string()), levers: z.array(z.string()) }).optional(),
});
export type Plan = z.infer<typeof Plan>;

export const IncidentState = z.enum(['open', 'contained', 'held', 'released', 'closed']);
export type IncidentState = z.infer<typeof IncidentState>;
