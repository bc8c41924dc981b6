import { GetFunctionCommand, type GetFunctionCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { readRole } from '../../iam/read-role.ts';
import { type FactsReader, gone, orGone, read } from '../../runtime/facts.ts';
import type { Session } from '../../runtime/session.ts';
import { codeOf } from '../aliases.ts';
import { eventSourcesOf } from '../event-sources.ts';
import { rewound, runsLate } from '../versions.ts';
import type { LambdaFunction } from './target.ts';

/** Its aliases that run code from after the first sign. What cannot be read is no reason to know nothing of it. */
async function lateIn({ id, since }: LambdaFunction, session: Session): Promise<LambdaFunction['late']> {
  if (since === null) return { rewindable: [], stuck: [] };
  const code = await codeOf(session, id).catch(() => null);
  if (!code) return null;
  const late = Object.entries(code.aliases).filter(([, alias]) => runsLate(alias, code.versions, since));
  const names = Map.groupBy(late, ([, alias]) => (rewound(alias, code.versions, since) ? 'rewindable' : 'stuck'));
  const of = (what: 'rewindable' | 'stuck'): string[] => (names.get(what) ?? []).map(([name]) => name).toSorted();
  return { rewindable: of('rewindable'), stuck: of('stuck') };
}

const roleOf = (found: GetFunctionCommandOutput | null, session: Session) =>
  found && readRole(found.Configuration?.Role?.split('/').at(-1) ?? '', session);

export const lambdaFunctionFacts: FactsReader<LambdaFunction> = {
  async read(base, session) {
    const lambda = session.client(LambdaClient);
    const asked = lambda.send(new GetFunctionCommand({ FunctionName: base.id })).catch(orGone);
    // Its role is asked about as soon as its name is known, and not only once the versions are listed.
    const [found, worn, sources, late] = await Promise.all([
      asked,
      asked.then((known) => roleOf(known, session)),
      eventSourcesOf(session, base.id).catch(orGone),
      lateIn(base, session),
    ]);
    if (!found) return gone(base, 'the function');
    const { Configuration: { Layers = [], MasterArn: replicaOf = null } = {}, Tags: tags = {} } = found;
    const mappings = (sources ?? []).map(({ UUID = '' }) => UUID).toSorted();
    const layers = Layers.map(({ Arn = '' }) => Arn);
    return read({ ...base, role: worn?.role ?? null, mappings, layers, replicaOf, late, tags });
  },
};
