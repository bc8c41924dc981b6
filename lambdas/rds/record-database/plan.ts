/** Milliseconds before the first sign from which logs are wanted. */
const ahead = 86_400_000;

/** Log files taken, and bytes of them in all: what is older or more stays in RDS, and the record says so. */
export const mostFiles = 40;
export const mostBytes = 64 * 1024 * 1024;
/** Bytes that are held before they are sealed as one part. */
export const partBytes = 16 * 1024 * 1024;

/** From when on logs are wanted, in milliseconds since 1970; of a finding that does not say when it began, from when it was seen. */
export const wantedSince = (firstSeen: string | null | undefined, openedAt: string): number =>
  Date.parse(firstSeen ?? openedAt) - ahead;

/** A log file of an instance. */
export interface LogFile {
  readonly instance: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly lastWritten: number;
  /** Bytes. */
  readonly size: number;
}

/** Those to take, newest first, and those for which there is no room. */
export function chosen(files: readonly LogFile[]): { readonly taken: LogFile[]; readonly left: LogFile[] } {
  const newest = files.filter(({ size }) => size > 0).toSorted((a, b) => b.lastWritten - a.lastWritten);
  const taken: LogFile[] = [];
  for (const file of newest) {
    const bytes = taken.reduce((sum, { size }) => sum + size, file.size);
    if (taken.length < mostFiles && bytes <= mostBytes) taken.push(file);
  }
  return { taken, left: newest.filter((file) => !taken.includes(file)) };
}

/** Names a sentence lists before it only counts. */
const nameable = 3;

/** What is said of files that were left; null where there are none. */
export function leftSentence(left: readonly LogFile[]): string | null {
  if (left.length === 0) return null;
  const names = left.slice(0, nameable).map(({ instance, name }) => `${name} of ${instance}`);
  const rest = left.length > nameable ? ` and ${left.length - nameable} more` : '';
  return `too large or too many: download ${names.join(', ')}${rest} by hand before RDS deletes them`;
}
