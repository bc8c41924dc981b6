import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isDenied } from '../../runtime/errors.ts';
import type { LogFile } from './plan.ts';

const keyArn = /arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+/;

/**
 * The key of KMS that keeps a file shut; null where it is shut by something else. Whoever may get an object is told its key without decrypting it
 * (S3 API reference, HeadObject).
 */
export async function keyShutting(s3: S3Client, { bucket, key }: LogFile, error: unknown): Promise<string | null> {
  const { name = '', message = '' } = error as Partial<Error>;
  if (!isDenied(error) && !name.startsWith('KMS')) return null;
  const [named] = keyArn.exec(message) ?? [];
  if (named) return named;
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => null);
  return head?.SSEKMSKeyId ?? null;
}

/** Lets a role decrypt with a key, in whichever account; the policy of the key stays as it is (KMS developer guide, "Grants in AWS KMS"). */
export const grantCommand = (key: string, role: string): string =>
  `aws kms create-grant --region ${key.split(':')[3]} --key-id ${key} --grantee-principal ${role} --operations Decrypt`;
