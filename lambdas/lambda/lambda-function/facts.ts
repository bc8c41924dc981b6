import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { readRole } from '../../iam/read-role.ts';
import { type FactsReader, gone, orGone, read } from '../../runtime/facts.ts';
import { eventSourcesOf } from '../event-sources.ts';
import type { LambdaFunction } from './target.ts';

export const lambdaFunctionFacts: FactsReader<LambdaFunction> = {
  async read(base, session) {
    const lambda = session.client(LambdaClient);
    const asked = lambda.send(new GetFunctionCommand({ FunctionName: base.id })).catch(orGone);
    const [found, sources] = await Promise.all([asked, eventSourcesOf(session, base.id).catch(orGone)]);
    if (!found) return gone(base, 'the function');
    const { Configuration: { Role = '', Layers = [], MasterArn: replicaOf = null } = {}, Tags: tags = {} } = found;
    const worn = await readRole(Role.split('/').at(-1) ?? '', session);
    const mappings = (sources ?? []).map(({ UUID = '' }) => UUID).toSorted();
    const layers = Layers.map(({ Arn = '' }) => Arn);
    return read({ ...base, role: worn?.role ?? null, mappings, layers, replicaOf, tags });
  },
};
