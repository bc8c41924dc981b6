import type { Option } from 'commander';

/** Stands between values of an option that was given several times: no argument of a program can hold it (POSIX, execve). */
const between = '\0';

/** Makes an option one that may be given several times; its values are kept as they were typed, commas included. */
export const repeatable = (option: Option): Option =>
  option.argParser((value: string, before: string | undefined) =>
    before === undefined ? value : `${before}${between}${value}`,
  );

/** The values of such an option; none where it was not given. */
export const each = (typed: string | undefined): string[] => (typed === undefined ? [] : typed.split(between));
