/** Plays what together needs every right there is: two ways to decide, both channels, holes in the quarantine, clocks that ring. */
import { join } from 'node:path';
import {
  AssociateIamInstanceProfileCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { AddRoleToInstanceProfileCommand, CreateInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { quarantineTag } from '../../../lib/domain/marks.ts';
import { copiable } from '../../sandbox/agent.ts';
import { compare } from '../../scenario/compare.ts';
import { observe } from '../../scenario/observe.ts';
import { readScenario } from '../../scenario/parse.ts';
import { type Played, play } from '../../scenario/play.ts';
import { incidentsAbout } from '../../scenario/runs.ts';
import type { Attached } from '../deployed.ts';
import { playAccessLog } from './access-log-course.ts';
import { playBackups, playInfected } from './backup-course.ts';
import { playBuckets } from './bucket-course.ts';
import { playCheckpoints } from './checkpoint-course.ts';
import { playClocks } from './clock-course.ts';
import { playCaller } from './cluster-course.ts';
import { playCredentials, playUnbounded } from './credential-course.ts';
import { playDatabases } from './database-course.ts';
import { playDisk } from './disk-course.ts';
import { removeOfRoot, removeOfUsers } from './eradication-course.ts';
import { playLostEvidence } from './evidence-course.ts';
import { playFailedRun } from './failed-run-course.ts';
import { playFunctions, playTamperedFunction } from './function-course.ts';
import { playKey } from './key-course.ts';
import { playLive } from './live-course.ts';
import { playLogFiles } from './log-course.ts';
import { playLogging } from './logging-course.ts';
import { playMail } from './mail-course.ts';
import { playOrganization } from './organization-course.ts';
import { playPerson } from './person-course.ts';
import { playRetention } from './retention-course.ts';
import { playSettings } from './settings-course.ts';
import { playSharing } from './sharing-course.ts';
import { playTasks } from './task-course.ts';
import { playWorkload } from './workload-course.ts';

const root = join(import.meta.dirname, '../../..');

/** Plays a scenario; nothing it needed counts if it did not end as it should. Returns the instance it was about. */
async function playFile(
  deployment: Attached,
  file: string,
  between: (played: Played) => Promise<void> = async () => {},
): Promise<string> {
  let instance = '';
  await play(deployment, readScenario(join(root, file)), async (played) => {
    ({ instance } = played.stage);
    expect(compare(played.round.expect, await observe(played)), file).toEqual([]);
    await between(played);
  });
  return instance;
}

/** Somebody gives the contained instance another profile: release has to replace it. */
async function giveAnotherProfile({ client, estate }: Attached, InstanceId: string): Promise<void> {
  const iam = client(IAMClient, 'member');
  const InstanceProfileName = `other-${InstanceId}`;
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: estate.profile }));
  const IamInstanceProfile = { Name: InstanceProfileName };
  await client(EC2Client, 'member').send(new AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile }));
}

/** Somebody puts a rule into the group that must have none. */
async function makeHole({ client, estate }: Attached): Promise<void> {
  const ec2 = client(EC2Client, 'member');
  const Filters = [
    { Name: 'vpc-id', Values: [estate.vpc] },
    { Name: `tag:${quarantineTag}`, Values: ['closed'] },
  ];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '203.0.113.0/24' }] }];
  for (const { GroupId } of SecurityGroups)
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

/** What other suites play too, on users, roles, people, the root user, logs, tasks, pods and instances. */
export async function playAsOthers(deployment: Attached): Promise<void> {
  await Promise.all([playCredentials(deployment), removeOfUsers(deployment)]);
  await removeOfRoot(deployment);
  // Each has things of its own, and waits more than it works.
  await Promise.all([playBuckets(deployment), playLogging(deployment), playTasks(deployment)]);
  await Promise.all([
    playLive(deployment, { more: copiable }, 'memory'),
    playLive(deployment, { more: { uname: 'echo aarch64' } }),
  ]);
  await Promise.all([
    playFunctions(deployment),
    playTamperedFunction(deployment),
    playWorkload(deployment),
    playSharing(deployment),
  ]);
  await Promise.all([playCaller(deployment), playMail(deployment), playDatabases(deployment)]);
  await Promise.all([playCaller(deployment, 'somebody'), playKey(deployment), playBackups(deployment)]);
  await Promise.all([playLogFiles(deployment), playDisk(deployment)]);
  await playAccessLog(deployment);
  await playInfected(deployment);
  for (const name of ['port-probe', 'worse-while-asked', 'behind-nat', 'stopped', 'without-profile', 'slack-down'])
    await playFile(deployment, `playbooks/ec2-instance-compromise/scenarios/${name}.yaml`);
}

/** What no other suite plays. */
export async function playTheRest(deployment: Attached): Promise<void> {
  await Promise.all([
    playUnbounded(deployment),
    playPerson(deployment, 'at once'),
    playPerson(deployment, 'one by one'),
  ]);
  await playOrganization(deployment);
  const instance = await playFile(deployment, 'test/deployed/proof/the-hard-way.yaml', async ({ round, stage }) => {
    if (!round.release) await giveAnotherProfile(deployment, stage.instance);
  });
  await makeHole(deployment);
  await playFile(deployment, 'playbooks/ec2-instance-compromise/scenarios/killed-between-calls.yaml');
  const [incident = ''] = await incidentsAbout(deployment, instance);
  await playClocks(deployment, incident);
  await playFailedRun(deployment, instance, incident);
  await playLostEvidence(deployment, incident);
  await playCheckpoints(deployment);
  await playRetention(deployment);
  await playSettings(deployment);
}
