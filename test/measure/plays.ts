/** What is measured: for each playbook one finding about something that is there, everything that is asked answered with yes. */
import { randomBytes } from 'node:crypto';
import { CreateImageCommand, EC2Client } from '@aws-sdk/client-ec2';
import { scanned } from '../../lambdas/ec2/foreign.world.ts';
import { makeBucket, toldOf } from '../../lambdas/s3/bucket.world.ts';
import type { Attached } from '../deployed/deployed.ts';
import { shopIn } from '../deployed/proof/workload-course.ts';
import { manage } from '../sandbox/agent.ts';
import { workloadFinding } from '../sandbox/cluster.ts';
import { type CredentialFinding, findingAboutKey, type Holder } from '../sandbox/credential-finding.ts';
import { launch, stolenSession } from '../sandbox/estate.ts';
import { entry, findingAbout } from '../sandbox/finding.ts';
import { assumeAs, hire, roleFor } from '../sandbox/identities.ts';
import { makePermissionSet, makePerson, rootKey } from '../sandbox/organization.ts';
import { publicDatabase } from '../sandbox/shop-databases.ts';
import { busyFunction, openShop } from '../sandbox/shop-functions.ts';
import { findingAboutTask, tasksOf } from '../sandbox/tasks.ts';

interface Played {
  readonly event: ReturnType<typeof entry>;
  /** Words of the resource, by which its incident is found. */
  readonly about: string;
}

type Play = (deployment: Attached) => Promise<Played>;

const guardDuty = (detail: object) => entry('aws.guardduty', 'GuardDuty Finding', detail);
const aboutKey = (deployment: Attached, holder: Holder, options: CredentialFinding, about: string): Played => ({
  event: guardDuty(findingAboutKey(deployment, holder, options)),
  about,
});
const named = (name: string): string => `${name}-${randomBytes(3).toString('hex')}`;

/** An instance with two interfaces and two volumes, in an Auto Scaling group and behind a load balancer. */
const instance =
  (type: string): Play =>
  async (deployment) => {
    const about = await launch(deployment, deployment.estate, {});
    await manage(deployment.sandbox, about);
    return { about, event: guardDuty(findingAbout(deployment, about, { type })) };
  };

const takenSession: Play = async (deployment) => {
  const about = await launch(deployment, deployment.estate, {});
  const { accessKeyId } = await stolenSession(deployment, about);
  const holder = { accessKeyId, userType: 'AssumedRole', userName: deployment.estate.profile, session: about } as const;
  const type = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS';
  return aboutKey(deployment, holder, { type }, about);
};

const leakedKey: Play = async (deployment) => {
  const { name, key } = await hire(deployment, named('alice'), { others: 'of each kind' });
  return aboutKey(deployment, { accessKeyId: key.accessKeyId, userType: 'IAMUser', userName: name }, {}, name);
};

const roleSession: Play = async (deployment) => {
  const userName = named('deploy');
  const { accessKeyId } = await assumeAs(deployment, await roleFor(deployment, userName), 'ci');
  const holder = { accessKeyId, userType: 'AssumedRole', userName, session: 'ci' } as const;
  return aboutKey(deployment, holder, { type: 'Discovery:IAMUser/AnomalousBehavior' }, `${userName}/ci`);
};

const person: Play = async (deployment) => {
  const set = await makePermissionSet(deployment.sandbox, named('Admin'));
  const { userName, roleName, credentials } = await makePerson(deployment.sandbox, `${named('eve')}@example.com`, set);
  const { accessKeyId } = credentials;
  const holder = { accessKeyId, userType: 'AssumedRole', userName: roleName, session: userName } as const;
  return aboutKey(deployment, holder, { type: 'Persistence:IAMUser/AnomalousBehavior' }, userName);
};

const root: Play = async (deployment) => {
  const { accessKeyId } = await rootKey(deployment.sandbox, 'member');
  const holder = { accessKeyId, userType: 'Root', userName: 'Root' } as const;
  return aboutKey(deployment, holder, { type: 'Policy:IAMUser/RootCredentialUsage' }, ':root');
};

const mailing: Play = async (deployment) => {
  const { name: userName, key } = await hire(deployment, named('spammer'), { older: 'none', path: '/' });
  const holder = { accessKeyId: key.accessKeyId, userType: 'IAMUser', userName } as const;
  return aboutKey(deployment, holder, { type: 'Impact:SES/ResourceHijacking' }, userName);
};

const taskOfService: Play = async (deployment) => {
  const company = await tasksOf(deployment, deployment.estate, 'FARGATE');
  return { about: company.task, event: guardDuty(findingAboutTask(deployment, company)) };
};

