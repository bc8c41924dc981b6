import { type Argument, InvalidArgumentError, Option } from 'commander';
import type { Calls } from './calls.ts';

/** What was typed, as commander read it. */
export interface Invocation {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** A machine with `--json`. */
  readonly reader: 'machine' | 'person';
  /** Every verb there is, for what derives from their declarations. */
  readonly verbs: readonly Verb[];
}

/** What a verb has to say: `data` to machines (a list becomes one object a line), the rest to people. */
export interface Answer {
  readonly data: object | readonly object[];
  readonly text: string;
  /** The next useful command, as words after `tourniquet`. */
  readonly next: string;
  /** A script is run as printed: our advice becomes a comment. */
  readonly form?: 'script';
  /** It was done, and what it found is bad: a line on standard error, and exit code 1. */
  readonly failed?: string;
  /** What could not be read while the rest was: a line each on standard error, and exit code 2. */
  readonly failures?: readonly string[];
  /** What it comes to, for machines: the last line on standard error, where standard output is taken by what was asked for. */
  readonly sum?: object;
}

/** What a word that is being typed may become, and what that is. */
export type Offer = readonly [value: string, about: string];

/** A verb is declared once; parsing, help, completion, `--json` and exit codes derive from the declaration. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Argument[];
  readonly options: readonly Option[];
  /** Words after `tourniquet`. */
  readonly examples: readonly [string, string];
  /** What the word that is being typed may become, where its operands are no fixed choice. */
  suggest?(typed: string): Promise<readonly string[]>;
  /** What the values of an option may be, by its name, from all that was typed behind `tourniquet`. */
  readonly values?: Readonly<Record<string, (words: readonly string[]) => Promise<readonly Offer[]>>>;
  /** What it calls in AWS, for whom; left out where it needs no AWS. */
  readonly calls?: Calls | (() => Promise<Calls>);
  /** Loads what it needs itself: `--help` must not wait for the SDK. */
  run(invocation: Invocation): Promise<Answer>;
}

/** It could not be done: exit code 1. */
export class Failure extends Error {
  override name = 'Failure';
}

export const exitCodes = { done: 0, failed: 1, misused: 2 } as const;

/** How the command line is called from the repository; npm passes what follows on as it is. */
export const prefix = 'npm run -s tourniquet --';

export const stack = new Option('--stack <name>', 'CloudFormation stack of the deployment').default('tourniquet');

/** For an option that may be given several times: `--fact a b`, `--fact a,b` and `--fact a --fact b` are the same. */
export const several = (word: string, before: string | undefined): string =>
  before === undefined ? word : `${before},${word}`;

const given = (text: string): string => {
  if (text.trim()) return text;
  throw new InvalidArgumentError('Give a reason in a few words.');
};
const why = (): Option =>
  new Option('--reason <text>', 'reason; goes into the message and the ledger').argParser(given);

export const reason = why();
export const mandatoryReason = why().makeOptionMandatory();
