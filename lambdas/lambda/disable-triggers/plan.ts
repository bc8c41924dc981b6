import * as z from 'zod';
import { type Difference, differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type LambdaFunction, whyReplica } from '../lambda-function/target.ts';
import type { Triggers } from './step.ts';

const Condition = z.record(z.string(), z.record(z.string(), z.unknown()));
const Statement = z.strictObject({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Principal: z.union([z.string(), z.record(z.string(), z.unknown())]),
  Action: z.string(),
  Resource: z.string(),
  Condition: Condition.optional(),
});
type Statement = z.infer<typeof Statement>;

const Policy = z.object({ Statement: z.array(z.looseObject({ Sid: z.string() })) });

/** With the keys of every object in one order: Lambda promises none. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]),
  );
}

/** The statements of a policy by Sid, each as JSON. */
export const statementsIn = (policy: string): Record<string, string> =>
  Object.fromEntries(Policy.parse(JSON.parse(policy)).Statement.map((one) => [one.Sid, JSON.stringify(ordered(one))]));

/** What AddPermission takes for a statement (Lambda API reference, AddPermission). */
export interface Grant {
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string | undefined;
  readonly SourceAccount?: string | undefined;
  readonly PrincipalOrgID?: string | undefined;
  readonly EventSourceToken?: string | undefined;
  readonly FunctionUrlAuthType?: 'NONE' | 'AWS_IAM' | undefined;
  readonly InvokedViaFunctionUrl?: boolean | undefined;
}

/** Which parameter becomes which condition. */
const parameters: Readonly<Record<string, string>> = {
  'ArnLike aws:sourcearn': 'SourceArn',
  'StringEquals aws:sourceaccount': 'SourceAccount',
  'StringEquals aws:principalorgid': 'PrincipalOrgID',
  'StringEquals lambda:eventsourcetoken': 'EventSourceToken',
  'StringEquals lambda:functionurlauthtype': 'FunctionUrlAuthType',
  'Bool lambda:invokedviafunctionurl': 'InvokedViaFunctionUrl',
};

const Conditions = z.strictObject({
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
  PrincipalOrgID: z.string().optional(),
  EventSourceToken: z.string().optional(),
  FunctionUrlAuthType: z.enum(['NONE', 'AWS_IAM']).optional(),
  InvokedViaFunctionUrl: z.literal('true').optional(),
});

/** One principal. An id in place of an ARN is what is left of somebody who was deleted: it can never be written again. */
function principalOf({ Principal }: Statement): string | null {
  if (typeof Principal === 'string') return Principal === '*' ? '*' : null;
  const [[kind, name] = [], ...others] = Object.entries(Principal);
  if (others.length > 0 || typeof name !== 'string') return null;
  return kind === 'Service' || (kind === 'AWS' && name.startsWith('arn:')) ? name : null;
}

/** The call that writes a statement again just as it is; null where none would. */
export function grantFor(text: string): Grant | null {
  const { data: statement } = Statement.safeParse(JSON.parse(text));
  const Principal = statement && principalOf(statement);
  if (!Principal) return null;
  const given = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => [
      parameters[`${operator} ${key.toLowerCase()}`] ?? `${operator} ${key}`,
      value,
    ]),
  );
  const conditions = Conditions.safeParse(Object.fromEntries(given));
  if (!conditions.success) return null;
  const { InvokedViaFunctionUrl: viaUrl, ...rest } = conditions.data;
  const { Sid: StatementId, Action } = statement;
  return { StatementId, Action, Principal, ...rest, ...(viaUrl && { InvokedViaFunctionUrl: true }) };
}

/** Statements that let somebody invoke it. Others, such as that by which CloudFront copies it to the edge, start nothing. */
const invokes = (text: string): boolean =>
  /^(?:\*|lambda:\*|lambda:Invoke\w*)$/.test(Statement.safeParse(JSON.parse(text)).data?.Action ?? '*');

/** What stays since it could not be put back: `$LATEST` or the alias, and the Sid. */
export const staying = ({ policies }: Triggers): string[] =>
  Object.entries(policies).flatMap(([qualifier, statements]) =>
    Object.entries(statements).flatMap(([sid, text]) =>
      invokes(text) && !grantFor(text) ? [`${qualifier}: ${sid}`] : [],
    ),
  );

const left = (statements: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(statements).filter(([, text]) => !invokes(text) || !grantFor(text)));

const over = <In, Out>(of: Readonly<Record<string, In>>, each: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, each(value)]));

/** No source that is read, and no statement by which somebody else may invoke it, as far as each can be put back. */
export function planTriggers(target: LambdaFunction, before: Triggers): LeverPlan<Triggers> {
  const refused = whyReplica(target);
  if (refused) return { refused };
  const ours: Triggers = {
    mappings: over(before.mappings, () => 'Disabled'),
    policies: over(before.policies, left),
  };
  if (differences(before, ours).length > 0) return { ours };
  const stays = staying(before);
  if (stays.length === 0) return { nothing: 'it has no trigger that is enabled' };
  return { refused: `these statements could not be put back: ${stays.join(', ')}. Stop the function instead` };
}

/** One statement to write, to remove, or to put in place of another. */
export interface Edit {
  readonly qualifier: string;
  readonly sid: string;
  /** As it is now; null: it is not there. */
  readonly from: string | null;
  /** As it is to be; null: it is to be removed. */
  readonly to: string | null;
}

const pairs = (first: Triggers, second: Triggers): Edit[] =>
  Object.entries(first.policies).flatMap(([qualifier, statements]) =>
    Object.keys(statements).map((sid) => ({
      qualifier,
      sid,
      from: statements[sid] ?? null,
      to: second.policies[qualifier]?.[sid] ?? null,
    })),
  );

/** The statements to remove. */
export const removals = (now: Triggers, ours: Triggers): Edit[] => pairs(now, ours).filter(({ to }) => to === null);

/** The statements to put back, those in whose place somebody has put another one included. What others have added stays. */
export const restorations = (now: Triggers, before: Triggers): Edit[] =>
  pairs(before, now)
    .map((edit) => ({ ...edit, from: edit.to, to: edit.from }))
    .filter(({ from, to }) => from !== to);

/** The event sources to switch, of those that still are there. */
export const switches = (now: Triggers, meant: Triggers): (readonly [id: string, to: 'Enabled' | 'Disabled'])[] =>
  Object.entries(meant.mappings).flatMap(([id, to]) => {
    const from = now.mappings[id];
    return from && from !== to ? [[id, to] as const] : [];
  });

/** What is not as before, without what others have added: that stays, and whoever agreed was shown it. */
export const leftOf = (before: Triggers, now: Triggers): Difference[] =>
  differences(before, now).filter(({ expected }) => expected !== undefined);
