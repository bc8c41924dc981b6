import { type Cluster, DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { SignatureV4 } from '@smithy/signature-v4';
import type * as z from 'zod';
import { Refused } from '../../lib/domain/errors.ts';
import { kubernetesRoles } from '../../lib/domain/kubernetes-access.ts';
import type { Place } from '../../lib/domain/resource.ts';
import { environment } from '../runtime/environment.ts';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import type { CallName, Where } from './calls.ts';
import { type ApiServer, type Asking, KubernetesClient } from './kubernetes.ts';

/** Seconds in which the URL may be presented; EKS takes the token for 15 minutes whatever it says. */
const presented = 60;

/** Our roles in the account of a target that speak to API servers, by ARN. */
export const ourRoles = ({ partition, account }: Place): string[] =>
  kubernetesRoles.map(
    (role) => `arn:${partition}:iam::${account}:role${environment('ROLE_PATH')}${environment('NAME')}-${role}`,
  );

/** Why the function cannot reach the API server at all; null where it may. */
export function whyPrivate({ name, resourcesVpcConfig }: Cluster): string | null {
  if (resourcesVpcConfig?.endpointPublicAccess !== false) return null;
  return `the endpoint of cluster ${name} is private, and Tourniquet's functions are in no VPC: work from inside (docs/kubernetes.md)`;
}

/**
 * A token as `aws eks get-token` makes it: a presigned call of GetCallerIdentity, signed for the Region's STS and never for an endpoint that the
 * environment names, with the cluster's name in a signed header (aws-iam-authenticator, "API Authorization from Outside a Cluster").
 */
async function tokenFor(cluster: string, { partition, region }: Place, eks: EKSClient): Promise<string> {
  const { credentials, sha256 } = eks.config;
  const hostname = `sts.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
    },
    { expiresIn: presented },
  );
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${pairs.join('&')}`).toString('base64url')}`;
}

/** The API of one cluster, for one session. */
export interface Api {
  readonly cluster: Cluster;
  /** An object, or a list, read with its schema. */
  read<T>(schema: z.ZodType<T>, call: CallName, asking?: Asking): Promise<T>;
  /** The same; null for what does not exist. */
  find<T>(schema: z.ZodType<T>, call: CallName, where: Where): Promise<T | null>;
  /** The answer as the server wrote it. */
  send(call: CallName, asking?: Asking): Promise<string>;
}

/** @throws Refused where no function reaches it: private, or not there yet. */
export function apiOf(cluster: Cluster, place: Place, session: Session): Api {
  const { name = '', endpoint, certificateAuthority } = cluster;
  const unreachable = whyPrivate(cluster);
  if (unreachable) throw new Refused(`Tourniquet: ${unreachable}.`);
  if (!endpoint?.startsWith('https://') || !certificateAuthority?.data)
    throw new Refused(`Cluster ${name} has no endpoint yet: it is ${cluster.status}.`);
  let token: Promise<string> | null = null;
  const server: ApiServer = {
    cluster: name,
    endpoint,
    authority: Buffer.from(certificateAuthority.data, 'base64').toString('utf8'),
    roles: ourRoles(place).join(', '),
    token: () => {
      token ??= tokenFor(name, place, session.client(EKSClient));
      return token;
    },
  };
  const client = session.client(KubernetesClient);
  const send: Api['send'] = (call, asking) => client.send(server, call, asking);
  const read: Api['read'] = async (schema, call, asking) => schema.parse(JSON.parse(await send(call, asking)));
  return { cluster, send, read, find: (schema, call, where) => read(schema, call, where).catch(orGone) };
}

/** What a session has found out: each operation looks and acts, and need not ask EKS twice. */
const known = new WeakMap<Session, Map<string, Promise<Api>>>();

async function found(target: Place & { cluster: string }, session: Session): Promise<Api> {
  const { cluster } = await session.client(EKSClient).send(new DescribeClusterCommand({ name: target.cluster }));
  if (!cluster) throw new Refused(`EKS answered without the cluster ${target.cluster}.`);
  return apiOf(cluster, target, session);
}

/** The API of the cluster that a target lies in. */
export function connect(target: Place & { cluster: string }, session: Session): Promise<Api> {
  const own = known.get(session) ?? new Map<string, Promise<Api>>();
  known.set(session, own);
  const api = own.get(target.cluster) ?? found(target, session);
  own.set(target.cluster, api);
  return api;
}
