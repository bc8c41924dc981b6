/** A compromised instance that Systems Manager manages: what is gone soon is read, and its memory copied, while people are asked. */
import { ListMultipartUploadsCommand, ListPartsCommand, S3Client } from '@aws-sdk/client-s3';
import { type Managed, manage } from '../../sandbox/agent.ts';
import { launch } from '../../sandbox/estate.ts';
import { findingAbout, send } from '../../sandbox/finding.ts';
import { itemsOf } from '../../scenario/runs.ts';
import { opened, toTheEnd, until } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

/** What has to be there before anybody answers. */
type First = 'nothing' | 'memory' | 'a part of the memory';

async function hasPart({ client, outputs }: Attached, incident: string): Promise<true | undefined> {
  const s3 = client(S3Client, 'hub');
  const Bucket = outputs.VaultName;
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  const own = Uploads.find(({ Key = '' }) => Key.includes(incident));
  if (!own) return undefined;
  const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key: own.Key, UploadId: own.UploadId }));
  return Parts.length > 0 || undefined;
}

async function isRead(deployment: Attached, incident: string): Promise<true | undefined> {
  const items = await itemsOf(deployment, `INC#${incident}`);
  return items.some(({ sk, step }) => sk.startsWith('RECEIPT#') && step === 'capture-memory') || undefined;
}

/** An instance with an agent, a finding about it, and a yes to all that is asked. */
export async function playLive(deployment: Attached, agent: Managed = {}, first: First = 'nothing') {
  const instance = await launch(deployment, deployment.estate);
  await manage(deployment.sandbox, instance, agent);
  await send(deployment, findingAbout(deployment, instance));
  const incident = await opened(deployment, instance);
  if (first === 'memory') await until('its memory', () => isRead(deployment, incident));
  if (first === 'a part of the memory') await until('a part of its memory', () => hasPart(deployment, incident));
  const ended = await toTheEnd(deployment, incident);
  return { instance, incident, ended };
}
