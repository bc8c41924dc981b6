import * as z from 'zod';
import { incidentTag } from '../../lib/domain/marks.ts';
import type { Permission } from '../../lib/domain/permission.ts';
import type { Place } from '../../lib/domain/resource.ts';
import { Instance } from '../ec2/instance/target.ts';
import { RoleSession } from '../iam/role-session/target.ts';
import { User } from '../iam/user/target.ts';
import { Person } from '../identity-center/person/target.ts';
import { Root } from './root/target.ts';

/** Whoever a policy of the organisation can stop; of an instance the session of its role. */
export const Suspect = z.discriminatedUnion('kind', [User, RoleSession, Instance, Root, Person]);
export type Suspect = z.infer<typeof Suspect>;

/**
 * ARNs of Organizations carry the management account and the organisation's id, and a contract knows neither (Service Authorization
 * Reference, "Resource types defined by AWS Organizations"). The management account administers no organisation but its own.
 */
const inOrganization = ({ partition }: Place, path: string): string => `arn:${partition}:organizations::*:${path}`;

/** The account of the target, as Organizations names it. */
export const memberArns = (target: Place): string[] => [inOrganization(target, `account/o-*/${target.account}`)];
export const organizationRootArns = (target: Place): string[] => [inOrganization(target, 'root/o-*/r-*')];
export const unitArns = (target: Place): string[] => [inOrganization(target, 'ou/o-*/ou-*')];
/** Any service control policy: a new one gets its id only when it is made. */
export const controlPolicyArns = (target: Place): string[] => [
  inOrganization(target, 'policy/o-*/service_control_policy/*'),
];

type Condition = NonNullable<Permission<Place>['when']>;

/** Of the kinds of policies an organisation has, only this one. */
export const onlyControlPolicies: Condition = {
  StringEquals: { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' },
};
/** Only those that we have made: guardrails of the organisation are nobody's to attach or take off here. */
export const onlyOurs: Condition = { ...onlyControlPolicies, StringLike: { [`aws:ResourceTag/${incidentTag}`]: '*' } };
/** Only with our tag on it: what is made without could never be taken off again. */
export const onlyMadeOurs: Condition = {
  ...onlyControlPolicies,
  StringLike: { [`aws:RequestTag/${incidentTag}`]: '*' },
};
