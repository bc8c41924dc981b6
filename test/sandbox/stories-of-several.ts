/** Stories in which one finding or one call makes targets of several: each is answered in the same incident. */
import { randomBytes } from 'node:crypto';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DescribeTrailsCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { infectedImage } from '../deployed/proof/sharing-course.ts';
import type { Credentials, Deployment } from './deployment.ts';
import { type Attempt, customers, launch, stolenSession, tryTheft } from './estate.ts';
import { findingAbout } from './finding.ts';
import { hire, userSeen } from './identities.ts';
import { interfacesOf } from './readback.ts';
import { type Course, estateOf, guardDuty, type Scene, stopped, untouched } from './scenes.ts';

const word = (): string => randomBytes(3).toString('hex');

/** What they have in common: interfaces are looked at by each story itself. */
const several = { interfaces: async () => [], isolates: 0, transitions: 30 } as const;

/** The user is denied in a run of their own, which the step begins. */
const denyingUser = (begunBy: string) =>
  ({
    begunBy,
    // Two runs are opened one after the other, and a step between them reads what is named: each claims before anything is done.
    awaited: 12,
    question: 'revoke',
    step: 'deny-user',
    isContaining: ({ action }) => action === 'iam:AttachUserPolicy',
  }) satisfies Partial<Scene>;

/** Malware in an image: whoever launches from it, and whoever was launched. */
export async function badImage(deployment: Deployment): Promise<Scene> {
  const estate = await estateOf(deployment);
  const image = await infectedImage({ ...deployment, estate });
  const { id, launched, other } = image;
  return {
    ...several,
    awaited: 6,
    runs: 2,
    about: id,
    question: 'block',
    step: 'unshare-image',
    isContaining: ({ action }) => action === 'ec2:ModifyImageAttribute',
    cast: [
      `${id}: an image with malware in it, shared with another account`,
      `${launched}: an instance that was launched from it; a thief has its session`,
      `${other}: innocent, launched from another image, with the same role "${estate.profile}"`,
    ],
    finding: guardDuty(image.finding),
    actors: [
      { who: 'another account', what: `launches from ${id}`, course: stopped },
      { who: 'its owner (stops too: the question says so)', what: `launches from ${id}`, course: stopped },
      { who: `thief with the stolen session of ${launched}`, what: customers.what, course: stopped },
      { who: `innocent instance ${other}`, what: customers.what, course: untouched },
    ],
    tries: async () => Object.values(await image.tryAll()),
    look: async () => ({
      shares: await image.shares(),
      interfaces: await Promise.all([launched, other].map((one) => interfacesOf(deployment, one))),
    }),
  };
}

/** GuardDuty's own correlation of a user's key and an instance. */
function sequenceAbout(
  deployment: Deployment,
  DetectorId: string,
  user: { name: string; key: string },
  instance: string,
) {
  const { accounts, region } = deployment.sandbox;
  const found = findingAbout(deployment, instance, {
    type: 'AttackSequence:EC2/CompromisedInstanceGroup',
    severity: 9,
  });
  const actors = [{ id: 'a1', user: { name: user.name, uid: 'AIDAX', type: 'IAMUser', credentialUid: user.key } }];
  const uid = `arn:aws:ec2:${region}:${accounts.member}:instance/${instance}`;
  const resources = [{ uid, resourceType: 'EC2_INSTANCE', accountId: accounts.member, region }];
  const createdAt = Date.now() - 3_600_000;
  const signals = [{ uid: 's1', type: 'FINDING', name: 'Keys used from Tor', count: 1, createdAt }];
  const detection = { sequence: { uid: 'q1', actors, resources, signals } };
  return {
    ...found,
    title: `A sequence of calls with the credentials of ${user.name}, and ${instance}.`,
    arn: `arn:aws:guardduty:${region}:${accounts.member}:detector/${DetectorId}/finding/${found.id}`,
    resource: { resourceType: 'AttackSequence' },
    service: { ...found.service, detection },
  };
}

/** A user and an instance of one attack. */
export async function sequence(deployment: Deployment): Promise<Scene> {
  const estate = await estateOf(deployment);
  const [carol, dan, instance, sister] = await Promise.all([
    hire(deployment, `carol-${word()}`, { older: 'none' }),
    hire(deployment, `dan-${word()}`, { older: 'none' }),
    launch(deployment, estate),
    launch(deployment, estate),
  ]);
  const { DetectorId = '' } = await deployment
    .client(GuardDutyClient, 'member')
    .send(new CreateDetectorCommand({ Enable: true }));
  const [stolen, own] = await Promise.all([instance, sister].map((one) => stolenSession(deployment, one)));
  const robbers: readonly (readonly [who: string, as: Credentials | undefined, course: Course])[] = [
    [`thief with the key of ${carol.name}`, carol.key, stopped],
    [`thief with the stolen session of ${instance}`, stolen, stopped],
    [`innocent user ${dan.name}`, dan.key, untouched],
    [`innocent instance ${sister}`, own, untouched],
  ];
  return {
    ...several,
    // As soon as the incident holds what the event names, before GuardDuty is asked for the rest.
    ...denyingUser('open-incident'),
    // Five; and two for each time that another run of the incident writes to its ledger a moment before, which on a busy machine happens.
    awaited: 11,
    runs: 3,
    about: carol.name,
    cast: [
      `${carol.name}: a user whose key leaked; with it the thief came to ${instance}`,
      `${dan.name} and ${sister}: innocent, with the same rights and the same role`,
    ],
    finding: guardDuty(
      sequenceAbout(deployment, DetectorId, { name: carol.name, key: carol.key.accessKeyId }, instance),
    ),
    actors: robbers.map(([who, , course]) => ({ who, what: customers.what, course })),
    tries: () => Promise.all(robbers.map(([, as]) => tryTheft(deployment, as as Credentials))),
    look: async () => [await userSeen(deployment, carol.name), await interfacesOf(deployment, instance)],
  };
}

