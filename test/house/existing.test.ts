/** A deployment that adopts what a restore brought, or what an earlier one left. */
import { type App, CfnResource } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { hub, member } from './configurations.ts';
import { appOf, nagOf, ofType, resourcesOf, stackOf } from './template.ts';

const key = (id: string): string => `arn:aws:kms:eu-central-1:${hub}:key/${id}`;
const table = `arn:aws:dynamodb:eu-central-1:${hub}:table/restored`;
const existing = {
  table: `${table}/stream/2026-11-29T03:00:00.000`,
  settings: `arn:aws:dynamodb:eu-central-1:${hub}:table/kept-settings`,
  vault: { bucket: 'kept-vault', key: key('11111111-2222-3333-4444-555555555555') },
  sealingKey: key('66666666-2222-3333-4444-555555555555'),
};
const given = { hub, members: [member], region: 'eu-central-1' };
const appWith = (more: object) => appOf(parseConfig({ ...given, ...more }, { file: 'test' }));
const [own, adopting] = [appWith({}), appWith({ existing })];
const inHub = (app: App) => resourcesOf(stackOf(app, 'Tourniquet'));
const [made, adopted] = [inHub(own), inHub(adopting)];
const pathsOf = (app: App, type: string): string[] =>
  stackOf(app, 'Tourniquet')
    .node.findAll()
    .flatMap((one) => (CfnResource.isCfnResource(one) && one.cfnResourceType === type ? [one.node.path] : []));

const Policy = z.object({
  Bucket: z.string(),
  PolicyDocument: z.object({ Statement: z.array(z.unknown().transform((one) => JSON.stringify(one))) }),
});

describe('what exists', () => {
  test('is not made anew, and everything else is as before', () => {
    const types = (resources: typeof made) =>
      Object.fromEntries([...Map.groupBy(resources, ({ Type }) => Type)].map(([type, all]) => [type, all.length]));
    const {
      'AWS::DynamoDB::Table': tables = 0,
      'AWS::S3::Bucket': _,
      'AWS::KMS::Key': keys = 0,
      ...rest
    } = types(made);
    expect([tables, types(adopted)]).toEqual([2, { ...rest, 'AWS::KMS::Key': keys - 2 }]);
  });

  test('has the same rights and the same functions: only its names differ', () => {
    const named = (resources: typeof made) =>
      JSON.stringify(
        resources.filter(({ Type }) => /^AWS::(IAM::Role|Lambda::Function|Lambda::EventSourceMapping)$/.test(Type)),
      );
    const translated = named(made)
      .replaceAll(/<IncidentsTable\w+\.StreamArn>/g, existing.table)
      .replaceAll(/<IncidentsTable\w+\.Arn>/g, table)
      .replaceAll(/<IncidentsTable\w+>/g, 'restored')
      .replaceAll(/<SettingsTable\w+\.Arn>/g, existing.settings)
      .replaceAll(/<SettingsTable\w+>/g, 'kept-settings')
      .replaceAll(/<VaultBucket\w+\.Arn>/g, 'arn:aws:s3:::kept-vault')
      .replaceAll(/<VaultBucket\w+>/g, 'kept-vault')
      .replaceAll(/<VaultKey\w+\.Arn>/g, existing.vault.key)
      .replaceAll(/<SealKey\w+\.Arn>/g, existing.sealingKey);
    const code = /"S3Key":"[^"]+"|"DependsOn":\[[^\]]*\]/g;
    expect(named(adopted).replaceAll(code, '')).toBe(translated.replaceAll(code, ''));
  });

  test('keeps the policy of the vault, under the same name, and the alias of the key', () => {
    for (const type of ['AWS::S3::BucketPolicy', 'AWS::KMS::Alias'])
      expect(pathsOf(adopting, type)).toEqual(pathsOf(own, type));
    const [policy, before] = [adopted, made].map((all) =>
      Policy.parse(ofType(all, 'AWS::S3::BucketPolicy')[0]?.Properties),
    );
    expect(policy?.Bucket).toBe('kept-vault');
    expect(policy?.PolicyDocument.Statement.toSorted()).toEqual(
      before?.PolicyDocument.Statement.map((one) =>
        one.replaceAll(/<VaultBucket\w+\.Arn>/g, 'arn:aws:s3:::kept-vault'),
      ).toSorted(),
    );
    const [alias] = ofType(adopted, 'AWS::KMS::Alias');
    expect(alias?.Properties).toEqual({ AliasName: 'alias/tourniquet-records', TargetKeyId: existing.sealingKey });
  });

  test('passes the rules of cdk-nag', () => {
    expect(nagOf(adopting).found).toEqual([]);
  });
});

test.each([
  [{ table: 'restored' }, "table: should be the ARN of the table's stream"],
  [{ settings: 'kept-settings' }, 'settings: should be the ARN of a table'],
  [{ sealingKey: 'arn:aws:kms:eu-central-1:111122223333:alias/mine' }, 'sealingKey: should be the ARN of a KMS key'],
  [{ vault: { bucket: 'kept-vault' } }, 'vault.key'],
  [{ tabel: existing.table }, 'did you mean "table"?'],
])('%j is refused', (wrong, words) => {
  expect(() => parseConfig({ ...given, existing: wrong }, { file: 'test' })).toThrow(words);
});
