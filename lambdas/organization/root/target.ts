import * as z from 'zod';
import { anybody, holderIn, Identity, itself } from '../../../lib/domain/identity.ts';
import { defineTarget } from '../../../lib/domain/target.ts';

/** The root user of an account. `id` is the account's; of what it holds nothing is read beforehand. */
export const Root = Identity.extend({ kind: z.literal('root') });
export type Root = z.infer<typeof Root>;

export const root = defineTarget(Root)({
  kind: 'root',
  title: 'root user',
  arn: ({ arn: own }) => own,
  from: (named, sight) =>
    named.principal?.kind === 'root' ? { ...holderIn(named, sight), kind: 'root', id: sight.place.account } : null,
  suspects: itself,
  identity: ({ arn: own }) => own,
  untouchable: ({ account }, management) =>
    account === management
      ? `no policy binds the root user of the management account ${management}: use its mailbox and a case with AWS Support`
      : null,
  any: (place) => ({ ...anybody(place, 'root'), kind: 'root' }),
  reads: [],
});
