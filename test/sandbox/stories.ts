/** What the demo can tell: each story an estate, a finding, and what everybody in it may do before, contained and released. */

import { DeleteBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { lookAtBucket, makeBucket, toldOf, tryBucket } from '../../lambdas/s3/bucket.world.ts';
import { shopIn, tryIt } from '../deployed/proof/workload-course.ts';
import { workloadFinding } from './cluster.ts';
import { findingAboutKey } from './credential-finding.ts';
import type { Deployment } from './deployment.ts';
import { type Attempt, customers, tryTheft } from './estate.ts';
import { findingAbout } from './finding.ts';
import { outsiders } from './frozen.ts';
import { userSeen } from './identities.ts';
import { mailUser, trySending, verifyAddress } from './mail.ts';
import { createNotebook, notebookRuns } from './notebooks.ts';
import { isRunning, mayStart, startAs } from './rogue.ts';
import {
  type Actor,
  compromisedInstance,
  estateOf,
  guardDuty,
  leakedKey,
  type Scene,
  stolenCredentials,
  stopped,
  untouched,
} from './scenes.ts';
import { connects, publicDatabase, sharedWith } from './shop-databases.ts';
import { busyFunction, called, concurrencyOf, innocent, openShop, reads } from './shop-functions.ts';
import { badImage, blinded, decoyTouched, sequence } from './stories-of-several.ts';
import { attemptsOn, findingAboutTask, runningIn, tasksOf } from './tasks.ts';

const attempted = (came: boolean): Attempt => (came ? 'allowed' : 'denied');

/** What no story has that is about data or workloads: interfaces. Five calls are awaited before what contains, most of them to read what people are asked with. */
const resource = { interfaces: async () => [], isolates: 0, awaited: 5, runs: 1, transitions: 30 } as const;

/** Which step contains first, and by which call. */
const by = (step: string, action: string, word = ''): Pick<Scene, 'step' | 'isContaining'> => ({
  step,
  isContaining: (call) => call.action === action && JSON.stringify(call.request).includes(word),
});

async function lambdaFunction(deployment: Deployment): Promise<Scene> {
  await openShop(deployment.client);
  const name = await busyFunction(deployment);
  return {
    ...resource,
    ...by('deny-session', 'iam:PutRolePolicy'),
    about: name,
    question: 'stop',
    cast: [
      `${name}: a function with a URL for everybody; the thief calls it, and has copied its credentials`,
      `${innocent}: an innocent function beside it; and a colleague's session of the same role`,
    ],
    finding: guardDuty({
      ...findingAbout(deployment, 'none', { type: 'Backdoor:Lambda/C&CActivity.B' }),
      resource: { resourceType: 'Lambda', lambdaDetails: { functionName: name } },
    }),
    actors: [
      { who: 'thief without any credentials', what: `calls the URL of ${name}`, course: stopped },
      { who: `thief with the credentials of ${name}`, what: "reads the shop's customers", course: stopped },
      { who: 'innocent session of the same role', what: "reads the shop's customers", course: untouched },
      { who: 'innocent visitor', what: `calls the URL of ${innocent}`, course: untouched },
    ],
    tries: async () => [
      attempted((await called(deployment, name)) === 200),
      attempted((await reads(deployment, name, name)) === 'reads'),
      attempted((await reads(deployment, name, 'sister')) === 'reads'),
      attempted((await called(deployment, innocent)) === 200),
    ],
    look: () => concurrencyOf(deployment, name),
  };
}

async function database(deployment: Deployment): Promise<Scene> {
  const estate = await estateOf(deployment);
  const id = await publicDatabase(deployment, estate);
  const other = await publicDatabase(deployment, estate, 'invoices');
  const from = async (name: string, where: 'the internet' | 'the VPC') =>
    attempted((await connects(deployment, name, where)) === 'connects');
  return {
    ...resource,
    ...by('isolate-database', 'rds:ModifyDBInstance', 'VpcSecurityGroup'),
    about: id,
    question: 'isolate',
    cast: [
      `${id}: a database that the world can reach; a thief logs in. Its weekly snapshot is shared with another account`,
      `${other}: somebody else's database, in the same network`,
    ],
    finding: guardDuty({
      ...findingAbout(deployment, 'none', { type: 'CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin' }),
      resource: { resourceType: 'RDSDBInstance', rdsDbInstanceDetails: { dbInstanceIdentifier: id } },
    }),
    actors: [
      { who: 'thief on the internet', what: `connects to ${id}`, course: stopped },
      { who: 'server in the VPC (stops too: the question says so)', what: `connects to ${id}`, course: stopped },
      { who: 'innocent client', what: `connects to ${other}`, course: untouched },
    ],
    tries: () => Promise.all([from(id, 'the internet'), from(id, 'the VPC'), from(other, 'the internet')]),
    look: () => sharedWith(deployment, { id, cluster: null }),
  };
}

async function ecsTask(deployment: Deployment): Promise<Scene> {
  const company = await tasksOf(deployment, await estateOf(deployment), 'FARGATE');
  const { cluster, service, task } = company;
  return {
    ...resource,
    ...by('deny-session', 'iam:PutRolePolicy'),
    about: task,
    question: 'contain',
    cast: [
      `${task}: one of two tasks of service ${service}, on Fargate; the thief has its credentials`,
      `${company.other}: a task of another service, innocent, with the same role`,
    ],
    finding: guardDuty(findingAboutTask(deployment, company)),
    actors: [
      { who: "thief with the task's credentials", what: customers.what, course: stopped },
      { who: 'thief in the service', what: 'opens a shell in one of its tasks', course: stopped },
      { who: 'innocent task, the same role', what: customers.what, course: untouched },
      { who: 'innocent task', what: 'runs', course: untouched },
    ],
    tries: async () => {
      const { thief, innocent: theirs } = await attemptsOn(deployment, company);
      return [thief.credentials, thief.through, theirs.credentials, theirs.task];
    },
    look: async () => ({ running: (await runningIn(deployment, cluster, service ?? '')).length }),
  };
}

async function eksWorkload(deployment: Deployment): Promise<Scene> {
  const estate = await estateOf(deployment);
  const attached = { ...deployment, estate };
  const shop = await shopIn(attached);
  const { played, namespace, thief, front } = shop;
  const nodes = () => played.ask<{ items: { spec?: object }[] }>('GET', '/api/v1/nodes');
  return {
    ...resource,
    ...by('deny-session', 'iam:PutRolePolicy'),
    about: namespace,
    question: 'quarantine',
    cast: [
      `${thief}: a pod in cluster ${played.name}, namespace ${namespace}; a thief mines in it, and has its credentials`,
      `${front}: a pod of another deployment, innocent, with the same role`,
    ],
    finding: guardDuty(workloadFinding(deployment.sandbox, played.name, { namespace, name: thief })),
    actors: [
      { who: 'thief in the pod', what: 'reaches the database', course: stopped },
      { who: 'thief in the pod', what: 'reaches the internet', course: stopped },
      { who: "thief with the pod's credentials", what: customers.what, course: stopped },
      { who: `innocent pod ${front}`, what: 'reaches the database', course: untouched },
      { who: `innocent pod ${front}, the same role`, what: customers.what, course: untouched },
    ],
    tries: async () => {
      const { database: reached, outside, innocent: theirs, stolen, sister } = await tryIt(attached, shop);
      return [attempted(reached), attempted(outside), stolen, attempted(theirs), sister];
    },
    look: async () => (await nodes()).items.map(({ spec = {} }) => spec),
  };
}

async function hijacked(deployment: Deployment): Promise<Scene> {
  await estateOf(deployment);
  await verifyAddress(deployment);
  const [thief, shop] = [await mailUser(deployment, 'spammer'), await mailUser(deployment, 'shop')];
  await Promise.all([thief, shop].map(({ name }) => mayStart(deployment, name)));
  // Far from where the finding is: thieves choose Regions that nobody looks at.
  const miner = await startAs(deployment, thief.key, 'us-east-1');
  const own = await startAs(deployment, shop.key, deployment.sandbox.region);
  const notebook = await createNotebook(deployment, `miner-${thief.name}`, 'us-east-1', thief.key);
  const type = 'Impact:SES/ResourceHijacking';
  const holder = { accessKeyId: thief.key.accessKeyId, userType: 'IAMUser', userName: thief.name } as const;
  return {
    ...resource,
    ...by('deny-user', 'iam:AttachUserPolicy'),
    // What the thief started has a run of its own.
    runs: 3,
    about: thief.name,
    question: 'deny',
    cast: [
      `${thief.name}: a user whose key a thief has, and sends mail with`,
      `${miner.id}: an instance with a GPU that the thief started with it in ${miner.region}; ${own.id}: one of an innocent colleague`,
      `${notebook.name}: a notebook of SageMaker that the thief started there too`,
      `${shop.name}: an innocent user who sends mail too; a second question asks whether all mail pauses, and is answered with yes`,
    ],
    finding: guardDuty(findingAboutKey(deployment, holder, { type })),
    actors: [
      { who: `thief with the key of ${thief.name}`, what: 'ses:SendEmail', course: stopped },
      { who: `thief with the key of ${thief.name}`, what: customers.what, course: stopped },
      { who: `instance ${miner.id} of the thief`, what: `runs in ${miner.region}`, course: stopped },
      { who: `notebook ${notebook.name} of the thief`, what: `runs in ${notebook.region}`, course: stopped },
      { who: `${shop.name}, paused with all mail`, what: 'ses:SendEmail', course: stopped },
      { who: `innocent user ${shop.name}`, what: customers.what, course: untouched },
      { who: `instance ${own.id} of ${shop.name}`, what: 'runs', course: untouched },
    ],
    tries: () =>
      Promise.all([
        trySending(deployment, thief.key),
        tryTheft(deployment, thief.key),
        isRunning(deployment, miner),
        notebookRuns(deployment, notebook),
        trySending(deployment, shop.key),
        tryTheft(deployment, shop.key),
        isRunning(deployment, own),
      ]),
    look: async () => [await userSeen(deployment, thief.name), await isRunning(deployment, miner)],
  };
}

type Bucket = Awaited<ReturnType<typeof tryBucket>>;

interface BucketStory {
  readonly opened: Parameters<typeof makeBucket>[1];
  readonly type: string;
  readonly about: 'the bucket' | 'its object';
  readonly question: string;
  readonly contains: ReturnType<typeof by>;
  readonly runs: number;
  /** Who of the five may not go on while it is contained. */
  readonly stops: readonly string[];
  readonly story: string;
  /** Who else is in the account. */
  readonly also?: (deployment: Deployment) => Promise<Also>;
}

interface Also {
  readonly cast: readonly string[];
  readonly actors: readonly Actor[];
  tries(): Promise<readonly Attempt[]>;
}

const nobodyElse = async (): Promise<Also> => ({ cast: [], actors: [], tries: async () => [] });

/** Whom destruction denied in the whole account stops, and whom not: no policy of the bucket in the finding is about either. */
async function elsewhere(deployment: Deployment): Promise<Also> {
  const { bucket, accomplice, tries } = await outsiders(deployment);
  const what = `deletes a version in ${bucket}`;
  return {
    cast: [`${accomplice.name}: an accomplice whom no finding names; ${bucket}: another bucket of the account`],
    actors: [
      { who: `accomplice ${accomplice.name}`, what, course: stopped },
      { who: 'break-glass, the identity for emergencies', what, course: untouched },
    ],
    tries: async () => Object.values(await tries()),
  };
}

/** Who they are that try a bucket (lambdas/s3/bucket.world.ts). */
const visitors: readonly (readonly [key: string, who: string, what: string])[] = [
  ['anybody', 'anybody, without credentials', 'reads the object'],
  ['partner', "a partner's account", 'reads the object'],
  ['the thief reads', "thief with a user's key", 'reads the object'],
  ['the thief deletes', "thief with a user's key", 'deletes a version for good'],
  ['clerk', 'innocent clerk', 'writes and reads orders'],
];

const bucketStory =
  ({ opened, type, about, question, contains, runs, stops, story, also = nobodyElse }: BucketStory) =>
  async (deployment: Deployment): Promise<Scene> => {
    const others = await also(deployment);
    const made = await makeBucket(deployment, opened);
    const { bucket, thief } = made;
    if (opened === 'by an ACL')
      await deployment.client(S3Client, 'member').send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    return {
      ...resource,
      ...contains,
      // Whom no statement may shut out is read beside the policy.
      awaited: 5,
      runs,
      about: bucket,
      question,
      cast: [`${bucket}: ${story}`, `${thief.name}: the user whose key the thief has`, ...others.cast],
      finding: guardDuty({ ...toldOf(deployment, type, made, about), type }),
      actors: [
        ...visitors.map(
          ([key, who, what]): Actor => ({ who, what, course: stops.includes(key) ? stopped : untouched }),
        ),
        ...others.actors,
      ],
      tries: async () => {
        const tried: Bucket = await tryBucket(deployment, bucket);
        const own = visitors.map(([key]): Attempt => (tried[key] === 'allowed' ? 'allowed' : 'denied'));
        return [...own, ...(await others.tries())];
      },
      look: () => lookAtBucket(deployment, bucket),
    };
  };

/** The stories, by the playbook that each of them shows. */
export const stories = {
  'ec2-instance-compromise': compromisedInstance,
  'iam-access-key': leakedKey,
  'stolen-workload-credentials': stolenCredentials,
  'lambda-function': lambdaFunction,
  'rds-database': database,
  'ecs-task': ecsTask,
  'eks-workload': eksWorkload,
  'resource-hijack': hijacked,
  'data-exposure': bucketStory({
    opened: 'by its policy',
    type: 'Policy:S3/BucketAnonymousAccessGranted',
    about: 'the bucket',
    question: 'close',
    contains: by('deny-on-bucket', 's3:PutBucketPolicy'),
    runs: 2,
    stops: ['anybody', 'partner', 'the thief reads', 'the thief deletes'],
    story: 'a bucket that its policy opens to everybody; its objects expire in a day',
  }),
  destruction: bucketStory({
    opened: 'by an ACL',
    type: 'Impact:S3/AnomalousBehavior.Delete',
    about: 'the bucket',
    question: 'protect',
    contains: by('deny-on-bucket', 's3:PutBucketPolicy'),
    runs: 2,
    stops: ['the thief reads', 'the thief deletes'],
    story: 'a bucket that the thief empties; its lifecycle deletes all of it in a day',
    also: elsewhere,
  }),
  'malicious-object': bucketStory({
    opened: 'by its policy, under one flag',
    type: 'Object:S3/MaliciousFile',
    about: 'its object',
    question: 'deny',
    contains: by('deny-object', 's3:PutBucketPolicy'),
    runs: 1,
    stops: ['anybody', 'partner', 'the thief reads'],
    story: 'a bucket in which an object is malware',
  }),
  'malware-on-disk': badImage,
  'attack-sequence': sequence,
  // Last, since the trail that they need has all other calls on record too.
  'defence-impairment': blinded,
  'decoy-tripped': decoyTouched,
} satisfies Record<string, (deployment: Deployment) => Promise<Scene>>;

export type StoryName = keyof typeof stories;
