import { S3Client } from '@aws-sdk/client-s3';
import { limited } from '../doctor/limited.ts';
import type { Deployment } from './deployment.ts';
import { lockOf, worthLooking } from './retention.ts';
import { type Vault, vaultOf, versionsIn } from './vault-versions.ts';

/** What outlives a deployment. */
export interface Remaining {
  readonly what: string;
  readonly name: string;
  /** From when it may go, ISO 8601; null where nothing but people's own duties keeps it. */
  readonly from: string | null;
  /** Why not before, and how then. */
  readonly how: string;
}

/** When the last lock in the vault ends: null where none is. Versions without a lock may go at any time. */
async function lastLock(vault: Vault): Promise<string | null> {
  const client = new S3Client();
  const { versions } = await versionsIn(vault);
  const ends = await limited(worthLooking(versions), (one) => lockOf(client, vault, one));
  return (
    ends
      .flatMap((end) => end ?? [])
      .toSorted()
      .at(-1) ?? null
  );
}

/** What stays of a deployment, and from when each may go. */
export async function remainsOf(deployment: Deployment): Promise<Remaining[]> {
  const { output } = deployment;
  const vault = vaultOf(deployment);
  const from = await lastLock(vault);
  const { evidence } = evidenceOf(deployment);
  const where = evidence ? `, with credentials of ${evidence.account}` : '';
  const table = output('TableName');
  const settings = output('SettingsTableName');
  const unprotected = (name: string): string =>
    `when your own duties allow: aws dynamodb update-table --table-name ${name} --no-deletion-protection-enabled, then delete-table`;
  return [
    { what: 'vault', name: vault.Bucket, from, how: `its last lock ends then; empty it, then delete it${where}` },
    {
      what: "the vault's key",
      name: output('VaultKeyArn'),
      from,
      how: `with the vault: nothing else opens it${where}`,
    },
    {
      what: 'sealing key',
      name: output('SealingKeyArn'),
      from,
      how: 'with the vault; records are checked with the public key that each export holds',
    },
    {
      what: 'incident table',
      name: table,
      from: null,
      how: unprotected(table),
    },
    { what: 'settings table', name: settings, from: null, how: unprotected(settings) },
  ];
}

/** The account of the vault, where that is not the hub. */
function evidenceOf({ output }: Pick<Deployment, 'output'>) {
  const [account, home] = ['VaultKeyArn', 'SealingKeyArn'].map((name) => output(name).split(':')[4]);
  return account === home ? {} : { evidence: { account } };
}

/** What makes a later deployment go on with what stayed, for cdk.json. */
export const adoption = ({ output, has }: Deployment) => ({
  ...evidenceOf({ output }),
  existing: {
    // One of an earlier version has no stream yet: docs/restore.md says how it gets one.
    ...(has('TableStreamArn') && { table: output('TableStreamArn') }),
    // An earlier version did not say which one that is.
    ...(has('SettingsTableArn') && { settings: output('SettingsTableArn') }),
    vault: { bucket: output('VaultName'), key: output('VaultKeyArn') },
    sealingKey: output('SealingKeyArn'),
  },
});
