/** Where each story of the demo plays: who is robbed, of what, and whom it must not touch. */

import type { Kind } from '../../lib/domain/logs.ts';
import { manage } from './agent.ts';
import { findingAboutKey } from './credential-finding.ts';
import type { Credentials, Deployment } from './deployment.ts';
import { type Attempt, buildEstate, customers, type Estate, launch, stolenSession, tryTheft } from './estate.ts';
import { entry, findingAbout } from './finding.ts';
import { hire, roleSeen, sessionsFrom, userSeen } from './identities.ts';
import { breakIn, deliverLogs, keepLogs } from './log-sources.ts';
import { type InterfaceSeen, interfacesOf } from './readback.ts';
import type { RecordedCall } from './sandbox.ts';
import type { Expected } from './told.ts';
import { pool, remote } from './web-logs.ts';

export type Course = readonly [before: Attempt, during: Attempt, after: Attempt];
export const stopped: Course = ['allowed', 'denied', 'allowed'];
export const untouched: Course = ['allowed', 'allowed', 'allowed'];
const dead: Course = ['denied', 'denied', 'denied'];

export interface Actor {
  readonly who: string;
  /** What it tries. */
  readonly what: string;
  /** How its tries have to end: before, contained, released. */
  readonly course: Course;
}

/** Somebody really does what is answered; no finding is sent. */
export interface Deed {
  readonly type: string;
  readonly call: () => Promise<unknown>;
}

export interface Scene {
  /** Lines about who is who. */
  readonly cast: readonly string[];
  readonly actors: readonly Actor[];
  /** What each of them meets with now, in their order. */
  tries(): Promise<Attempt[]>;
  /** What the incident is about, as it ends the resource's name and stands in the messages. */
  readonly about: string;
  /** What begins it: a finding that is sent, or a call that CloudTrail has on record. */
  readonly finding: { readonly type: string; readonly event: ReturnType<typeof entry> } | Deed;
  /** The question whose answer contains, the step that does it first, and which call of it stops the thief. */
  readonly question: string;
  readonly step: string;
  /** The step that begins the run in which that is asked; left out: it is asked in the run of the finding. */
  readonly begunBy?: string;
  isContaining(call: RecordedCall, seen: readonly InterfaceSeen[]): boolean;
  /** At most so many calls are awaited in a row before that one. */
  readonly awaited: number;
  /** The run of the response takes fewer transitions than this. */
  readonly transitions: number;
  /** How many runs of the incident have to close before it is released: whoever acted may have one too. */
  readonly runs: number;
  /**
   * Lets AWS write logs of what was done so far; of these kinds some are sealed, and the timeline tells the story by them. A kind of which some
   * time is missing is said to have a gap. Left out: nobody looks for them.
   */
  readonly logs?: {
    write(): Promise<void>;
    readonly kinds: readonly string[];
    readonly story: readonly Expected[];
    readonly gap?: Kind;
  };
  /** What the account itself shows of what is going to be changed. */
  look(): Promise<unknown>;
  readonly isolates: number;
  interfaces(): Promise<InterfaceSeen[]>;
}

export const guardDuty = <D extends { readonly type: string }>(detail: D): Scene['finding'] => ({
  type: detail.type,
  event: entry('aws.guardduty', 'GuardDuty Finding', detail),
});

const estates = new WeakMap<Deployment, Promise<Estate>>();

/** The company of a deployment, built once: several stories may play there. */
export function estateOf(deployment: Deployment): Promise<Estate> {
  const there = estates.get(deployment) ?? buildEstate(deployment);
  estates.set(deployment, there);
  return there;
}

/** What all scenes begin with that are about instances and keys. */
const usual = { awaited: 4, runs: 1, transitions: 30 } as const;

interface Robber extends Omit<Actor, 'what'> {
  readonly as: Credentials;
}

/** All of them are after the customers' data. */
const robbing = (deployment: Deployment, actors: readonly Robber[]): Pick<Scene, 'actors' | 'tries'> => ({
  actors: actors.map(({ who, course }) => ({ who, what: customers.what, course })),
  tries: () => Promise.all(actors.map(({ as }) => tryTheft(deployment, as))),
});

async function twoInstances(deployment: Deployment, estate: Estate) {
  const victim = await launch(deployment, estate, { tags: { environment: 'production', owner: 'shop team' } });
  const sister = await launch(deployment, estate);
  const [stolen, own] = await Promise.all([stolenSession(deployment, victim), stolenSession(deployment, sister)]);
  const actors: Robber[] = [
    { who: `thief with the stolen session of ${victim}`, as: stolen, course: stopped },
    { who: `innocent instance ${sister}`, as: own, course: untouched },
  ];
  const cast = [
    `${victim}: two interfaces, two volumes, in Auto Scaling group "shop" and behind its load balancer`,
    `${sister}: innocent, with the same role "${estate.profile}"`,
  ];
  return { victim, stolen, actors, cast };
}

