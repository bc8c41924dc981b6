import * as z from 'zod';
import { anybody, holderIn, Identity, itself } from '../../../lib/domain/identity.ts';
import { defineTarget } from '../../../lib/domain/target.ts';

/** Somebody of IAM Identity Center at work in an account. `id` is the name they log in with. */
export const Person = Identity.extend({
  kind: z.literal('person'),
  /** The role that their permission set has in the account: `AWSReservedSSO_<permission set>_<16 hexadecimal digits>`. */
  roleName: z.string(),
});
export type Person = z.infer<typeof Person>;

export const person = defineTarget(Person)({
  kind: 'person',
  title: 'person of Identity Center',
  arn: ({ arn: own }) => own,
  from(named, sight) {
    const { principal } = named;
    if (principal?.kind !== 'identity-center' || !principal.name || !principal.session) return null;
    return { ...holderIn(named, sight), kind: 'person', id: principal.session, roleName: principal.name };
  },
  suspects: itself,
  any: (place) => ({ ...anybody(place, 'role/*'), kind: 'person', roleName: '*' }),
  reads: [],
});
