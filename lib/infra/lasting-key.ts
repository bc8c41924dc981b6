import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { anyRoleArn, type RoleNames } from './names.ts';

/** What would let a role of ours take a key away, or make it say or open something else. */
const tampering = [
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'kms:PutKeyPolicy',
  'kms:CreateGrant',
  'kms:UpdateAlias',
  'kms:DeleteAlias',
];

/** No function and no member role of this deployment, in any account, may delete, disable or open up a key that has to outlive it. */
export function refuseTampering(key: Key, names: RoleNames): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NoResponderTampers',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: tampering,
      resources: ['*'],
      conditions: { ArnLike: { 'aws:PrincipalArn': anyRoleArn(names, '*') } },
    }),
  );
}
