import { EC2Client, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2';
import { sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { unread } from '../blast-radius.ts';
import type { Instance } from '../instance/target.ts';
import { type AclFacts, denials } from '../network-acls.ts';
import { readAcls } from '../read-acls.ts';
import { measured, subnetsOf } from './plan.ts';
import { measureNetworkAcl } from './step.ts';

/** Interfaces of others in the subnets of each network ACL in which something is to be denied. */
async function neighboursOf(facts: AclFacts, target: Instance, session: Session) {
  const client = session.client(EC2Client);
  const own = new Set(facts.interfaces.map(({ id }) => id));
  const acls = [...new Set(denials(facts, target).meant.map(({ acl }) => acl))];
  const counts = acls.map(async (acl) => {
    const Filters = [{ Name: 'subnet-id', Values: subnetsOf(acl, facts) }];
    let others = 0;
    for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces(
      { client, pageSize: 1000 },
      { Filters },
    ))
      others += NetworkInterfaces.filter(({ NetworkInterfaceId = '' }) => !own.has(NetworkInterfaceId)).length;
    return [acl, others] as const;
  });
  return new Map(await Promise.all(counts));
}

/** What cannot be read is said to be unknown, with the reason: the question goes out all the same. */
export async function measure({ target, session }: { readonly target: Instance; readonly session: Session }) {
  const part = await readAcls(target, session).then(
    async (facts) => measured(facts, target, await neighboursOf(facts, target, session).catch(() => new Map())),
    (error: unknown) => unread('Network ACLs', sentence(error)),
  );
  return { outcome: 'measured' as const, ...part };
}

export const handler = serveStep(measureNetworkAcl, measure);
