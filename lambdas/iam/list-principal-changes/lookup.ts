import type { Session } from '../../runtime/session.ts';
import { lookups as series } from '../event-history.ts';
import { callFrom } from './event.ts';

/** A person waits for the question. Milliseconds. */
const longest = 15_000;

/** Reads series of calls in our words. */
export const lookups = (session: Session) => series({ session, longest, callFrom });
