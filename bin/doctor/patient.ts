import {
  CloudFormationClient,
  GetTemplateSummaryCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { Deployed, deployedKey } from '../../lib/domain/deployed.ts';
import { findDeployment } from '../console/deployment.ts';
import { Failure } from '../console/verb.ts';
import type { Patient } from './check.ts';
import { membersKnown } from './members.ts';

const Metadata = z.object({ [deployedKey]: Deployed });

/** How a stack was configured, from its template. Throws Failure where that is of another version. */
export async function configOf(client: CloudFormationClient, StackName: string): Promise<Deployed> {
  const { Metadata: text = '{}' } = await client.send(new GetTemplateSummaryCommand({ StackName }));
  const { data } = Metadata.safeParse(JSON.parse(text));
  if (data) return data[deployedKey];
  throw new Failure(
    `The template of the stack "${StackName}" does not say how it was configured: it is of another version. Deploy again (npx cdk deploy), or use the doctor of that version.`,
  );
}

/** Physical ids by type. */
async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { ResourceType = '', PhysicalResourceId: id } of StackResourceSummaries) {
      if (id) found.set(ResourceType, [...(found.get(ResourceType) ?? []), id]);
    }
  }
  return found;
}

/**
 * Finds a deployment by its stack, in the Region of the AWS environment.
 * @throws {Failure} when there is none, or one of another version.
 */
export async function patientOf(stack: string): Promise<Patient> {
  const { output } = await findDeployment(stack);
  const client = new CloudFormationClient();
  const [config, resources, { Account: account = '', Arn = '' }, region] = await Promise.all([
    configOf(client, stack),
    resourcesOf(client, stack),
    new STSClient().send(new GetCallerIdentityCommand()),
    client.config.region(),
  ]);
  const [, partition = 'aws'] = Arn.split(':');
  const home = { account, region };
  const members = await membersKnown({ config, home }, new OrganizationsClient());
  const found = (type: string): readonly string[] => resources.get(type) ?? [];
  return { stack, config, home, partition, members, output, resources: found };
}
