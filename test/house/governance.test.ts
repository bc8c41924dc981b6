/** Where a deployment goes, what a company asks of everything in it, and what stays as it is when something is added. */
import { describe, expect, test } from 'vitest';
import { committedPlaybooks } from '../../lib/infra/committed-playbooks.ts';
import { HubStack } from '../../lib/infra/hub-stack.ts';
import { plainly } from '../../lib/infra/plain-template.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { bareApp } from '../../lib/infra/stack-set-template.ts';
import { cloudTrail } from '../../lib/routing/claim.ts';
import { patternsOf } from '../../lib/routing/patterns.ts';
import { everything, full, hub } from './configurations.ts';
import { stackOf, textsOf, withCode } from './template.ts';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Condition?: string }>>;
  readonly Conditions?: object;
}

const app = bareApp();
const texts = textsOf(everything, app);
/** The least number of roles in each. */
const stacks = { Tourniquet: 60, TourniquetMember: 4, TourniquetForwarder: 1 };
const templateOf = (id: string): Template => JSON.parse(texts.get(id) ?? '{}') as Template;
const resourcesOf = (id: string) => Object.values(plainly(templateOf(id).Resources));

describe.each(Object.entries(stacks))('stack %s', (id, least) => {
  const { rolePath, permissionsBoundary, tags, name } = everything;

  test('gives every role its path and its boundary', () => {
    const roles = resourcesOf(id).filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThanOrEqual(least);
    const boundary = `arn:aws-us-gov:iam::000000000000:policy/${permissionsBoundary}`;
    for (const { Properties } of roles)
      expect(Properties).toMatchObject({ Path: rolePath, PermissionsBoundary: boundary });
  });

  test('names no role of ours without its path', () => {
    const arns = JSON.stringify(resourcesOf(id)).match(/arn:[^"]*:role[^"]*/g) ?? [];
    const ours = arns.filter((arn) => arn.includes(name));
    expect(ours.filter((arn) => !arn.includes(`:role${rolePath}${name}-`))).toEqual([]);
  });

  // CloudFormation puts them on what is in the stack (user guide, "Add tags to resources"); one by one they would outgrow the template.
  test('carries the tags', () => {
    expect(app.synth().getStackArtifact(id).tags).toEqual(tags);
  });
});

test('what a StackSet makes carries the tags too', () => {
  const { tags } = everything;
  const sets = resourcesOf('TourniquetRollout').filter(({ Type }) => Type === 'AWS::CloudFormation::StackSet');
  expect(sets).toHaveLength(2);
  const pairs = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  for (const { Properties } of sets) expect(Properties.Tags).toEqual(expect.arrayContaining(pairs));
});

test('the hub goes into the account and the Region that are configured, and nowhere else', () => {
  expect(stackOf(app, 'Tourniquet')).toMatchObject({ account: hub, region: 'us-gov-west-1' });
  expect(stackOf(app, 'TourniquetRollout')).toMatchObject({ account: hub, region: 'us-gov-west-1' });
});

describe('the member stack', () => {
  const template = templateOf('TourniquetMember');

  test('makes nothing in the hub, which has the same roles itself', () => {
    expect(template.Conditions).toMatchObject({
      OutsideTheHub: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, hub] }] },
    });
    const anywhere = Object.values(template.Resources).filter(({ Condition }) => Condition !== 'OutsideTheHub');
    expect(anywhere.map(({ Type }) => Type)).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
  });

  test('asks for no bootstrap, no file and no parameter', () => {
    const { Resources: _, Conditions: __, ...rest } = template;
    expect(Object.keys(rest)).toEqual(['Description']);
    expect(texts.get('TourniquetMember')).not.toMatch(/bootstrap|cdk-hnb659fds/);
  });
});

test('a claim that is added makes one rule, and changes nothing else', () => {
  const books = committedPlaybooks();
  const all = books.map(({ playbook }) => playbook);
  const claim = cloudTrail('sts:DecodeAuthorizationMessage');
  const more = books.map((book) => {
    if (book.playbook.name !== 'destruction') return book;
    const playbook = { ...book.playbook, claims: [claim, ...book.playbook.claims] };
    return { ...book, playbook, patterns: patternsOf(playbook, all) };
  });
  const [before, after] = [books, more].map((playbooks) => {
    const own = bareApp();
    withCode(
      (code) => new HubStack(own, 'Tourniquet', { config: full, contracts: contractsOf(full), playbooks, code }),
    );
    return (own.synth().getStackByName('tourniquet').template as Template).Resources;
  });
  const added = Object.keys(after ?? {}).filter((id) => !(id in (before ?? {})));
  expect(added.map((id) => after?.[id]?.Type)).toEqual(['AWS::Events::Rule']);
  expect({ ...before, ...Object.fromEntries(added.map((id) => [id, after?.[id]])) }).toEqual(after);
});
