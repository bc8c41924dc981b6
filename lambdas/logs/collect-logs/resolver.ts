import * as z from 'zod';
import {
  ListingClient,
  ListResolverQueryLogConfigAssociationsCommand,
  ListResolverQueryLogConfigsCommand,
} from '../listing.ts';
import { takeSent } from './destination.ts';
import type { Context, Room } from './files.ts';
import { found, type Span } from './plan.ts';
import { noRows, type Rows, rowOf, type Taken } from './taken.ts';

/** A VPC is in few query logs: what does not fit into a page is none of a company's. */
const MaxResults = 100;

const Associations = z.object({
  ResolverQueryLogConfigAssociations: z
    .array(z.object({ ResolverQueryLogConfigId: z.string(), ResourceId: z.string() }))
    .default([]),
});
const Configs = z.object({
  ResolverQueryLogConfigs: z
    .array(z.object({ Id: z.string(), Name: z.string().optional(), DestinationArn: z.string() }))
    .default([]),
});

/** Query logs of VPCs: each with the VPC whose queries it has. */
async function queryLogs({ session }: Context, vpcs: readonly string[]) {
  const client = session.client(ListingClient);
  const within = { Filters: [{ Name: 'ResourceId', Values: vpcs }], MaxResults };
  const { ResolverQueryLogConfigAssociations: associations } = Associations.parse(
    await client.send(new ListResolverQueryLogConfigAssociationsCommand(within)),
  );
  if (associations.length === 0) return [];
  const Values = [...new Set(associations.map(({ ResolverQueryLogConfigId: id }) => id))];
  const named = { Filters: [{ Name: 'Id', Values }], MaxResults };
  const { ResolverQueryLogConfigs: configs } = Configs.parse(
    await client.send(new ListResolverQueryLogConfigsCommand(named)),
  );
  return associations.flatMap(({ ResolverQueryLogConfigId: id, ResourceId: vpc }) =>
    configs.filter((config) => config.Id === id).map((config) => ({ vpc, config })),
  );
}

/** Which names an instance asked for: the query logs of its VPCs (Route 53 developer guide, "Resolver query logging"). */
export async function resolver(context: Context, span: Span, room: Room): Promise<Rows> {
  const { target } = context;
  if (target.kind !== 'instance' || target.interfaces.length === 0) return noRows;
  const logs = await queryLogs(context, [...new Set(target.interfaces.map(({ vpc }) => vpc))]);
  if (logs.length === 0)
    return { rows: [found('network', 'not enabled', 'no Resolver query log of its VPCs')], sealed: [] };
  const taken: Taken[] = [];
  for (const { vpc, config } of logs) {
    const below = `vpcdnsquerylogs/${vpc}/`;
    const what = `Resolver query log ${config.Name ?? config.Id} of ${vpc}`;
    const to = config.DestinationArn;
    taken.push(await takeSent(context, { kind: 'network', what, to, below, terms: [target.id] }, span, room));
  }
  return rowOf('network', taken, span);
}
