import { type Pointer, pointerWords, rewound, runsLate, type Versions } from '../versions.ts';

interface Code {
  readonly aliases: Readonly<Record<string, Pointer>>;
  readonly versions: Versions;
}

/** What each alias runs, and would run: whoever decides sees which version is taken for the last good one, and why. */
export function aliasSentences({ aliases, versions }: Code, since: string): string[] {
  const late = Object.entries(aliases).filter(([, alias]) => runsLate(alias, versions, since));
  const rest = Object.entries(aliases).filter(([, alias]) => !runsLate(alias, versions, since));
  return [
    ...late.map(([name, alias]) => {
      const next = rewound(alias, versions, since);
      const runs = `Alias ${name} runs ${pointerWords(alias, versions)}`;
      return next
        ? `${runs}; it would run ${pointerWords(next, versions)}, the newest from before the first sign (${since})`
        : `${runs}, and stays: no published version is from before the first sign (${since})`;
    }),
    ...rest.map(
      ([name, alias]) => `Alias ${name} stays on ${pointerWords(alias, versions)}, from before the first sign`,
    ),
  ];
}

/** The last good version is chosen by time alone, and time does not say who wrote it. */
export const choice =
  'If the code was tampered with before the first sign, do not approve: point the alias to another version by hand (aws lambda update-alias)';
