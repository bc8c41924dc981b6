import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn, every, type Place, Role } from '../../../lib/domain/resource.ts';
import { whyNotOurs } from '../../../lib/domain/role-policy.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';

/** As Lambda takes it; a replica at the edge has the Region of its original before a dot (Lambda API reference, FunctionName). */
const FunctionName = z.string().regex(/^[\w.-]{1,140}$/);

/** A function with the facts every step needs. */
export const LambdaFunction = AnyTarget.extend({
  kind: z.literal('lambda-function'),
  id: FunctionName,
  /** The role it runs with: each of its runs has a session named after the function. */
  role: Role.nullable(),
  /** Ids of its event source mappings. */
  mappings: z.array(z.string()),
  /** ARNs of the versions of its layers; they may be another account's. */
  layers: z.array(z.string()),
  /** ARN of the function of which it is a replica at CloudFront's edge; null: it is none. */
  replicaOf: z.string().nullable(),
});
export type LambdaFunction = z.infer<typeof LambdaFunction>;

export const functionArn = (target: LambdaFunction): string => arn(target, 'lambda', `function:${target.id}`);
export const functionArns = (target: LambdaFunction): string[] => [functionArn(target)];
/** With its versions and aliases, each of which has a policy of its own. */
export const withQualifiers = (target: LambdaFunction): string[] =>
  target.id === '*' ? functionArns(target) : [functionArn(target), `${functionArn(target)}:*`];

/** A session policy has room for so many; more of them go by their kind. */
const mostNamed = 10;
export const mappingArns = (target: LambdaFunction): string[] => {
  const { mappings } = target;
  const named = mappings.length > mostNamed ? ['*'] : mappings;
  return named.map((id) => arn(target, 'lambda', `event-source-mapping:${id}`));
};

/** Why what is set of it stays as it is; null for one that the account runs itself. */
export const whyReplica = ({ replicaOf }: LambdaFunction): string | null =>
  replicaOf
    ? `it is a copy that CloudFront keeps of ${replicaOf}, and only CloudFront may change it. Deny its session, and detach the original from the distribution`
    : null;

/** Any function in any Region of one account. */
const anyFunction = (place: Place): LambdaFunction => ({
  ...place,
  kind: 'lambda-function',
  id: '*',
  seenAt: '',
  tags: {},
  role: { name: '*', id: '*', arn: arn(place, 'iam', 'role/*') },
  mappings: ['*'],
  layers: [`arn:${place.partition}:lambda:*:*:layer:*:*`],
  replicaOf: null,
});

export const lambdaFunction = defineTarget(LambdaFunction)({
  kind: 'lambda-function',
  title: 'function',
  arn: functionArn,
  from: ({ kind, id }, { place, now }) =>
    kind === 'lambda-function' && FunctionName.safeParse(id).success
      ? { ...place, kind, id, seenAt: now, tags: {}, role: null, mappings: [], layers: [], replicaOf: null }
      : null,
  suspects: ({ role }) => (role ? [role.arn] : []),
  identity: ({ role }) => role?.arn ?? null,
  untouchable: ({ role }) => role && whyNotOurs(role),
  refuses(target) {
    const because = whyReplica(target);
    return because ? { levers: ['disable-triggers', 'stop-function'], because } : null;
  },
  any: anyFunction,
  reads: [
    allow('lambda:GetFunction', (place) => [arn(place, 'lambda', 'function:*')]),
    allow('lambda:ListEventSourceMappings'),
    // The role it runs with: only the function names it.
    allow('iam:GetRole', (place) => every(place, 'iam', 'role')),
    allow('iam:ListRolePolicies', (place) => every(place, 'iam', 'role')),
  ],
});
