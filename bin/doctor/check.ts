import type { Deployed } from '../../lib/domain/deployed.ts';

/** What of a deployment a check is about. One about an account is asked of each account, one about a Region of each Region in each. */
export type About = 'people' | 'hub' | 'account' | 'region';

export type Level = 'ok' | 'warn' | 'fail' | 'not-proven';

/** What a check found. */
export interface Verdict {
  readonly level: Level;
  /** What came back, in words, never a secret. */
  readonly answer: string;
  /** The commands that mend it, in order; what is said about the next is a line that begins with `#`. */
  readonly mend: readonly string[];
}

/** The shape that the construction of any SDK client takes. */
export interface ClientOptions {
  readonly region: string;
  readonly maxAttempts: number;
}

/** Gives a client, one a class, that reads with the caller's rights in one account and Region. */
export type Clients = <C>(Client: new (options: ClientOptions) => C) => C;

/** The deployment that is examined. */
export interface Patient {
  readonly stack: string;
  readonly config: Deployed;
  /** Where the hub is. */
  readonly home: Place;
  readonly partition: string;
  /** The accounts besides the hub; none where the organisation could not be asked, which a check says. */
  readonly members: readonly string[];
  /** An output of the hub's stack. */
  readonly output: (name: string) => string;
  /** Physical ids of the hub's resources of a type, `AWS::Lambda::Function`. */
  readonly resources: (type: string) => readonly string[];
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Where a check is asked, and with what. */
export interface At extends Place {
  readonly patient: Patient;
  readonly client: Clients;
  /** The same in the hub. */
  readonly hub: Clients;
}

/** One question to a deployment, and how its answer is read. */
export interface Check {
  /** Kebab-case. */
  readonly id: string;
  readonly about: About;
  /** What is true when all is well, as a sentence without its full stop; shown where it is. */
  readonly title: string;
  /** IAM actions the caller needs, each the call that is made or what AWS checks for it. Those of Slack begin with `slack:`. */
  readonly asks: readonly [string, ...string[]];
  /** The role of ours whose work fails with it, without the deployment's name, and the action that it cannot do then. */
  readonly concerns: { readonly role: string; readonly action: string };
  /** Left out: always. */
  readonly applies?: (patient: Patient, place: Place) => boolean;
  /** Errors are understood by whoever asks: denied is not proven, gone has failed, anything else has failed too. */
  readonly run: (at: At) => Promise<Verdict>;
}

export const ok = (answer: string): Verdict => ({ level: 'ok', answer, mend: [] });
export const warn = (answer: string, ...mend: string[]): Verdict => ({ level: 'warn', answer, mend });
export const fail = (answer: string, ...mend: string[]): Verdict => ({ level: 'fail', answer, mend });
export const notProven = (answer: string, ...mend: string[]): Verdict => ({ level: 'not-proven', answer, mend });

/** How many names an answer lists before it counts the rest. */
const listed = 5;

/** `a, b and 3 more`. */
export function list(names: readonly string[]): string {
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  return `${names.slice(0, listed).join(', ')}${more}`;
}

/** The last part of an ARN, or of a queue's URL. */
export const shortName = (arn: string): string => arn.split(/[:/]/).at(-1) ?? arn;

/** Deploys a stack. Without its file the configuration is what cdk.json says, which would be deployed over that of the file. */
export const deploy = (stack: string): string =>
  `npx cdk deploy ${stack}  # with the same -c config=FILE, if you use one`;

/** Deploys what is missing, and brings back what differs. */
export const deployAgain = deploy('Tourniquet');

/** An AWS command line in a Region. */
export const aws = (region: string, command: string): string => `aws --region ${region} ${command}`;
