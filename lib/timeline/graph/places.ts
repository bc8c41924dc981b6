import type { PrintedEvent } from '../event.ts';

/** What a node of the graph is. */
export type Place = 'identity' | 'session' | 'resource' | 'data' | 'account' | 'address';

export interface Named {
  readonly id: string;
  readonly place: Place;
}

const named = (place: Place, id: string): Named => ({ id, place });

const dataServices = new Set([
  's3',
  's3express',
  'dynamodb',
  'rds',
  'rds-data',
  'secretsmanager',
  'redshift',
  'docdb',
  'ebs',
]);
const dataArn =
  /^arn:[^:]*:(?:s3|dynamodb|rds|secretsmanager|redshift|elasticfilesystem|fsx|es|elasticache|backup|ssm:[^:]*:\d*:parameter|ec2:[^:]*:\d*:(?:snapshot|volume))[:/]/;
const bucket = /^(arn:[^:]*:s3:::[^/]+)/;
const ec2Id = /^(?:i|ami|sg|eni|vpc|subnet|vpce|acl|rtb|igw|eipalloc|lt)-[0-9a-f]{8,17}$/;
const dataId = /^(?:snap|vol)-[0-9a-f]{8,17}$/;

/** ARNs come again and again, and what they name is seen from themselves. */
const known = new Map<string, Named>();
const mostKnown = 20_000;

function ofArn(arn: string): Named {
  const found = known.get(arn);
  if (found) return found;
  const made = namedBy(arn);
  if (known.size < mostKnown) known.set(arn, made);
  return made;
}

function namedBy(arn: string): Named {
  const resource = arn.split(':').slice(5).join(':');
  if (/^arn:[^:]*:sts:.*:(?:assumed-role|federated-user)\//.test(arn)) return named('session', arn);
  if (/^arn:[^:]*:iam:/.test(arn)) {
    if (resource === 'root') return named('account', arn.split(':')[4] ?? arn);
    return named(/^(?:user|role|group)\//.test(resource) ? 'identity' : 'resource', arn);
  }
  const whole = bucket.exec(arn)?.[1];
  if (whole) return named('data', whole);
  return named(dataArn.test(arn) ? 'data' : 'resource', arn);
}

/** What a resource of an event is; objects count as their bucket, since nobody reads a graph of objects. */
export function placeOf(resource: string, { action, kind }: Pick<PrintedEvent, 'action' | 'kind'>): Named {
  if (resource.startsWith('arn:')) return ofArn(resource);
  if (/^\d{12}$/.test(resource)) return named('account', resource);
  if (/^A[KS]IA[A-Z0-9]{12,}$/.test(resource)) return named('identity', resource);
  if (ec2Id.test(resource)) return named('resource', resource);
  if (dataId.test(resource) || kind === 'database') return named('data', resource);
  const [service = ''] = action.split(':');
  if (service === 's3' || /^(?:REST|BATCH|SOAP|WEBSITE)\./.test(action))
    return named('data', `arn:aws:s3:::${resource.split('/')[0]}`);
  return named(dataServices.has(service) ? 'data' : 'resource', resource);
}

/** Who acted, or from where where nobody is named. */
export function originOf({ actor, address }: PrintedEvent): Named | null {
  if (!actor) return address === null ? null : named('address', address);
  if (actor.id.startsWith('arn:')) {
    const { id, place } = ofArn(actor.id);
    // The root user acts as an identity, not as a whole account.
    return place === 'account' ? named('identity', actor.id) : named(place, id);
  }
  return named('identity', actor.id);
}
