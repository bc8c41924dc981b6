/** What a scenario file may say. An analyst writes it: finding in, answers given, what has to be true in the end. */
import * as z from 'zod';
import { ways } from '../sandbox/networks.ts';

const count = z.number().int().min(0);
const texts = z.array(z.string().min(1));
/** Interfaces of an instance, by their place. */
export const placed = ['first', 'second', 'third', 'fourth'] as const;
const Interface = z.enum(['first', 'second']);
const Action = z.string().regex(/^[a-z0-9-]+:[A-Za-z*]+$/, 'should be an action such as ec2:CreateSnapshots');

const Instance = z.strictObject({
  tags: z.record(z.string(), z.string()).default({}),
  profile: z.enum(['with profile', 'without profile']).default('with profile'),
  scaling: z.enum(['in the group', 'on its own']).default('in the group'),
  /** Behind anything but an internet gateway flows are tracked, so that a swap of groups does not end them. */
  network: z.enum(ways).default('an internet gateway'),
  pods: z.enum(['none', 'behind a trunk']).default('none'),
  /** How many tags each of its volumes has; 50 is all that AWS takes. */
  volumeTags: z.number().int().min(0).max(50).default(0),
  /** `unusable`: it has one volume more, whose key somebody has disabled meanwhile. */
  volumeKey: z.enum(['none', 'unusable']).default('none'),
  /** The service that runs it, such as eks.amazonaws.com. */
  managedBy: z.string().optional(),
  /** `terminated`: it is gone before the finding comes. */
  state: z.enum(['running', 'terminated']).default('running'),
});

const Finding = z.strictObject({
  type: z.string().default('CryptoCurrency:EC2/BitcoinTool.B'),
  severity: z.number().min(0).max(10).default(8),
  sample: z.boolean().default(false),
  archived: z.boolean().default(false),
  role: z.enum(['ACTOR', 'TARGET']).default('ACTOR'),
  /** Findings of one name are one finding, seen again. Left out: a finding of its own. */
  name: z.string().optional(),
  count: z.number().int().min(1).default(1),
  when: z.enum(['at once', 'while the question waits']).default('at once'),
  /** The ways it comes in: GuardDuty's own event, and Security Hub's copies of it. */
  forms: z
    .array(z.enum(['GuardDuty', 'ASFF', 'OCSF']))
    .min(1)
    .default(['GuardDuty']),
  /** The very same finding, so many times at once. */
  copies: z.number().int().min(1).default(1),
});

const Release = z.strictObject({
  by: z.enum(['Rosa', 'Leo']),
  via: z.enum(['Slack', 'the command line']).default('Slack'),
  /** Whether the same is asked for once more, which is the same release. */
  again: z.enum(['never', 'while it waits']).default('never'),
});

/** A fault of AWS. It hits calls that name this scenario's instance or one interface of it; `everything`: whoever calls. */
const Fault = z.strictObject({
  action: Action,
  hits: z.enum(['this instance', 'everything']).default('this instance'),
  interface: Interface.optional(),
  effect: z.enum(['deny', 'throttle', 'delay', 'cut', 'kill-before', 'kill-after', 'error']),
  times: z.number().int().min(1).optional(),
  skip: count.optional(),
  seconds: z.number().optional(),
  code: z.string().optional(),
  /** Of `error`: the HTTP status that goes with `code`. Left out: 500. */
  status: z.number().int().min(400).max(599).optional(),
});

/** A fault of Slack: every call of the method, from the start of the round to its end. */
const SlackFault = z.strictObject({
  method: z.string(),
  error: z.string().optional(),
  status: z.number().int().optional(),
  /** Seconds of patience that Slack asks for with 429. */
  retryAfter: count.optional(),
  delayMs: count.optional(),
  /** So many calls are let through before. */
  after: count.optional(),
  /** For so many calls; else for as long as the round lasts. */
  times: z.number().int().min(1).optional(),
});

/** What somebody else does to the instance meanwhile. */
const Meanwhile = z.strictObject({
  when: z.enum(['before it starts', 'while the question waits']),
  interface: Interface,
  groups: z.array(z.enum(['web', 'admin'])),
});

