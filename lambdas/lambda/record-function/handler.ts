import {
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  GetLayerVersionByArnCommand,
  LambdaClient,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
  paginateListAliases,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { acquireAll, type Wanted } from '../../runtime/acquire.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { eventSourcesOf } from '../event-sources.ts';
import { functionArn, type LambdaFunction } from '../lambda-function/target.ts';
import { aliasesOf, latest, policyOf } from '../policy.ts';
import { passing } from './passing.ts';
import { layerFile } from './plan.ts';
import { recordFunction } from './step.ts';

async function pages<T>(read: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of read) found.push(page);
  return found;
}

const found = ({ id: FunctionName }: LambdaFunction, session: Session): Promise<GetFunctionCommandOutput> =>
  session.client(LambdaClient).send(new GetFunctionCommand({ FunctionName }));

/** All that Lambda says of it. The address of its code lets anybody fetch it for ten minutes, and is left out. */
async function description(target: LambdaFunction, session: Session) {
  const { Code, ...own } = await found(target, session);
  const { id: FunctionName } = target;
  const client = session.client(LambdaClient);
  const [versions, aliases, names, sources, urls, events] = await Promise.all([
    pages(paginateListVersionsByFunction({ client }, { FunctionName })),
    pages(paginateListAliases({ client }, { FunctionName })),
    aliasesOf(session, FunctionName),
    eventSourcesOf(session, FunctionName),
    client.send(new ListFunctionUrlConfigsCommand({ FunctionName })),
    client.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName })),
  ]);
  const policies = [latest, ...names].map(
    async (one) => [one, (await policyOf(session, FunctionName, one))?.policy ?? null] as const,
  );
  return {
    configuration: own.Configuration,
    code: { ...Code, Location: undefined },
    tags: own.Tags,
    concurrency: own.Concurrency ?? null,
    versions: versions.flatMap(({ Versions = [] }) => Versions),
    aliases: aliases.flatMap(({ Aliases = [] }) => Aliases),
    policies: Object.fromEntries(await Promise.all(policies)),
    eventSources: sources,
    urls: urls.FunctionUrlConfigs,
    asynchronous: events.FunctionEventInvokeConfigs,
  };
}

const pieces: readonly Wanted<LambdaFunction>[] = [
  {
    kind: 'function-configuration',
    name: 'function.json',
    absent: 'the function no longer exists',
    read: async (target, session) => Buffer.from(JSON.stringify(await description(target, session), null, 2)),
  },
  {
    kind: 'function-code',
    name: 'function-code.zip',
    absent: 'it runs a container image, which stays in its registry; the configuration names it',
    async read(target, session) {
      const { Code, Configuration } = await found(target, session);
      return passing([Code?.Location, Configuration?.CodeSize, Configuration?.CodeSha256]);
    },
  },
];

const layer = (Arn: string): Wanted<LambdaFunction> => ({
  kind: 'function-layer',
  name: layerFile(Arn),
  source: Arn,
  absent: `the layer ${Arn} no longer has a package`,
  async read(_target, session) {
    const { Content } = await session.client(LambdaClient).send(new GetLayerVersionByArnCommand({ Arn }));
    return passing([Content?.Location, Content?.CodeSize, Content?.CodeSha256]);
  },
});

export const handler = serveStep(recordFunction, (context) => {
  const { target } = context;
  return acquireAll(context, functionArn(target), [...pieces, ...target.layers.map(layer)]);
});
