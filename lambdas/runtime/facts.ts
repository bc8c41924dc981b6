import type { Finding } from '../../lib/domain/finding/finding.ts';
import type { Named } from '../../lib/domain/named.ts';
import type { FirstSight } from '../../lib/domain/target.ts';
import { isGone } from './errors.ts';
import type { Session } from './session.ts';

/** What could be learned, and what could not: a fact that is missing turns `auto` into a question, never the other way. */
export interface Facts<T> {
  readonly target: T;
  /** `gone`: nothing is left to contain. `unread`: we may not look, or do not know how, and a person has to. */
  readonly known: 'read' | 'gone' | 'unread';
  readonly because: string;
  /** Names of what AWS says it belongs to: the incident holds them too. */
  readonly behind?: readonly string[];
}

/** How the facts of one kind of target are read, at the door, by open-incident. */
export interface FactsReader<T> {
  read(base: T, session: Session, finding: Finding): Promise<Facts<T>>;
  /** Of what else turns out to be one: whose it is; null where it is nobody's any more. */
  find?(named: Named, sight: FirstSight, session: Session): Promise<T | null>;
}

export const read = <T>(target: T): Facts<T> => ({ target, known: 'read', because: '' });

export const gone = <T>(target: T, what: string): Facts<T> => ({
  target,
  known: 'gone',
  because: `${what} no longer exists`,
});

/** Null for what no longer exists. */
export const orGone = (error: unknown): null => {
  if (isGone(error)) return null;
  throw error;
};

/** Tags as a target has them. */
export const tagsOf = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []) =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
