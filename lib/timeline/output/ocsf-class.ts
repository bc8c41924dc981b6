import type { PrintedEvent } from '../event.ts';

/** A class of OCSF, and what was done in its words. */
export interface OcsfClass {
  readonly name:
    | 'api_activity'
    | 'network_activity'
    | 'dns_activity'
    | 'http_activity'
    | 'datastore_activity'
    | 'base_event';
  readonly category: number;
  readonly uid: number;
  readonly activity: number;
}

const other = 99;

/** Create, Read, Update, Delete, by how AWS and Kubernetes begin their names. */
const acts: readonly (readonly [RegExp, number])[] = [
  [/^(Create|Run|Register|Start|create)/, 1],
  [/^(Get|List|Describe|Head|Lookup|Search|Select|BatchGet|Decrypt|get|list|watch|REST\.(GET|HEAD))/, 2],
  [/^(Update|Put|Modify|Attach|Set|Add|Associate|Enable|update|patch|REST\.(PUT|POST))/, 3],
  [/^(Delete|Terminate|Remove|Detach|Disassociate|Deregister|delete|REST\.DELETE|BATCH\.DELETE)/, 4],
];
const methods = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'TRACE', 'PATCH'];

const firstOf = (name: string): number => acts.find(([pattern]) => pattern.test(name))?.[1] ?? other;

function networkClass(action: string, outcome: PrintedEvent['outcome']): OcsfClass {
  // Traffic: query and answer are one record.
  if (action.startsWith('query ')) return { name: 'dns_activity', category: 4, uid: 4003, activity: 6 };
  const method = methods.indexOf(action.split(' ').at(-1) ?? '') + 1;
  if (method > 0) return { name: 'http_activity', category: 4, uid: 4002, activity: method };
  // Refuse, or traffic.
  return { name: 'network_activity', category: 4, uid: 4001, activity: outcome === 'failure' ? 5 : 6 };
}

function datastoreAct(action: string): number {
  if (/connect/i.test(action)) return 3;
  return /^(QUERY|SELECT|slow|Query|READ)/.test(action) ? 4 : other;
}

/** The class for an event: by its kind, and within a kind by what was done. */
export function classOf({ kind, action, outcome }: PrintedEvent): OcsfClass {
  if (kind === 'network') return networkClass(action, outcome);
  if (kind === 'database')
    return { name: 'datastore_activity', category: 6, uid: 6005, activity: datastoreAct(action) };
  if (kind === 'compute') return { name: 'base_event', category: 0, uid: 0, activity: other };
  return { name: 'api_activity', category: 6, uid: 6003, activity: firstOf(action.split(':').at(-1) ?? '') };
}
