import { sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { seal } from '../../runtime/vault.ts';
import type { CallName } from '../calls.ts';
import { type Api, connect } from '../cluster.ts';
import { eksWorkload, type Pod, type Workload } from '../eks-workload/target.ts';
import type { Asking } from '../kubernetes.ts';
import { PodObject, Whole } from '../objects.ts';
import { auditSlice, type Slice } from './audit.ts';
import { logLimit, ownerCalls, type Piece, resultOf } from './plan.ts';
import { recordWorkload, type WorkloadRecorded } from './step.ts';

/** One thing to keep: how it is asked for, and the file it becomes. */
interface Wanted {
  readonly kind: string;
  readonly name: string;
  read(): Promise<Slice>;
}

const whole = (text: string): Slice => ({ text, cut: null });

const asked = (api: Api, kind: string, name: string, call: CallName, asking: Asking): Wanted => ({
  kind,
  name,
  read: async () => whole(await api.send(call, asking)),
});

/** The logs of a pod's containers, up to a limit: the newest are at their end, and what is cut is said. */
async function logsOf(api: Api, namespace: string, { name }: Pod): Promise<Wanted[]> {
  const pod = await api.find(PodObject, 'getPod', { namespace, name });
  return (pod?.spec.containers ?? []).map(({ name: container }) => {
    const file = `logs-${name}-${container}.txt`;
    const query = { container, timestamps: 'true', limitBytes: String(logLimit) };
    const read = async (): Promise<Slice> => {
      const text = await api.send('readLog', { namespace, name, query, atMost: 2 * logLimit });
      return { text, cut: text.length >= logLimit ? `${file} is cut after ${logLimit} bytes` : null };
    };
    return { kind: 'container-log', name: file, read };
  });
}

async function wantedOf(api: Api, { target, run, finding, session }: StepContext<Workload>): Promise<Wanted[]> {
  const since = finding?.firstSeen ?? run.openedAt;
  const { namespace, pods, owner, cluster } = target;
  const ownerCall = owner && ownerCalls[owner.kind];
  const nodes = [...new Set(pods.flatMap(({ node }) => node ?? []))];
  const accounts = [...new Set(pods.map(({ serviceAccount }) => serviceAccount ?? 'default'))];
  const logs = await Promise.all(pods.map((pod) => logsOf(api, namespace, pod)));
  return [
    {
      kind: 'cluster',
      name: 'cluster.json',
      read: async () => whole(JSON.stringify({ ...api.cluster, name: cluster })),
    },
    ...pods.map(({ name }) => asked(api, 'pod', `pod-${name}.json`, 'getPod', { namespace, name })),
    ...(ownerCall ? [asked(api, 'owner', `owner-${owner.name}.json`, ownerCall, { namespace, name: owner.name })] : []),
    ...nodes.map((name) => asked(api, 'node', `node-${name}.json`, 'getNode', { name })),
    ...accounts.map((name) =>
      asked(api, 'service-account', `service-account-${name}.json`, 'getServiceAccount', { namespace, name }),
    ),
    asked(api, 'events', 'events.json', 'listEvents', { namespace }),
    asked(api, 'network-policies', 'network-policies.json', 'listNetworkPolicies', { namespace }),
    ...logs.flat(),
    { kind: 'audit-log', name: 'audit.ndjson', read: () => auditSlice(api.cluster, target, since, session) },
  ];
}

/** Reads one piece and seals it, on its own: whatever happens to it must not cost the others. */
async function acquire(context: StepContext<Workload>, { kind, name, read }: Wanted): Promise<Piece> {
  const { target, run } = context;
  const { account, region } = target;
  try {
    const { text, cut } = await read();
    const body = Buffer.from(text);
    if (run.mode === 'observe') return { kind, cut, had: null, body: null };
    const artefact = { incident: run.incident, kind, name, source: eksWorkload.arn(target), account, region, body };
    const had = await seal(context, artefact);
    return { kind, cut, had, body: kind === 'pod' ? Whole.parse(JSON.parse(body.toString('utf8'))) : null };
  } catch (error) {
    return { kind, error: sentence(error) };
  }
}

export async function record(context: StepContext<Workload>): Promise<WorkloadRecorded> {
  const { target, run, session } = context;
  const api = await connect(target, session);
  const pieces: Piece[] = [];
  // One after the other: a log may be megabytes, and only one is in memory.
  for (const wanted of await wantedOf(api, context)) pieces.push(await acquire(context, wanted));
  return resultOf(pieces, run.mode);
}

export const handler = serveStep(recordWorkload, record);
