import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { plain } from '../../house/configurations.ts';
import { bareAppOf, stackOf } from '../../house/template.ts';

const Rule = z.object({
  Type: z.literal('AWS::Events::Rule'),
  Properties: z.object({
    State: z.literal('ENABLED'),
    EventPattern: z.record(z.string(), z.unknown()),
    Targets: z.array(
      z.object({ Arn: z.object({ Ref: z.string() }).or(z.object({ 'Fn::GetAtt': z.array(z.string()) })) }),
    ),
  }),
});
/** What the clock starts matches no event. */
const Scheduled = z.object({ Properties: z.object({ ScheduleExpression: z.string() }) });
/** What is told of our own runs, and of our own deployment, is no finding. */
const AboutUs = z.object({
  Properties: z.object({
    EventPattern: z.object({
      source: z.tuple([z.enum(['aws.states', 'aws.cloudformation'])]),
      'detail-type': z.tuple([z.string().refine((type) => type !== 'AWS API Call via CloudTrail')]),
    }),
  }),
});
type Rule = z.infer<typeof Rule>;
const Named = z.object({
  Properties: z.object({ StateMachineName: z.string() }).or(z.object({ FunctionName: z.string() })),
});
const Resources = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() }).loose()) });

/** A rule of the deployed stack: the events it takes, and the playbook it starts; or the desk. */
export interface Deployed {
  readonly starts: string;
  readonly pattern: object;
}

/** Every rule, by its name in the template. */
export function deployedRules(): ReadonlyMap<string, Deployed> {
  const template: unknown = Template.fromStack(stackOf(bareAppOf(plain), 'Tourniquet')).toJSON();
  const { Resources: all } = Resources.parse(template);
  // What goes to the topic beside it starts nothing.
  const startedBy = ({ Properties }: Rule): string[] =>
    Properties.Targets.flatMap(({ Arn }) => {
      const target = Named.safeParse(all['Ref' in Arn ? Arn.Ref : (Arn['Fn::GetAtt'][0] ?? '')]);
      if (!target.success) return [];
      const { Properties: named } = target.data;
      const name = 'FunctionName' in named ? named.FunctionName : named.StateMachineName;
      return [name.replace(/^tourniquet-/, '').replace(/^route-finding$/, 'desk')];
    });
  const rules = Object.entries(all).filter(
    ([, resource]) =>
      resource.Type === 'AWS::Events::Rule' &&
      !Scheduled.safeParse(resource).success &&
      !AboutUs.safeParse(resource).success,
  );
  return new Map(
    rules.flatMap(([id, resource]) => {
      const rule = Rule.parse(resource);
      return startedBy(rule).map((starts) => [id, { starts, pattern: rule.Properties.EventPattern }] as const);
    }),
  );
}
