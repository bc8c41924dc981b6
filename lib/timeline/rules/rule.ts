import { type Matching, matches } from '../../domain/finding/matching.ts';
import type { TimelineEvent } from '../event.ts';
import type { TechniqueId } from './attack.ts';

/** True where the rule is about an event. What needs its fields comes last: parsing costs more than all the rest. */
export type Test = (event: TimelineEvent) => boolean;

/** What has to be true beside the name of the call: written as an event pattern over the fields of the record, or as a test. */
export type When = Matching | Test;

/** So many of them, by one of somebody or something, within so many seconds; from the last of these on each has the label. */
export interface Burst {
  readonly of: number;
  readonly within: number;
  /** Whose they are counted as. */
  readonly by: 'actor' | 'address' | 'resource';
  /** Counts what differs in this, and not the same again and again: different calls, different ports. */
  readonly different?: (event: TimelineEvent) => string;
}

/** One rule: which records it is about, what ATT&CK calls that, and who says so. */
export interface Rule {
  readonly id: string;
  readonly technique: TechniqueId;
  /** Calls as policies write them (`iam:CreateUser`), `*` for every record of CloudTrail, or formats, of which `when` looks at each record. */
  readonly on: readonly string[];
  /** What happened, for people who ask why. */
  readonly says: string;
  /** A page or a document that says the same. */
  readonly source: string;
  readonly when?: When;
  readonly burst?: Burst;
  /** What can be seen without parsing the record: rules about every call have one, since parsing costs more than all the rest. */
  readonly sieve?: (event: TimelineEvent) => boolean;
}

/** A rule as the tables write it: id, technique, what it is about, what happened, source, and what else has to be true. */
export type Row = readonly [
  id: string,
  technique: TechniqueId,
  on: string | readonly string[],
  says: string,
  source: string,
  when?: When | null,
  burst?: Burst | null,
  sieve?: Rule['sieve'],
];

const written = ([id, technique, on, says, source, when, burst, sieve]: Row): Rule => ({
  id,
  technique,
  on: typeof on === 'string' ? on.split(' ') : on,
  says,
  source,
  ...(when && { when }),
  ...(burst && { burst }),
  ...(sieve && { sieve }),
});

/** Rules as rows, so that one is read, and reviewed, at a glance. */
export const table = (...rows: readonly Row[]): readonly Rule[] => rows.map(written);

/** Whether a rule's condition holds for a record; of a rule without one it does. */
export function holds({ when, sieve }: Rule, event: TimelineEvent): boolean {
  if (sieve && !sieve(event)) return false;
  if (!when) return true;
  return typeof when === 'function' ? when(event) : matches(when, event.fields());
}

const stratusPages = 'https://stratus-red-team.cloud/attack-techniques';

/** The page of an attack technique of Stratus Red Team. */
export const stratus = (name: string, platform = 'AWS', prefix = 'aws'): string =>
  `${stratusPages}/${platform}/${prefix}.${name}/`;

/** A rule of SigmaHQ about CloudTrail. */
export const sigma = (file: string, folder = 'cloud/aws/cloudtrail'): string =>
  `https://github.com/SigmaHQ/sigma/blob/master/rules/${folder}/${file}.yml`;

/** A technique's own page, where it names the call. */
export const mitre = (id: TechniqueId): string => `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`;

/** A page of AWS's documentation. */
export const aws = (page: string): string => `https://docs.aws.amazon.com/${page}`;

/** A rule of Panther by its id; it comes with records that fit and records that do not. */
export const panther = (id: string): string =>
  `https://github.com/panther-labs/panther-analysis/tree/main/rules/aws_cloudtrail_rules (${id})`;