/** A bucket that is open to all by its policy, with a lifecycle that deletes everything, and a thief's user who made it so. */
const bucket =
  (type: string, about: 'the bucket' | 'its object' = 'the bucket'): Play =>
  async (deployment) => {
    const made = await makeBucket(deployment, 'by its policy');
    return { about: made.bucket, event: guardDuty(toldOf(deployment, type, made, about)) };
  };

/** A pod of a shop, in a cluster that has let Tourniquet in. */
const pod: Play = async (deployment) => {
  const { played, namespace, thief } = await shopIn(deployment);
  const found = workloadFinding(deployment.sandbox, played.name, { namespace, name: thief });
  return { about: namespace, event: guardDuty(found) };
};

/** A call that CloudTrail tells of. */
const called =
  (service: string, eventName: string): Play =>
  async ({ sandbox: { accounts, region } }) => {
    const userName = named('mallory');
    const detail = {
      eventID: randomBytes(8).toString('hex'),
      eventName,
      eventSource: `${service}.amazonaws.com`,
      eventTime: new Date().toISOString(),
      awsRegion: region,
      recipientAccountId: accounts.member,
      sourceIPAddress: '198.51.100.7',
      userIdentity: {
        type: 'IAMUser',
        userName,
        accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
        accountId: accounts.member,
      },
    };
    return { about: userName, event: entry(`aws.${service}`, 'AWS API Call via CloudTrail', detail) };
  };

const calledFunction: Play = async (deployment) => {
  await openShop(deployment.client);
  const about = await busyFunction(deployment);
  const resource = { resourceType: 'Lambda', lambdaDetails: { functionName: about } };
  const found = findingAbout(deployment, 'none', { type: 'Backdoor:Lambda/C&CActivity.B' });
  return { about, event: guardDuty({ ...found, resource }) };
};

const loggedInto: Play = async (deployment) => {
  const about = await publicDatabase(deployment, deployment.estate);
  const resource = { resourceType: 'RDSDBInstance', rdsDbInstanceDetails: { dbInstanceIdentifier: about } };
  const type = 'CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin';
  return { about, event: guardDuty({ ...findingAbout(deployment, 'none', { type }), resource }) };
};

/** Nothing was launched from it: what that takes is the cost of other runs. */
const scannedImage: Play = async (deployment) => {
  const ec2 = deployment.client(EC2Client, 'member');
  const InstanceId = await launch(deployment, deployment.estate);
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId, Name: named('golden') }));
  return { about: ImageId, event: guardDuty(scanned(deployment, 'AMI', ImageId)) };
};

/** Of two signals about one user. */
const sequence: Play = async (deployment) => {
  const signals = [1, 2].map((at) => ({ uid: `s${at}`, type: 'FINDING', name: `Signal ${at}`, count: 1 }));
  const userName = named('oscar');
  const actors = [{ id: 'a1', user: { name: userName, uid: 'AIDAX', type: 'IAMUser', credentialUid: 'AKIAX' } }];
  const detection = { sequence: { uid: 'q1', actors, resources: [], signals } };
  const found = findingAbout(deployment, 'none', { type: 'AttackSequence:IAM/CompromisedCredentials', severity: 9 });
  const service = { ...found.service, detection };
  const resource = { resourceType: 'AttackSequence' };
  return { about: `user/${userName}`, event: guardDuty({ ...found, resource, service }) };
};

/** By playbook; a decoy's starts with nothing that is sent here. */
export const plays: Readonly<Record<string, Play>> = {
  'ec2-instance-compromise': instance('CryptoCurrency:EC2/BitcoinTool.B'),
  'malware-on-disk': scannedImage,
  'stolen-workload-credentials': takenSession,
  'iam-access-key': leakedKey,
  'iam-role-session': roleSession,
  'identity-center-user': person,
  'data-exposure': bucket('Policy:S3/BucketAnonymousAccessGranted'),
  destruction: bucket('Impact:S3/AnomalousBehavior.Delete'),
  'malicious-object': bucket('Object:S3/MaliciousFile', 'its object'),
  'eks-workload': pod,
  'ecs-task': taskOfService,
  'rds-database': loggedInto,
  'lambda-function': calledFunction,
  'defence-impairment': called('cloudtrail', 'StopLogging'),
  'resource-hijack': mailing,
  'unmapped-finding': instance('Quantum:Teleporter/Unheard'),
  'attack-sequence': sequence,
  // Last: it takes the member account's root along.
  'root-user': root,
};
