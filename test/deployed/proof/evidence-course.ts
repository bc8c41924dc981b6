/** Plays what takes the right to tell people of evidence: an artefact is taken out of the vault, and the record is sealed anew. */
import { DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { RecordedCall } from '../../sandbox/sandbox.ts';
import { decideBySignature } from '../../scenario/command-line.ts';
import { itemsOf } from '../../scenario/runs.ts';
import type { Attached } from '../deployed.ts';

/** As whoever owns the account may: governance mode lets them, and our own roles never (lib/infra/evidence-vault.ts). */
async function takeAway({ client, outputs }: Attached, incident: string): Promise<string> {
  const s3 = client(S3Client, 'hub');
  const place = { Bucket: outputs.VaultName, Prefix: `incidents/${incident}/metadata.json` };
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand(place));
  for (const { Key, VersionId } of Versions)
    await s3.send(
      new DeleteObjectCommand({ Bucket: outputs.VaultName, Key, VersionId, BypassGovernanceRetention: true }),
    );
  return `s3://${outputs.VaultName}/${Versions[0]?.Key}`;
}

export async function playLostEvidence(deployment: Attached, incident: string): Promise<void> {
  const since = new Date().toISOString();
  const uri = await takeAway(deployment, incident);
  const { status, body } = await decideBySignature(deployment, 'Rosa', { action: 'seal', incident }, 'SealUrl');
  expect({ status, ...(JSON.parse(body) as object) }).toMatchObject({ status: 200, outcome: 'sealed' });
  const entries = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
  const found = entries.findLast(({ kind }) => kind === 'sealed')?.detail;
  expect(found).toMatchObject({ verified: expect.arrayContaining([expect.objectContaining({ found: 'missing' })]) });
  const calls = await deployment.sandbox.get<RecordedCall[]>(`/_sandbox/calls?since=${since}`);
  const told = calls.filter(({ action, error }) => action === 'sns:Publish' && !error);
  expect(JSON.stringify(told)).toContain(`missing in the vault: ${uri}`);
}
