import { type RequestOptions, request } from 'node:https';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import { type CallName, type KubernetesCall, kubernetesCalls, pathOf, type Where } from './calls.ts';

/** An API server as EKS describes it. */
export interface ApiServer {
  readonly cluster: string;
  readonly endpoint: string;
  /** The certificate of the cluster's own authority, PEM. */
  readonly authority: string;
  /** Our roles there, for whoever has to make their access entries. */
  readonly roles: string;
  token(): Promise<string>;
}

/** What is asked: a call with what it names, what goes with it, and how much of an answer is taken, in bytes. */
export interface Asking extends Where {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly atMost?: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** The id of the request in the cluster's audit log (Kubernetes, "Auditing"). */
  readonly auditId: string | null;
}

/** Milliseconds without an answer: past it the way is closed, since an API server answers in a fraction of it. */
const patience = 5_000;
/** Bytes of an answer: a pod is at most 1.5 MB, what etcd takes of an object; lists of one namespace stay below it. */
const usualSize = 16 * 2 ** 20;

const methods = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;

/** Not @kubernetes/client-node: its 2 MB of bundle take twice the 100 ms that a cold start may. */
function exchanged(options: RequestOptions, body: string, atMost: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size > atMost) asked.destroy(new Refused(`The API server answered with more than ${atMost} bytes.`));
        else parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () => {
        const auditId = response.headers['audit-id'];
        const text = Buffer.concat(parts).toString('utf8');
        resolve({ status: response.statusCode ?? 0, text, auditId: typeof auditId === 'string' ? auditId : null });
      });
    });
    asked.setTimeout(patience, () =>
      asked.destroy(new Transient(`The API server did not answer within ${patience / 1000} seconds (Timeout).`)),
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What the server says of a failure (Kubernetes API conventions, "Response Status Kind"). */
function statusIn(text: string): { readonly reason: string; readonly message: string } {
  try {
    const { reason, message } = JSON.parse(text);
    return { reason: String(reason ?? ''), message: String(message ?? '') };
  } catch {
    return { reason: '', message: '' };
  }
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** A failure in the three meanings; what is gone, or there already, keeps the name that the server gave it. */
export function failureOf(
  { cluster, roles }: Pick<ApiServer, 'cluster' | 'roles'>,
  call: KubernetesCall,
  answer: Pick<Answer, 'status' | 'text'>,
): Error {
  const { status, text } = answer;
  const { reason, message } = statusIn(text);
  const said = message.slice(0, 300);
  if (status === 401)
    return new Refused(
      `Cluster ${cluster} has no access entry for our role: create those of ${roles} (docs/kubernetes.md).`,
    );
  if (status === 403)
    return new Refused(
      `Our role may not ${call.verb} ${call.resource} in cluster ${cluster}: apply docs/kubernetes.yaml there, or a policy of the cluster forbids it. ${said}`,
    );
  if (status === 404 || reason === 'AlreadyExists') return named(reason || 'NotFound', said);
  if (status === 409) return new Transient(`${call.resource} changed meanwhile: ${said}`);
  if (status === 429 || status >= 500) return new Transient(`The API server of ${cluster} answered ${status}: ${said}`);
  return named(reason || `Status${status}`, said);
}

type Next = (args: unknown) => Promise<{ output: unknown }>;
type Layer = (next: Next, context: { readonly clientName: string; readonly commandName: string }) => Next;

/** Calls API servers as the clients of the SDK call AWS: recorded on the ledger, each with its id in the cluster's audit log. */
export class KubernetesClient {
  private readonly layers = new Map<string, Layer>();
  readonly middlewareStack = {
    add: (layer: Layer, { name }: { readonly name: string }): void => {
      this.layers.set(name, layer);
    },
  };

  /**
   * The answer as text.
   *
   * @throws Refused for 401 and 403, Transient for a conflict, a time-out and what passes; an error named NotFound or AlreadyExists.
   */
  async send(server: ApiServer, name: CallName, asking: Asking = {}): Promise<string> {
    const commandName = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const deed: Next = async () => {
      const { text, auditId } = await this.exchange(server, kubernetesCalls[name], asking);
      return { output: { text, $metadata: { requestId: auditId } } };
    };
    const context = { clientName: 'KubernetesClient', commandName };
    const whole = [...this.layers.values()].reduce<Next>((next, layer) => layer(next, context), deed);
    const { output } = await whole({ input: asking });
    return (output as { readonly text: string }).text;
  }

  private async exchange(server: ApiServer, call: KubernetesCall, asking: Asking): Promise<Answer> {
    const { query, body, atMost = usualSize } = asking;
    const { hostname, port } = new URL(server.endpoint);
    const text = body ? JSON.stringify(body) : '';
    const type = call.verb === 'patch' ? 'application/merge-patch+json' : 'application/json';
    const options: RequestOptions = {
      hostname,
      port: port || 443,
      ca: server.authority,
      method: methods[call.verb],
      path: `${pathOf(call, asking)}${query ? `?${new URLSearchParams(query)}` : ''}`,
      headers: {
        authorization: `Bearer ${await server.token()}`,
        accept: 'application/json',
        'user-agent': 'tourniquet',
        ...(body && { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      },
    };
    const answer = await exchanged(options, text, atMost);
    if (answer.status >= 300) throw failureOf(server, call, answer);
    return answer;
  }
}