/** A trail of the member account that logs all of its calls: only what is logged arrives as an event. */
async function newTrail({ client }: Deployment): Promise<string> {
  const [Name, Bucket] = [`all-${word()}`, `all-logs-${word()}`];
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await client(S3Client, 'member').send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  const trails = client(CloudTrailClient, 'member');
  await trails.send(new CreateTrailCommand({ Name, S3BucketName: Bucket, IsMultiRegionTrail: true }));
  await trails.send(new StartLoggingCommand({ Name }));
  return Name;
}

const refused = (call: Promise<unknown>): Promise<Attempt> =>
  call.then(
    () => 'allowed' as const,
    (error: Error) => {
      if (/AccessDenied|UnrecognizedClient|InvalidClientTokenId/.test(error.name)) return 'denied' as const;
      throw error;
    },
  );

/** A thief stops the trail. It is on again by itself, and the thief is denied once people agree. */
export async function blinded(deployment: Deployment): Promise<Scene> {
  await estateOf(deployment);
  const { client } = deployment;
  const [trail, mallory, bob] = [
    await newTrail(deployment),
    await hire(deployment, `mallory-${word()}`, { older: 'none' }),
    await hire(deployment, `auditor-${word()}`, { older: 'none' }),
  ];
  const statement = { Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const put = ({ name: UserName }: typeof bob) =>
    client(IAMClient, 'member').send(new PutUserPolicyCommand({ UserName, PolicyName: 'trails', PolicyDocument }));
  await Promise.all([mallory, bob].map(put));
  const trails = (as?: Credentials) => client(CloudTrailClient, 'member', as);
  const asks = (as: Credentials) => refused(trails(as).send(new DescribeTrailsCommand({})));
  return {
    ...several,
    ...denyingUser('respond-for-principal'),
    runs: 2,
    about: trail,
    cast: [
      `${trail}: the trail of the account, which records all calls in all Regions`,
      `${mallory.name}: a user whose key a thief has, and stops the trail with`,
      `${bob.name}: innocent, with the same rights`,
    ],
    finding: {
      type: 'cloudtrail:StopLogging',
      call: () => trails(mallory.key).send(new StopLoggingCommand({ Name: trail })),
    },
    actors: [
      { who: `thief with the key of ${mallory.name}`, what: customers.what, course: stopped },
      { who: `thief with the key of ${mallory.name}`, what: 'cloudtrail:DescribeTrails', course: stopped },
      { who: `innocent user ${bob.name}`, what: 'cloudtrail:DescribeTrails', course: untouched },
      {
        who: 'the trail, on again by itself; after release as the thief left it',
        what: 'records calls',
        course: ['allowed', 'allowed', 'denied'],
      },
    ],
    tries: async () => {
      const { IsLogging } = await trails().send(new GetTrailStatusCommand({ Name: trail }));
      const tried = await Promise.all([tryTheft(deployment, mallory.key), asks(mallory.key), asks(bob.key)]);
      return [...tried, IsLogging ? 'allowed' : 'denied'];
    },
    look: () => userSeen(deployment, mallory.name),
  };
}

const decoy = 'ledger-archive-decoy';

/** A thief tries what nobody has a reason to touch, and is refused; a scanner of the company does the same. */
export async function decoyTouched(deployment: Deployment): Promise<Scene> {
  await estateOf(deployment);
  await newTrail(deployment);
  const [eve, scanner] = await Promise.all([
    hire(deployment, `eve-${word()}`, { older: 'none' }),
    hire(deployment, 'scanner', { older: 'none' }),
  ]);
  const s3 = (as?: Credentials) => deployment.client(S3Client, 'member', as);
  await s3().send(
    new CreateBucketCommand({ Bucket: decoy, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  );
  const VersioningConfiguration = { Status: 'Suspended' } as const;
  const touches = async (as: Credentials) => {
    const came = await refused(s3(as).send(new PutBucketVersioningCommand({ Bucket: decoy, VersioningConfiguration })));
    if (came !== 'denied') throw new Error('The decoy lets people change it.');
  };
  return {
    ...several,
    ...denyingUser('respond-for-principal'),
    runs: 2,
    about: eve.name,
    cast: [
      `${decoy}: a bucket with nothing in it, which the configuration names as a decoy`,
      `${eve.name}: a user whose key a thief has; tries to change the decoy, and is refused`,
      `${scanner.name}: a scanner of the company, which does the same`,
    ],
    finding: {
      type: 'Decoy:s3:PutBucketVersioning',
      call: async () => {
        await touches(scanner.key);
        await touches(eve.key);
      },
    },
    actors: [
      { who: `thief with the key of ${eve.name}`, what: customers.what, course: stopped },
      { who: `innocent user ${scanner.name}`, what: customers.what, course: untouched },
    ],
    tries: () => Promise.all([eve, scanner].map(({ key }) => tryTheft(deployment, key))),
    look: () => userSeen(deployment, eve.name),
  };
}