const stolen = (by: string): Expected => ({
  kind: 'storage',
  action: /^s3:GetObject$/,
  of: [by, customers.arn],
  outcome: 'success',
});

/** How an instance was robbed, in the order in which logs have it. */
const robbery = (victim: string): Expected[] => [
  { kind: 'network', action: /^ALLOW GET$/, of: [remote, 'SQLi_QUERYARGUMENTS'], outcome: 'success' },
  { kind: 'network', action: /^GET$/, of: [remote, 'app/shop/'], outcome: 'success' },
  stolen(victim),
  { kind: 'network', action: /^query A$/, of: [victim, pool], outcome: 'success' },
  { kind: 'network', action: /^ACCEPT$/, of: [remote], outcome: 'success' },
];

export async function compromisedInstance(deployment: Deployment): Promise<Scene> {
  const estate = await estateOf(deployment);
  await keepLogs(deployment, estate);
  const { victim, actors, cast } = await twoInstances(deployment, estate);
  await manage(deployment.sandbox, victim);
  await breakIn(deployment, estate, victim);
  const interfaces = () => interfacesOf(deployment, victim);
  return {
    ...usual,
    ...robbing(deployment, actors),
    cast,
    about: victim,
    question: 'quarantine',
    step: 'quarantine-interfaces',
    finding: guardDuty(findingAbout(deployment, victim)),
    logs: {
      write: () => deliverLogs(deployment, estate, victim),
      kinds: ['audit-logs', 'network-logs'],
      story: robbery(victim),
      // Flow logs were off until a moment ago.
      gap: 'network',
    },
    isContaining: ({ action, request }, seen) => {
      const closed = new Set(seen.flatMap(({ groups }) => groups));
      return (
        action === 'ec2:ModifyNetworkInterfaceAttribute' &&
        Object.values(request).some((value) => closed.has(String(value)))
      );
    },
    look: interfaces,
    interfaces,
    isolates: 2,
  };
}

export async function stolenCredentials(deployment: Deployment): Promise<Scene> {
  const estate = await estateOf(deployment);
  const { victim, stolen, actors, cast } = await twoInstances(deployment, estate);
  const type = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS';
  const { accessKeyId } = stolen;
  const holder = { accessKeyId, userType: 'AssumedRole', userName: estate.profile, session: victim } as const;
  return {
    ...usual,
    ...robbing(deployment, actors),
    cast,
    about: victim,
    question: 'deny',
    step: 'deny-session',
    finding: guardDuty(findingAboutKey(deployment, holder, { type })),
    isContaining: ({ action }) => action === 'iam:PutRolePolicy',
    look: () => roleSeen(deployment, estate.profile),
    interfaces: async () => [],
    isolates: 0,
  };
}

export async function leakedKey(deployment: Deployment): Promise<Scene> {
  const estate = await estateOf(deployment);
  await keepLogs(deployment, estate);
  const [alice, bob] = await Promise.all([
    hire(deployment, 'alice', { others: 'of each kind' }),
    hire(deployment, 'bob', { older: 'none' }),
  ]);
  const { plain, federated } = await sessionsFrom(deployment, alice.key);
  const actors: Robber[] = [
    { who: "thief with alice's key", as: alice.key, course: stopped },
    { who: 'thief with a session made from it', as: plain, course: stopped },
    { who: 'thief with a federated session made from it', as: federated, course: stopped },
    ...(alice.older ? [{ who: "alice's key from before, inactive", as: alice.older, course: dead }] : []),
    { who: 'innocent user bob', as: bob.key, course: untouched },
  ];
  const { accessKeyId } = alice.key;
  return {
    ...usual,
    ...robbing(deployment, actors),
    cast: [
      `${alice.arn}: one key that leaks, one from before that is inactive; an API key, SSH keys, a certificate`,
      'the thief makes two sessions from the key; they outlive it',
      `${bob.arn}: innocent, with the same rights`,
    ],
    about: alice.name,
    question: 'revoke',
    step: 'deny-user',
    finding: guardDuty(findingAboutKey(deployment, { accessKeyId, userType: 'IAMUser', userName: alice.name })),
    logs: {
      write: () => deliverLogs(deployment, estate, null),
      kinds: ['audit-logs'],
      story: [
        { kind: 'audit', action: /^sts:GetSessionToken$/, of: [alice.name], outcome: 'success' },
        stolen(alice.name),
      ],
    },
    isContaining: ({ action }) => action === 'iam:AttachUserPolicy',
    look: () => userSeen(deployment, alice.name),
    interfaces: async () => [],
    isolates: 0,
  };
}
