/** The vault in an account of its own: what is synthesised when, and what its policies let in. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import type { HubRight } from '../../lib/domain/step.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { warningsOf } from '../../lib/infra/settings.ts';
import { hub, member } from './configurations.ts';
import { appOf, list, mayOn, nagOf, ofType, resourcesOf, stackOf, stacksOf, theOne } from './template.ts';

const account = '777788889999';
const vault = {
  bucket: 'the-vault',
  key: `arn:aws:kms:eu-central-1:${account}:key/11111111-2222-3333-4444-555555555555`,
};
const given = { hub, members: [member], region: 'eu-central-1', evidence: { account } };
const parsed = (more: object = {}) => parseConfig({ ...given, ...more }, { file: 'test' });
const told = parsed({ existing: { vault } });
const [first, then] = [appOf(parsed()), appOf(told)];
const namesOf = (app: typeof first): string[] => stacksOf(app).map(({ node }) => node.id);

const Policy = z.object({
  Statement: z.array(
    z.object({
      Sid: z.string().optional(),
      Effect: z.string(),
      Action: z.union([z.string(), z.array(z.string())]),
      Principal: z.unknown(),
      Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    }),
  ),
});
const made = resourcesOf(stackOf(first, 'TourniquetVault'));
const [bucketPolicy, keyPolicy] = [
  ofType(made, 'AWS::S3::BucketPolicy')[0]?.Properties.PolicyDocument,
  ofType(made, 'AWS::KMS::Key')[0]?.Properties.KeyPolicy,
].map((policy) => Policy.parse(policy).Statement);

/** The functions that a statement lets in, by their names. */
function letInBy(statements: typeof bucketPolicy, sid: string): string[] {
  const arns = statements?.find(({ Sid }) => Sid === sid)?.Condition?.ArnLike?.['aws:PrincipalArn'];
  return [arns].flat().map((arn) => String(arn).replace(`arn:aws:iam::${hub}:role/tourniquet-`, ''));
}
const declaring = (...rights: HubRight[]): string[] =>
  contractsOf(told).flatMap(({ name, hub: declared }) => (declared.some((one) => rights.includes(one)) ? name : []));

describe('an account for the vault', () => {
  test('comes first, alone, with a word about what is next', () => {
    expect(namesOf(first)).toEqual(['TourniquetVault']);
    expect(warningsOf(parsed())[0]).toContain(`Deploy it with credentials of ${account}, and name what it prints`);
    expect(namesOf(then)).toEqual(['TourniquetVault', 'Tourniquet', 'TourniquetMember']);
    expect(warningsOf(told).join()).not.toContain('TourniquetVault');
    expect(stackOf(then, 'TourniquetVault')).toMatchObject({
      account,
      region: 'eu-central-1',
      terminationProtection: true,
    });
  });

  test('has a bucket of its owner alone, that outlives the stack, and its name and key as outputs', () => {
    const [bucket] = ofType(made, 'AWS::S3::Bucket');
    expect(bucket).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        ObjectLockEnabled: true,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      },
    });
    expect(nagOf(first).found).toEqual([]);
  });

  test('lets in each function of the hub that declares it, by its role, and no other', () => {
    expect(letInBy(bucketPolicy, 'Seal').toSorted()).toEqual(declaring('vault').toSorted());
    expect(letInBy(bucketPolicy, 'Copy')).toEqual(declaring('copy'));
    expect(letInBy(bucketPolicy, 'Verify')).toEqual(declaring('read-vault'));
    expect(letInBy(bucketPolicy, 'GoOn')).toEqual(declaring('read-checkpoints'));
    expect(letInBy(bucketPolicy, 'Extend').toSorted()).toEqual(declaring('extend-locks').toSorted());
    expect(letInBy(keyPolicy, 'Seal').toSorted()).toEqual(declaring('vault', 'copy').toSorted());
    expect(letInBy(bucketPolicy, 'ReadBack')).toEqual(declaring('read-back'));
    const reading = declaring('read-vault', 'read-back', 'read-checkpoints', 'vault-parts');
    expect(letInBy(bucketPolicy, 'InParts')).toEqual(declaring('vault-parts'));
    expect(letInBy(keyPolicy, 'Verify').toSorted()).toEqual(reading.toSorted());
  });

  test('allows nobody of the hub to delete, to bypass, to change a policy, or to put what no function seals', () => {
    const allowed = (bucketPolicy ?? []).filter(({ Effect }) => Effect === 'Allow');
    const actions = new Set(allowed.flatMap(({ Action }) => list(Action)));
    expect([...actions].filter((one) => /Delete|Bypass|Policy|\*/.test(one))).toEqual([]);
    const puts = allowed.filter(({ Action }) => list(Action).some((one) => one.startsWith('s3:Put')));
    expect(puts.map(({ Sid }) => Sid)).toEqual(['Seal', 'Copy', 'Extend']);
    for (const { Condition } of [...allowed, ...(keyPolicy ?? []).filter(({ Sid }) => Sid)])
      expect(Object.values(Condition ?? {}).flatMap(Object.keys)).toContain('aws:PrincipalArn');
  });
});

describe('the hub that seals there', () => {
  const resources = resourcesOf(stackOf(then, 'Tourniquet'));

  test('makes no vault, and asks of each call that the other account owns it', () => {
    expect(ofType(resources, 'AWS::S3::Bucket')).toEqual([]);
    expect(ofType(resources, 'AWS::S3::BucketPolicy')).toEqual([]);
    const environments = ofType(resources, 'AWS::Lambda::Function').map(({ Properties }) =>
      JSON.stringify(Properties.Environment),
    );
    const vaults = environments.filter((one) => one.includes('"TOURNIQUET_VAULT":'));
    expect(vaults.length).toBeGreaterThan(5);
    for (const one of vaults) expect(one).toContain(`"TOURNIQUET_VAULT_OWNER":"${account}"`);
  });

  test('holds no more rights there than in its own account', () => {
    const role = theOne(resources, 'AWS::IAM::Role', 'RoleName', 'tourniquet-record-instance');
    expect(mayOn(role, 's3:PutObject')).toEqual(['arn:aws:s3:::the-vault/*']);
    expect(mayOn(role, 'kms:GenerateDataKey')).toEqual([vault.key]);
  });
});
