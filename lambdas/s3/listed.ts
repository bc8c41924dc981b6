/** Names a sentence shows before it only counts. */
const nameable = 5;

/** The first few, and how many more there are. */
export const listed = (names: readonly string[], most = nameable): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;
