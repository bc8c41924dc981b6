import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
  EC2Client,
  ReplaceIamInstanceProfileAssociationCommand,
} from '@aws-sdk/client-ec2';
import { Refused, Transient } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { isGone, sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Instance } from '../instance/target.ts';
import { type Association, holding, planRemoval, stepFrom } from './plan.ts';
import { type Profile, swapInstanceProfile } from './step.ts';

type Job = LeverJob<Instance, Profile>;

async function associationOf({ id }: Instance, session: Session): Promise<Association | null> {
  const Filters = [{ Name: 'instance-id', Values: [id] }];
  const { IamInstanceProfileAssociations = [] } = await session
    .client(EC2Client)
    .send(new DescribeIamInstanceProfileAssociationsCommand({ Filters }));
  return holding(IamInstanceProfileAssociations);
}

async function look(target: Instance, session: Session): Promise<Profile> {
  return { profile: (await associationOf(target, session))?.profile ?? null };
}

async function apply({ target, session }: Job): Promise<Change> {
  const association = await associationOf(target, session);
  if (!association) return { outcome: 'already-applied' };
  const command = new DisassociateIamInstanceProfileCommand({ AssociationId: association.id });
  await session
    .client(EC2Client)
    .send(command)
    .catch((error: unknown) => {
      // Somebody else took it away between our two calls.
      if (!isGone(error)) throw error;
    });
  return changeOf([`${association.profile}: removed`], []);
}

/**
 * For `.catch` of a call that gives an instance the profile by this ARN. EC2 refuses a new association while the old one is still being taken
 * away; that passes. A profile that was deleted meanwhile does not come back by itself (EC2 API reference, "Error codes": InvalidParameterValue).
 */
const unassociated =
  (profile: string) =>
  (error: Error): never => {
    const cause = { cause: error };
    if (error.name === 'IncorrectState') throw new Transient(sentence(error), cause);
    if (error.name !== 'InvalidParameterValue') throw error;
    throw new Refused(
      `EC2 does not know the profile ${profile} any more: make it again under this name, with its role in it, and release again (${sentence(error)})`,
      cause,
    );
  };

async function release({ from, to, target, session }: Job): Promise<Change> {
  const step = stepFrom(from, to);
  if (step === 'stay' || step === 'disassociate') return { outcome: 'already-applied' };
  const ec2 = session.client(EC2Client);
  if ('associate' in step) {
    const command = { InstanceId: target.id, IamInstanceProfile: { Arn: step.associate } };
    await ec2.send(new AssociateIamInstanceProfileCommand(command)).catch(unassociated(step.associate));
  } else {
    const AssociationId = (await associationOf(target, session))?.id;
    const command = { AssociationId, IamInstanceProfile: { Arn: step.replaceBy } };
    await ec2.send(new ReplaceIamInstanceProfileAssociationCommand(command)).catch(unassociated(step.replaceBy));
  }
  return changeOf([`${to.profile}: restored`], []);
}

export const handler = serveLever(swapInstanceProfile, { look, plan: planRemoval, apply, release });
