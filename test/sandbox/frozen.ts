/** Who deletes, and who cannot, while destruction is denied in a whole account: nobody of them has to do with the bucket of the finding. */
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { destroying, triedBy, type User, userIn } from '../../lambdas/s3/bucket.world.ts';
import { leaked } from '../contract/credential.ts';
import { clients, type Deployment } from './deployment.ts';
import type { Attempt } from './estate.ts';

type Where = Pick<Deployment, 'client' | 'sandbox'>;

const [UserName, PolicyName] = ['break-glass', 'empty-buckets'];

/** The identity for emergencies that the settings of the sandbox name; another suite may have made it. Gives a key of it, and takes all back. */
async function emergencyUser({ client }: Where) {
  const iam = client(IAMClient, 'member');
  const made = await iam.send(new CreateUserCommand({ UserName, Path: '/emergency/' })).then(
    () => true,
    (error: Error) => {
      if (error.name !== 'EntityAlreadyExistsException') throw error;
      return false;
    },
  );
  const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  leaked.set(accessKeyId, { accessKeyId, secretAccessKey });
  const leave = async () => {
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }));
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
    if (made) await iam.send(new DeleteUserCommand({ UserName }));
  };
  return { accessKeyId, leave };
}

async function newBucket({ client }: Where): Promise<string> {
  const Bucket = `elsewhere-${Date.now()}`;
  const s3 = client(S3Client, 'member');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}

export interface Outsiders {
  readonly bucket: string;
  readonly accomplice: User;
  tries(): Promise<{ readonly accomplice: Attempt; readonly emergency: Attempt }>;
  /** Takes the identity for emergencies away again, where no other suite has made it. */
  leave(): Promise<void>;
}

/** An accomplice whom no finding names, and the identity for emergencies: both delete in a bucket that nobody protects by itself. */
export async function outsiders(deployment: Where): Promise<Outsiders> {
  const bucket = await newBucket(deployment);
  const [accomplice, emergency] = [await userIn(deployment, 'accomplice'), await emergencyUser(deployment)];
  const deletes = (key: string): Promise<Attempt> =>
    triedBy(destroying(deployment, clients(deployment.sandbox)(S3Client, 'member', leaked.get(key)), bucket));
  return {
    bucket,
    accomplice,
    tries: async () => ({
      accomplice: await deletes(accomplice.accessKeyId),
      emergency: await deletes(emergency.accessKeyId),
    }),
    leave: emergency.leave,
  };
}