export const Answer = z.strictObject({
  /** `nobody`: time passes until the question climbs, or ends. */
  by: z.enum(['Rosa', 'Leo', 'a stranger', 'nobody']),
  says: z.enum(['approve', 'decline', 'take-over']).optional(),
  because: z.string().optional(),
  /** Of a yes by the command line: the levers that it is about. */
  only: z.array(z.string()).optional(),
  /** Of a yes by the command line: levers of wider questions, besides all that it asks for. */
  also: z.array(z.string()).optional(),
  via: z.enum(['Slack', 'the command line']).default('Slack'),
  /** What a forger would send in place of an honest click; `again` repeats the very bytes of that person's last click. */
  forged: z.enum(['with another secret', 'ten minutes ago', 'from another workspace', 'again']).optional(),
  /** So many clicks at once. */
  clicks: z.number().int().min(1).default(1),
  /** HTTP status of the answer to each click. */
  status: z.number().int().default(200),
  /** Words that this person alone is told, at least one of them. */
  told: texts.optional(),
});
export type Answer = z.infer<typeof Answer>;

const Tried = z.enum(['allowed', 'denied']);
const Theft = z.strictObject({ before: Tried.optional(), during: Tried.optional(), after: Tried.optional() });
const Isolation = z.enum(['isolated', 'isolated-new-connections-only', 'not-isolated', 'untouched']);
export const Aspect = z.enum(['interfaces', 'auto scaling', 'load balancer', 'profile', 'role', 'protection', 'power']);
export type Aspect = z.infer<typeof Aspect>;

export const Expected = z.strictObject({
  /** How the runs of this round ended, and how many in each way. */
  outcomes: z
    .strictObject({
      responded: count.optional(),
      joined: count.optional(),
      ignored: count.optional(),
      raised: count.optional(),
      widened: count.optional(),
      advised: count.optional(),
      failed: count.optional(),
    })
    .optional(),
  /** Words in the reason of a run that joined or ignored. */
  because: texts.optional(),
  /** State of the incident, as the run reports it and as the table has it. */
  ending: z.enum(['contained', 'open', 'held', 'released']).optional(),
  /** Each thing a person has to look at, by words of it: no more and no less. */
  trouble: texts.optional(),
  /** Channels in which the question was put, in order. */
  asked: z.array(z.enum(['incidents', 'on-call'])).optional(),
  decision: z
    .strictObject({
      state: z.enum(['APPROVED', 'DECLINED', 'EXPIRED']),
      by: z.array(z.string()).optional(),
      via: z.enum(['Slack', 'the command line']).optional(),
      because: z.string().optional(),
    })
    .optional(),
  /** Each interface by its place, by what EC2 shows and what the run claims of it: the third is a trunk, and the fourth its branch. */
  isolation: z.partialRecord(z.enum(placed), Isolation).optional(),
  /** What is different about the instance from when it was placed: no more and no less. */
  changed: z.array(Aspect).optional(),
  /** Changing calls that succeeded in the member account, with their number: no more and no less. */
  calls: z.record(Action, z.number().int().min(1)).optional(),
  /** Calls that succeeded in this order, others between them. */
  order: z.array(Action).optional(),
  /** Actions of which a call was denied, throttled or cut off: no more and no less. */
  failed: z.array(Action).optional(),
  /** Actions not even tried. */
  never: z.array(Action).optional(),
  /** The thief, with the instance's stolen session. `during`: while the question waits. */
  thief: Theft.optional(),
  /** Another instance with the same role. */
  innocent: Theft.optional(),
  /** A tracked connection of the attacker's with the address that the finding names. */
  flow: z.enum(['alive', 'cut']).optional(),
  says: texts.optional(),
  neverSays: texts.optional(),
  /** Words of what went to the topic; an empty list: nothing went there. */
  paged: texts.optional(),
  /** About this instance, from the beginning of the scenario. */
  incidents: count.optional(),
  snapshots: count.optional(),
  /** Report tasks, each due so many hours after the incident was opened. */
  reports: z.strictObject({ number: count, dueHours: count }).optional(),
});
export type Expected = z.infer<typeof Expected>;

/** One thing that happens, who answers, and what has to be true then. */
const round = {
  findings: z.array(Finding).min(1).optional(),
  release: Release.optional(),
  faults: z.array(Fault).default([]),
  slackFaults: z.array(SlackFault).default([]),
  meanwhile: z.array(Meanwhile).default([]),
  answers: z.record(z.string(), z.array(Answer)).default({}),
  expect: Expected,
};

const starts = ({ findings, release }: { findings?: unknown; release?: unknown }): boolean => !findings !== !release;
const startsOnce = 'should have either findings or a release';

const Round = z.strictObject(round).refine(starts, startsOnce);
export type Round = z.infer<typeof Round>;

export const Scenario = z
  .strictObject({
    title: z.string().min(1),
    instance: Instance.default(Instance.parse({})),
    ...round,
    /** What happens afterwards, one after another, to the same instance. */
    afterwards: z.array(Round).default([]),
  })
  .refine(starts, startsOnce);
export type Scenario = z.infer<typeof Scenario>;
