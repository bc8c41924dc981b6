/** What AWS refuses at deployment and no synthesis minds: measured on the template of the longest name, with everything configured. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import {
  appOf,
  full,
  list,
  mayOn,
  ofType,
  type Resource,
  resourcesOf,
  type Statement,
  stackOf,
  theOne,
} from './template.ts';

/** As long as the configuration allows. */
const longest = parseConfig({ ...full, name: 'n'.repeat(19) }, { file: 'test' });
const resources = resourcesOf(stackOf(appOf(longest), 'Tourniquet'));

const statementsIn = ({ Properties }: Resource): Statement[] =>
  (Properties.PolicyDocument as { Statement: Statement[] }).Statement;

describe('a queue\'s policy (SQS developer guide, "Amazon SQS policy quotas")', () => {
  const policies = ofType(resources, 'AWS::SQS::QueuePolicy');

  test('has at most 20 statements and 10 conditions, in 8,192 bytes', () => {
    expect(policies).toHaveLength(1);
    for (const policy of policies) {
      const statements = statementsIn(policy);
      const conditions = statements.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys));
      expect(statements.length).toBeLessThanOrEqual(20);
      expect(conditions.length).toBeLessThanOrEqual(10);
      expect(JSON.stringify(policy.Properties.PolicyDocument).length).toBeLessThanOrEqual(8192);
    }
  });

  test('lets every rule of ours, and no other, leave what it could not deliver', () => {
    const [sending, ...more] = policies.flatMap(statementsIn).filter(({ Effect }) => Effect === 'Allow');
    expect(more).toEqual([]);
    const pattern = String(sending?.Condition?.ArnLike?.['aws:SourceArn']);
    const rules = ofType(resources, 'AWS::Events::Rule').map(({ Properties }) => String(Properties.Name));
    expect(rules.length).toBeGreaterThan(20);
    expect(pattern.split(':rule/')[1]).toBe(`${longest.name}-*`);
    expect(rules.filter((name) => !name.startsWith(`${longest.name}-`))).toEqual([]);
    // Length of a rule's name (EventBridge API, PutRule).
    expect(rules.filter((name) => name.length > 64)).toEqual([]);
  });
});

describe('what Lambda leaves in a queue or tells a topic', () => {
  const leaving = ofType(resources, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
    const { TargetArn } = (Properties.DeadLetterConfig ?? {}) as { TargetArn?: string };
    return TargetArn ? [[String(Properties.FunctionName), String(Properties.Role), TargetArn] as const] : [];
  });

  test('is never set up beside the function, where CloudFormation would not wait for the right', () => {
    expect(ofType(resources, 'AWS::Lambda::EventInvokeConfig')).toEqual([]);
    expect(leaving.length).toBeGreaterThan(0);
  });

  // "The provided execution role does not have permissions to call SendMessage on SQS": checked when the function is created.
  test.each(leaving)('%s has a role that may, before the function is there', (name, role, queue) => {
    const made = theOne(resources, 'AWS::IAM::Role', 'RoleName', name);
    expect(role).toMatch(/^<Functions\w+\.Arn>$/);
    expect(mayOn(made, 'sqs:SendMessage')).toEqual([queue]);
  });
});

test('a queue gets letters only from whom its policy or their role lets', () => {
  const targets = ofType(resources, 'AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets as object[]);
  const queues = targets.map((one) => (one as { DeadLetterConfig?: { Arn: string } }).DeadLetterConfig?.Arn);
  expect(new Set(queues).size).toBe(1);
  expect(list(String(queues[0]))).toEqual([expect.stringMatching(/^<DeadLetters\w+\.Arn>$/)]);
});
