/** A compromised instance, one of whose volumes is encrypted with a customer's key: what its copies hold is proved once it is closed. */
import { AttachVolumeCommand, CreateVolumeCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { incidentFrom } from '../../../lib/record/incident.ts';
import { launch } from '../../sandbox/estate.ts';
import { findingAbout, send } from '../../sandbox/finding.ts';
import { itemsOf } from '../../scenario/runs.ts';
import { opened, toTheEnd, until } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

async function encryptedVolume({ client }: Attached, InstanceId: string): Promise<void> {
  const [ec2, kms] = [client(EC2Client, 'member'), client(KMSClient, 'member')];
  const { KeyMetadata: { KeyId: KmsKeyId } = {} } = await kms.send(new CreateKeyCommand({}));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  const { AvailabilityZone } = Reservations[0]?.Instances?.[0]?.Placement ?? {};
  const asked = new CreateVolumeCommand({ AvailabilityZone, Size: 8, Encrypted: true, KmsKeyId });
  const { VolumeId } = await ec2.send(asked);
  await ec2.send(new AttachVolumeCommand({ InstanceId, VolumeId, Device: '/dev/sdh' }));
}

/** To the end of the run; `meanwhile` people are asked, and the copies are there. */
export async function playDisk(
  deployment: Attached,
  meanwhile: (snapshots: readonly string[]) => Promise<void> = async () => {},
) {
  const instance = await launch(deployment, deployment.estate);
  await encryptedVolume(deployment, instance);
  await send(deployment, findingAbout(deployment, instance));
  const incident = await opened(deployment, instance);
  const found = async () => incidentFrom((await itemsOf(deployment, `INC#${incident}`)) as never);
  const copies = async () => {
    const evidence = (await found())?.evidence.filter(({ kind }) => kind === 'volume-snapshot') ?? [];
    return evidence.length > 0 ? evidence : undefined;
  };
  const taken = await until('copies of its volumes', copies);
  await meanwhile(taken.map(({ uri }) => uri.slice(uri.lastIndexOf('/') + 1)));
  const ended = await toTheEnd(deployment, incident);
  const isSealed = async () => {
    const record = await found();
    return record?.timeline.some(({ kind }) => kind === 'sealed') ? record : undefined;
  };
  return { instance, incident, ended, record: await until('its record to be sealed', isSealed) };
}
