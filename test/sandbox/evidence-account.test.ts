/**
 * docs/evidence-account.md, played: the vault is deployed into an account of its own, then the hub, which seals there. What the hub's own roles,
 * its root user and strangers can do there is really tried. In a sandbox of its own, by npm run nightly.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import type { HubRight } from '../../lib/domain/step.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { tipItem } from '../../lib/items/checkpoint.ts';
import { typed } from '../console/typed.ts';
import { allPowerfulRole, outcomeOf } from '../deployed/proof/probe.ts';
import { type Sealed, tamperings } from '../deployed/proof/vault.ts';
import { depth } from '../depth.ts';
import {
  type Credentials,
  clients,
  configuration,
  deployPrepared,
  deployStack,
  hired,
  officePolicies,
  prepareStacks,
} from './deployment.ts';
import { findingAbout, send } from './finding.ts';
import { invoke } from './invoke.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { underSettings } from './settings.ts';

/** Nobody is asked anything here. */
const noSlack = 'http://127.0.0.1:9';
const soon = { timeout: 240_000, interval: 200 };
const functionsRole = (name: string): string => `tourniquet-${name}`;
let sandbox: Sandbox;
let outputs: Record<string, string>;
let vault: { readonly bucket: string; readonly key: string };

const attached = () => ({ sandbox, outputs, client: clients(sandbox), slack: { url: noSlack } });

/** The session of a role, as whoever runs with it has one. */
const sessionOf = (role: string, account = sandbox.accounts.hub): Promise<Credentials> =>
  sandbox.post<Credentials>('/_sandbox/role-session', { account, role, session: 'probe' });

const s3 = (as?: Credentials): S3Client => clients(sandbox)(S3Client, 'hub', as);

async function madeVault(): Promise<typeof vault> {
  const cloudFormation = clients(sandbox)(CloudFormationClient, 'member');
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'tourniquet-vault' }));
  const value = (key: string) => Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
  return { bucket: value('VaultName'), key: value('VaultKeyArn') };
}

const inVault = async (Prefix: string): Promise<string[]> => {
  const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket: vault.bucket, Prefix }));
  return Versions.flatMap(({ Key }) => Key ?? []);
};

/** Somebody's put of an object, locked as a function locks it. */
const put = (as: Credentials | undefined, Key: string, more: object = {}) =>
  s3(as).send(
    new PutObjectCommand({
      Bucket: vault.bucket,
      Key,
      Body: 'evidence',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: vault.key,
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date(Date.now() + 30 * 86_400_000),
      ...more,
    }),
  );

