/** Names a sentence shows before it only counts. */
const nameable = 5;

/** The first few, and how many more there are. */
export const listed = (names: readonly string[]): string =>
  `${names.slice(0, nameable).join(', ')}${names.length > nameable ? ` and ${names.length - nameable} more` : ''}`;
