import { isIP } from 'node:net';
import type { Label, PrintedEvent } from '../event.ts';
import { classOf, type OcsfClass } from './ocsf-class.ts';
import type { Writer } from './writer.ts';

/** The version of the schema, and the profiles whose members are used: without them `attacks`, `time_dt` and `cloud` are no members. */
const version = '1.8.0';
const profiles = ['cloud', 'datetime', 'security_control'];
const statuses = { success: 1, failure: 2, unknown: 0 } as const;
/** Informational: how bad something is no log says. */
const severity = 1;
const unknownType = 0;
/** Of databases, as all of RDS are. */
const relational = 1;

/** Services of AWS are in `sourceIPAddress` too, and `ip` refuses them. */
function endpoint(address: string | null): object {
  if (address === null) return { name: 'unknown' };
  return isIP(address) === 0 ? { svc_name: address } : { ip: address };
}

function destination(resources: readonly string[]): object | null {
  for (const one of resources) {
    const [, ip = one, port] = /^(.*?):(\d{1,5})$/.exec(one) ?? [];
    if (isIP(ip) !== 0) return port === undefined ? { ip } : { ip, port: Number(port) };
  }
  return null;
}

const attack = ({ technique, tactics, attackVersion }: Label): object => ({
  technique: { uid: technique },
  tactics: tactics.map((uid) => ({ uid })),
  version: attackVersion,
});

function actor({ actor }: PrintedEvent): object {
  if (!actor) return { user: { name: 'unknown', type_id: unknownType } };
  const account = actor.account === null ? {} : { account: { uid: actor.account } };
  return { user: { name: actor.id, uid: actor.id, type: actor.kind, type_id: 99, ...account } };
}

/** What each class has of its own. */
function particulars(event: PrintedEvent, { name }: OcsfClass): object {
  const { action, resources, address } = event;
  const from = { src_endpoint: endpoint(address) };
  const to = destination(resources);
  const [service, operation = service] = action.split(':', 2);
  if (name === 'api_activity')
    return {
      ...from,
      actor: actor(event),
      api: { operation, service: { name: service } },
      resources: resources.map((uid) => ({ uid })),
    };
  if (name === 'datastore_activity')
    return {
      ...from,
      actor: actor(event),
      database: { name: resources[0] ?? 'unknown', type_id: relational },
      query_info: { name: action, query_string: event.raw },
    };
  if (name === 'dns_activity')
    return { ...from, query: { hostname: resources[0] ?? 'unknown', type: action.split(' ').at(-1) } };
  // The method is the activity; as `http_method` a validator wants a number for it.
  if (name === 'http_activity')
    return { ...from, http_request: { url: { url_string: resources.find((one) => one.includes('/')) ?? '' } } };
  return name === 'network_activity' ? { ...from, ...(to && { dst_endpoint: to }) } : {};
}

function mapped(event: PrintedEvent): object {
  const is = classOf(event);
  const { time, kind, labels, normal, source, also = [], outcome, actor: who, raw, action, resources } = event;
  return {
    category_uid: is.category,
    class_uid: is.uid,
    activity_id: is.activity,
    type_uid: is.uid * 100 + is.activity,
    // Milliseconds; what is finer stays in the text beside it.
    time: Date.parse(`${time.slice(0, 23).replace(/Z?$/, 'Z')}`),
    time_dt: time,
    severity_id: severity,
    status_id: statuses[outcome],
    message: action,
    metadata: { version, profiles, product: { name: `AWS ${kind} logs`, vendor_name: 'AWS' }, log_name: source.file },
    cloud: { provider: 'AWS', ...(who?.account && { account: { uid: who.account } }) },
    ...particulars(event, is),
    ...(labels.length > 0 && { attacks: labels.map(attack) }),
    unmapped: { kind, normal, source, also, resources, rules: labels.map(({ rule }) => rule) },
    raw_data: raw,
  };
}

/** OCSF as JSON Lines; `fileOf` keeps the classes apart, since most tools take one class a file. */
export const ocsf: Writer = {
  event: (event) => `${JSON.stringify(mapped(event))}\n`,
  fileOf: (event) => `${classOf(event).name}.ndjson`,
};
