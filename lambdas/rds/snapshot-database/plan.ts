/** RDS takes so many characters in the name of a snapshot (RDS API reference, CreateDBSnapshot). */
const longest = 255;

/**
 * Name of our snapshot: a letter first, letters, digits and hyphens, no two of these together, none at the end (RDS API reference,
 * CreateDBSnapshot). The same incident and database have the same, so that called again there is one.
 */
export const snapshotName = (incident: string, database: string): string =>
  `tourniquet-${incident}-${database}`
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/-$/, '');
