import { isIPv6 } from 'node:net';
import { CreateNetworkAclEntryCommand, DeleteNetworkAclEntryCommand, EC2Client } from '@aws-sdk/client-ec2';
import { Refused } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { isGone } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import { type AclState, planBlock, stateOf } from '../acl-rules.ts';
import type { Instance } from '../instance/target.ts';
import { readAcls } from '../read-acls.ts';
import { compared, type Rule, rulesBeyond, verdictOf } from './plan.ts';
import { blockAtNetworkAcl } from './step.ts';

type Job = LeverJob<Instance, AclState>;

const nameOf = ({ NetworkAclId, RuleNumber, Egress, cidr }: Rule): string =>
  `${NetworkAclId} rule ${RuleNumber} ${Egress ? 'out' : 'in'}: ${cidr}`;

/** In words what a person can do about it: AWS's own say only that there are too many (cisagov/cool-assessment-terraform#288). */
function refuse({ NetworkAclId, RuleNumber }: Rule) {
  const words: Readonly<Record<string, string>> = {
    NetworkAclEntryLimitExceeded: `${NetworkAclId} has as many rules as it may: 20 a direction for IPv4 and as many for IPv6, unless AWS has raised that quota (VPC guide, "Amazon VPC quotas"). Take one out, or have it raised, up to 40`,
    NetworkAclEntryAlreadyExists: `somebody has taken rule ${RuleNumber} of ${NetworkAclId} meanwhile`,
  };
  return (error: Error): never => {
    const because = words[error.name];
    throw because ? new Refused(because, { cause: error }) : error;
  };
}

async function apply({ from, to, session }: Job): Promise<Change> {
  const ec2 = session.client(EC2Client);
  const jobs = rulesBeyond(to, from).map((rule) => {
    const { cidr, ...where } = rule;
    const network = isIPv6(cidr.split('/')[0] ?? '') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr };
    const entry = { ...where, ...network, Protocol: '-1', RuleAction: 'deny' } as const;
    return [nameOf(rule), () => ec2.send(new CreateNetworkAclEntryCommand(entry)).catch(refuse(rule))] as const;
  });
  const { done, failed } = await all(jobs);
  return changeOf(done, [...failed, ...to.cannot.map((error) => ({ what: 'network ACL', error }))]);
}

async function release({ from, to, session }: Job): Promise<Change> {
  const ec2 = session.client(EC2Client);
  const jobs = rulesBeyond(from, to).map((rule) => {
    const { cidr: _, ...where } = rule;
    const remove = () =>
      ec2.send(new DeleteNetworkAclEntryCommand(where)).catch((error: unknown) => {
        // Somebody else took it away between our two calls.
        if (!isGone(error)) throw error;
      });
    return [nameOf(rule), remove] as const;
  });
  const { done, failed } = await all(jobs);
  return changeOf(done, failed);
}

export const handler = serveLever(blockAtNetworkAcl, {
  look: async (target: Instance, session) => stateOf(await readAcls(target, session), target),
  plan: planBlock,
  apply,
  release,
  compared,
  verify: async ({ stored, now }) => verdictOf(stored.ours, now),
});
