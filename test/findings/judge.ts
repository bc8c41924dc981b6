import { isDeepStrictEqual } from 'node:util';
import { claimsOf, Finding } from '../../lib/domain/finding/finding.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import type { Reading } from '../../lib/domain/finding/reader.ts';
import { route, verdictOn } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';

/** What came of a value: findings, refusals, and whatever should not have happened. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly refusals: readonly string[];
  readonly faults: readonly string[];
}

/** As JSON keeps it: it has one zero, and -0 says the same. */
const kept = (finding: Finding): Finding => ({
  ...finding,
  count: finding.count + 0,
  score: finding.score === null ? null : finding.score + 0,
});

const books = new Set(playbooks.map(({ name }) => name));

/** A refusal is one line of a log, and what a finding lacks is a word in a message; neither is the place for what somebody sent. */
const longest = { refusal: 600, word: 200 };

function faultsOf(finding: Finding): string[] {
  const parsed = Finding.safeParse(finding);
  if (!parsed.success) return [`the schema does not take it: ${parsed.error.issues[0]?.path.join('.')}`];
  const chosen = route(playbooks, finding);
  const { outcome, because } = verdictOn(finding, chosen, 'tourniquet');
  const claims = claimsOf(finding);
  return [
    ...(isDeepStrictEqual(JSON.parse(JSON.stringify(finding)), kept(finding)) ? [] : ['JSON changes it']),
    ...(isDeepStrictEqual(parsed.data, finding) ? [] : ['the schema changes it']),
    ...(books.has(chosen.playbook) && chosen.because ? [] : [`it goes to ${chosen.playbook}, which is none`]),
    ...(outcome && because ? [] : ['nobody says what comes of it']),
    ...(claims.length > 0 && claims.every((one) => one !== '') ? [] : ['it claims nothing']),
    ...(claims.length <= 80 ? [] : [`it claims ${claims.length} resources`]),
    ...finding.missing.filter((word) => word.length > longest.word).map((word) => `it lacks ${word.slice(0, 60)}…`),
  ];
}

const refused = (reading: Reading): string[] => ('unreadable' in reading ? [reading.unreadable] : []);
const wrongRefusal = (said: string): string[] =>
  /\S/.test(said) && said.length <= longest.refusal
    ? []
    : [`a refusal of ${said.length} characters: ${said.slice(0, 60)}`];

/** Reads a value and decides what comes of it, as the program does; never throws. */
export function judged(value: unknown): Judged {
  try {
    const readings = readFindings(value);
    const findings = readings.flatMap((reading) => ('finding' in reading ? [reading.finding] : []));
    const refusals = readings.flatMap(refused);
    const both = findings.length + refusals.length === readings.length ? [] : ['neither a finding nor refused'];
    return { findings, refusals, faults: [...both, ...findings.flatMap(faultsOf), ...refusals.flatMap(wrongRefusal)] };
  } catch (error) {
    const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { findings: [], refusals: [], faults: [`it throws ${shown.slice(0, 600)}`] };
  }
}
