import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { Broken } from '../../lib/domain/errors.ts';
import type { Signer } from '../../lib/record/export/contents.ts';
import { sha256 } from '../../lib/record/export/files.ts';
import { environment } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';

/** The sealing key as everybody may know it. */
export async function signerOf(work: Work): Promise<Signer> {
  const keyArn = environment('SEALING_KEY');
  const { PublicKey } = await work.client(KMSClient).send(new GetPublicKeyCommand({ KeyId: keyArn }));
  if (!PublicKey) throw new Broken(`KMS returned no public key for ${keyArn}.`);
  return { keyArn, publicKey: PublicKey };
}

/** The signature over a manifest, as DER. KMS takes 4096 bytes of a message at most (API reference, Sign), so it gets the digest. */
export async function sign(work: Work, manifest: Uint8Array): Promise<Uint8Array> {
  const { Signature } = await work.client(KMSClient).send(
    new SignCommand({
      KeyId: environment('SEALING_KEY'),
      Message: Buffer.from(sha256(manifest), 'hex'),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );
  if (!Signature) throw new Broken('KMS returned no signature.');
  return Signature;
}
