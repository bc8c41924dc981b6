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
  /** When the finding says it began; null where it does not say. */
  since: z.string().nullable().default(null),
  /** Aliases that run code from after that: those for which there is older code, and those for which there is none. Null: nobody has read them. */
  late: z
    .object({ rewindable: z.array(z.string()), stuck: z.array(z.string()) })
    .nullable()
    .default(null),
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

/** Why no alias of it can be pointed to older code. */
export const whyNoGood = ({ since, late }: LambdaFunction): string =>
  since === null
    ? 'the finding does not say when it began, so that no version can be taken for the last good one'
    : `no published version is from before the first sign of the incident (${since}), and ${late?.stuck.join(', ') || 'its alias'} runs later code: publish clean code, and point the alias to it by hand`;

/** Why no alias is pointed anywhere; null where one can be, and where nobody has read what they run. */
function whyNoRewind(target: LambdaFunction): string | null {
  const { since, late } = target;
  if (late === null || late.rewindable.length > 0) return null;
  if (since === null || late.stuck.length > 0) return whyNoGood(target);
  return `it has no alias that runs code from after the first sign of the incident (${since})`;
}

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
  since: null,
  late: null,
});

const unread = { role: null, mappings: [], layers: [], replicaOf: null, late: null };

export const lambdaFunction = defineTarget(LambdaFunction)({
  kind: 'lambda-function',
  title: 'function',
  arn: functionArn,
  from: ({ kind, id }, { place, now, since }) =>
    kind === 'lambda-function' && FunctionName.safeParse(id).success
      ? { ...place, kind, id, seenAt: now, tags: {}, ...unread, since }
      : null,
  suspects: ({ role }) => (role ? [role.arn] : []),
  identity: ({ role }) => role?.arn ?? null,
  untouchable: ({ role }) => role && whyNotOurs(role),
  refuses(target) {
    const replica = whyReplica(target);
    if (replica) return { levers: ['disable-triggers', 'stop-function', 'rewind-aliases'], because: replica };
    const because = whyNoRewind(target);
    return because ? { levers: ['rewind-aliases'], because } : null;
  },
  any: anyFunction,
  reads: [
    allow('lambda:GetFunction', (place) => [arn(place, 'lambda', 'function:*')]),
    allow('lambda:ListEventSourceMappings'),
    allow('lambda:ListAliases', (place) => [arn(place, 'lambda', 'function:*')]),
    allow('lambda:ListVersionsByFunction', (place) => [arn(place, 'lambda', 'function:*')]),
    // The role it runs with: only the function names it.
    allow('iam:GetRole', (place) => every(place, 'iam', 'role')),
    allow('iam:ListRolePolicies', (place) => every(place, 'iam', 'role')),
  ],
});
