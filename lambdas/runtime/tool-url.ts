import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Work } from './pipeline.ts';
import { SigningClient } from './upload.ts';

/** By this, whoever has it reads the one object that `s3://bucket/key` names, for so many seconds. */
export function toolUrl(work: Work, from: string, expiresIn: number): Promise<string> {
  const [, , Bucket = '', ...key] = from.split('/');
  return getSignedUrl(work.client(SigningClient), new GetObjectCommand({ Bucket, Key: key.join('/') }), { expiresIn });
}
