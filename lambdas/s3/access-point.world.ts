/** Access points that lead to buckets, for those whose bucket leaves it to them who comes in. */
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateAccessPointCommand, PutAccessPointPolicyCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import type { Ground } from '../../test/contract/subject.ts';
import { clients } from '../../test/sandbox/deployment.ts';
import { byName } from '../../test/sandbox/sandbox.ts';

type Where = Pick<Ground['deployment'], 'client' | 'sandbox'>;

/** Their aliases, by the bucket. */
const aliases = new Map<string, string>();

/** What whoever comes through the access point calls the bucket; undefined where none leads to it. */
export const aliasOf = (bucket: string): string | undefined => aliases.get(bucket);

const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });

/** A policy that is not public leaves all to the account's access points (S3 user guide, "Delegating access control to access points"), and one of those lets everybody in. */
export async function openThrough({ client, sandbox }: Where, Bucket: string): Promise<void> {
  const { endpoint, accounts } = sandbox;
  const [AccountId, Name] = [accounts.member, `${Bucket}-door`];
  const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' };
  const Condition = { StringEquals: { 's3:DataAccessPointAccount': AccountId } };
  const left = { ...everybody, Resource: `arn:aws:s3:::${Bucket}/*`, Condition };
  await client(S3Client, 'member').send(new PutBucketPolicyCommand({ Bucket, Policy: document(left) }));
  const control = clients({ ...sandbox, endpoint: byName(endpoint) })(S3ControlClient, 'member');
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  };
  const { Alias = '' } = await control.send(
    new CreateAccessPointCommand({ AccountId, Bucket, Name, PublicAccessBlockConfiguration }),
  );
  const Resource = `arn:aws:s3:${sandbox.region}:${AccountId}:accesspoint/${Name}/object/*`;
  const Policy = document({ ...everybody, Resource });
  await control.send(new PutAccessPointPolicyCommand({ AccountId, Name, Policy }));
  aliases.set(Bucket, Alias);
}