describe.skipIf(depth !== 'all')('a vault in an account of its own', () => {
  beforeAll(async () => {
    sandbox = await startSandbox({ waits: 0.2 });
    const evidence = { account: sandbox.accounts.member };
    await prepareStacks(sandbox, noSlack, { evidence });
    // The hub cannot be told yet where it seals.
    const templates = readdirSync(join(sandbox.work, 'cdk.out')).filter((name) => name.endsWith('.template.json'));
    expect(templates).toEqual(['TourniquetVault.template.json']);
    await deployStack(sandbox, 'member', 'TourniquetVault');
    vault = await madeVault();
    await prepareStacks(sandbox, noSlack, { evidence, existing: { vault } });
    outputs = await deployPrepared(sandbox);
    await sandbox.post('/_sandbox/enforce', { on: true });
  }, 300_000);
  afterAll(() => sandbox?.stop());

  test('has what was sealed, copied and checkpointed; it is verified there, and an auditor of the hub takes it out', async () => {
    expect(outputs).toMatchObject({ VaultName: vault.bucket, VaultKeyArn: vault.key });
    await underSettings(attached(), { mode: 'observe' });
    await send(attached(), findingAbout(attached(), 'i-0123456789abcdef0'));
    const exports = async () => (await inVault('incidents/')).filter((key) => key.endsWith('.tar'));
    await expect.poll(exports, soon).not.toEqual([]);
    const [, incident = ''] = (await exports())[0]?.split('/') ?? [];
    await expect.poll(() => inVault(`copies/${incident}/ledger/`), soon).not.toEqual([]);
    await invoke(attached(), 'seal-checkpoint');
    // The next is built on what is read back from the vault.
    const tip = { TableName: outputs.TableName, Key: marshall(tipItem.key()) };
    await clients(sandbox)(DynamoDBClient, 'hub').send(new DeleteItemCommand(tip));
    expect(await invoke(attached(), 'seal-checkpoint')).toMatchObject({ checkpoint: 2 });
    const { auditor } = await officePolicies(attached());
    const ada = await hired(attached(), 'ada', auditor);
    const asAda = (...words: string[]) =>
      typed(words, {
        AWS_ENDPOINT_URL: sandbox.endpoint,
        AWS_REGION: sandbox.region,
        AWS_ACCESS_KEY_ID: ada.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ada.secretAccessKey,
      });
    const to = mkdtempSync(join(tmpdir(), 'evidence-account-'));
    expect(await asAda('export', incident, '--to', to)).toMatchObject({ code: 0 });
    expect(await asAda('verify', join(to, incident))).toMatchObject({ code: 0 });
    expect(await asAda('verify', '--checkpoints')).toMatchObject({ code: 0 });
    expect(await asAda('restore', incident)).toMatchObject({ code: 0 });
    rmSync(to, { recursive: true });
  }, 180_000);

  test('lets in each role of the hub as far as it says, and nobody further', async () => {
    const contracts = contractsOf(parseConfig(configuration(sandbox, noSlack), { file: 'evidence' }));
    const wrong: string[] = [];
    for (const { name, hub } of contracts) {
      const as = await sessionOf(functionsRole(name));
      const may = (right: HubRight): string => (hub.includes(right) ? 'allowed' : 'denied');
      const sealed = await outcomeOf(put(as, 'probe/sealed'));
      const copied = await outcomeOf(put(as, 'copies/probe/sealed'));
      const read = await outcomeOf(s3(as).send(new GetObjectCommand({ Bucket: vault.bucket, Key: 'probe/sealed' })));
      const expected = [may('vault'), hub.includes('copy') ? 'allowed' : may('vault'), 'denied'];
      if ([sealed, copied, read].join() !== expected.join()) wrong.push(`${name}: ${[sealed, copied, read].join()}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test('is extended, and neither shortened, emptied nor loosened by the hub, whoever there may do everything', async () => {
    const sealer = await sessionOf(functionsRole('record-instance'));
    const { VersionId = '' } = await put(sealer, 'probe/held');
    const sealed: Sealed = { Bucket: vault.bucket, Key: 'probe/held', VersionId };
    const RetainUntilDate = new Date(Date.now() + 60 * 86_400_000);
    const longer = new PutObjectRetentionCommand({ ...sealed, Retention: { Mode: 'GOVERNANCE', RetainUntilDate } });
    await s3(await sessionOf(functionsRole('keep-clocks'))).send(longer);
    await allPowerfulRole(clients(sandbox)(IAMClient, 'hub'), 'administrator');
    const administrator = await sessionOf('administrator');
    const everybody = {
      'the root user': undefined,
      'an administrator': administrator,
      'a function that seals': sealer,
      'a function that verifies': await sessionOf(functionsRole('seal-record')),
    };
    const succeeded: string[] = [];
    for (const [who, as] of Object.entries(everybody))
      for (const [what, attempt] of Object.entries(tamperings(sealed)))
        await attempt(s3(as)).then(
          () => succeeded.push(`${who} may ${what}`),
          () => {},
        );
    expect(succeeded).toEqual([]);
    // Whatever was answered, nothing has changed.
    const { Retention } = await s3().send(new GetObjectRetentionCommand(sealed));
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 59 * 86_400_000);
    const owner = clients(sandbox)(S3Client, 'member');
    const { ObjectLockConfiguration } = await owner.send(
      new GetObjectLockConfigurationCommand({ Bucket: vault.bucket }),
    );
    expect(ObjectLockConfiguration?.Rule?.DefaultRetention).toEqual({ Mode: 'GOVERNANCE', Days: 104 });
    expect(await owner.send(new GetBucketVersioningCommand({ Bucket: vault.bucket }))).toMatchObject({
      Status: 'Enabled',
    });
    const { Policy } = await owner.send(new GetBucketPolicyCommand({ Bucket: vault.bucket }));
    expect(Policy).toContain('NoResponderTampers');
    // People read by the hub's own policies, and add nothing.
    expect(await outcomeOf(s3(administrator).send(new GetObjectCommand(sealed)))).toBe('allowed');
    expect(await outcomeOf(put(administrator, 'probe/forged'))).toBe('denied');
    expect(await outcomeOf(put(undefined, 'probe/forged'))).toBe('denied');
  }, 120_000);

  test('refuses other accounts, and a call that expects it to be somebody else’s', async () => {
    const stranger = sandbox.members[2] ?? '';
    const { endpoint, region } = sandbox;
    const credentials = { accessKeyId: stranger, secretAccessKey: 'sandbox' };
    await allPowerfulRole(new IAMClient({ endpoint, region, credentials }), functionsRole('seal-record'));
    const as = await sessionOf(functionsRole('seal-record'), stranger);
    const get = () => s3(as).send(new GetObjectCommand({ Bucket: vault.bucket, Key: 'probe/held' }));
    expect(await outcomeOf(put(as, 'probe/forged'))).toBe('denied');
    expect(await outcomeOf(get())).toBe('denied');
    const sealer = await sessionOf(functionsRole('record-instance'));
    const owned = (ExpectedBucketOwner: string) => outcomeOf(put(sealer, 'probe/owned', { ExpectedBucketOwner }));
    expect(await owned(sandbox.accounts.member)).toBe('allowed');
    expect(await owned(sandbox.accounts.hub)).toBe('denied');
  }, 120_000);

  test('is examined by the doctor from the hub, but for its policy', async () => {
    const only = ['vault-versioning', 'vault-lock', 'vault-public', 'vault-key', 'vault-policy'];
    const { stdout } = await typed(['doctor', '--only', only.join(), '--json'], {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_REGION: sandbox.region,
      AWS_ACCESS_KEY_ID: sandbox.accounts.hub,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    });
    const lines = stdout
      .split('\n')
      .flatMap((line) => (line ? [JSON.parse(line) as { check: string; level: string }] : []));
    expect(new Map(lines.map(({ check, level }) => [check, level]))).toEqual(
      new Map(only.map((check) => [check, check === 'vault-policy' ? 'not-proven' : 'ok'])),
    );
  }, 60_000);
});
