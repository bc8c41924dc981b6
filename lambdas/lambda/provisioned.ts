import { LambdaClient, paginateListProvisionedConcurrencyConfigs } from '@aws-sdk/client-lambda';
import type { Session } from '../runtime/session.ts';

/** The provisioned concurrency that is asked for, by the version or the alias that has it: what is ready of it changes by itself. */
export async function provisionedOf(session: Session, FunctionName: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const asked = { client: session.client(LambdaClient) };
  for await (const { ProvisionedConcurrencyConfigs = [] } of paginateListProvisionedConcurrencyConfigs(asked, {
    FunctionName,
  }))
    for (const { FunctionArn = '', RequestedProvisionedConcurrentExecutions = 0 } of ProvisionedConcurrencyConfigs)
      found[FunctionArn.split(':').at(-1) ?? ''] = RequestedProvisionedConcurrentExecutions;
  return found;
}
