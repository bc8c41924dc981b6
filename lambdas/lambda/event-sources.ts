import {
  type EventSourceMappingConfiguration,
  LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import type { Session } from '../runtime/session.ts';

/** All its event source mappings, those that are being deleted left out (Lambda API reference, EventSourceMappingConfiguration). */
export async function eventSourcesOf(
  session: Session,
  FunctionName: string,
): Promise<EventSourceMappingConfiguration[]> {
  const found: EventSourceMappingConfiguration[] = [];
  const asked = { client: session.client(LambdaClient) };
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings(asked, { FunctionName }))
    found.push(...EventSourceMappings);
  return found.filter(({ State }) => State !== 'Deleting');
}
