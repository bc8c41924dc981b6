import { GetRoleCommand, GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { admissionTag, RoleClass } from '../../../lib/domain/step.ts';
import { isGone } from '../answers.ts';
import { type Check, deployAgain, fail, list, ok } from '../check.ts';
import { limited } from '../limited.ts';
import { statementsOf } from '../policy.ts';

const Arns = z.union([z.array(z.string()), z.string().transform((one) => [one])]);

/** The classes of member roles that a policy lets its role assume. */
function classesIn(policy: string, name: string): RoleClass[] {
  const assuming = statementsOf(policy).filter(({ Action }) => Action.includes('sts:AssumeRole'));
  const arns = assuming.flatMap(({ Resource }) => Arns.safeParse(Resource).data ?? []);
  return RoleClass.options.filter((role) => arns.some((arn) => arn.endsWith(`/${name}-${role}`)));
}

/** The classes that a function's role may enter by its policy and not by its tags; null where the role is gone. */
async function untagged(client: IAMClient, RoleName: string, name: string): Promise<readonly RoleClass[] | null> {
  try {
    const PolicyName = RoleName.slice(name.length + 1);
    const { PolicyDocument = '' } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const classes = classesIn(PolicyDocument, name);
    const { Role } = await client.send(new GetRoleCommand({ RoleName }));
    const has = (role: RoleClass): boolean =>
      Role?.Tags?.some(({ Key, Value }) => Key === admissionTag(role) && Value === name) === true;
    return classes.filter((role) => !has(role));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

const tagged: Check = {
  id: 'function-roles',
  about: 'hub',
  title: 'Functions’ roles have their rights and the tags that let them in',
  asks: ['iam:GetRolePolicy', 'iam:GetRole'],
  concerns: { role: 'contain', action: 'sts:AssumeRole' },
  async run({ patient, hub }) {
    const { name } = patient.config;
    const client = hub(IAMClient);
    const roles = patient.resources('AWS::Lambda::Function');
    const states = await limited(roles, async (role) => ({ role, lacks: await untagged(client, role, name) }));
    const bad = states.flatMap(({ role, lacks }) => {
      if (lacks === null) return [`${role}: no role, or no policy`];
      return lacks.length > 0 ? [`${role}: no tag ${lacks.map(admissionTag).join(', ')}`] : [];
    });
    return bad.length === 0 ? ok(`${roles.length} roles`) : fail(list(bad), deployAgain);
  },
};

export const admission: readonly Check[] = [tagged];
