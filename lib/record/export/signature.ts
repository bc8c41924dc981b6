import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { wrong } from './fault.ts';
import { names, sha256 } from './files.ts';

/** Which key signed, as it says of itself: only its fingerprint, compared with what the organisation published, proves whose it is. */
export const Key = z.object({
  keyArn: z.string(),
  algorithm: z.literal('ECDSA_SHA_256'),
  /** SHA-256 of the public key as DER (SubjectPublicKeyInfo, RFC 5480). */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Key = z.infer<typeof Key>;

const derOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** SHA-256 of a public key in PEM, over its DER. Throws where it is no public key. */
export const fingerprintOf = (pem: string): string => sha256(derOf(createPublicKey(pem)));

/** A public key as KMS hands it out (GetPublicKey: DER of its SubjectPublicKeyInfo), as the PEM that openssl reads. */
export const pemOf = (der: Uint8Array): string =>
  createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    .export({ type: 'spki', format: 'pem' })
    .toString();

function readKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1' && pem.startsWith('-----BEGIN PUBLIC KEY-----'))
      return key;
  } catch {
    // Said below, in our own words.
  }
  return wrong(names.publicKey, `${names.publicKey} is not a public key on the curve P-256.`);
}

/** The public key, if it is the one `key.json` tells of, and the one expected where `pinned` names a fingerprint. */
export function checkKey(pem: string, said: Key, pinned: string | null): KeyObject {
  const key = readKey(pem);
  const found = sha256(derOf(key));
  if (said.fingerprint !== found)
    wrong(names.key, `${names.key} names key ${said.fingerprint}, but ${names.publicKey} is key ${found}.`);
  if (pinned !== null && pinned !== found)
    wrong(names.publicKey, `A foreign key signed: its fingerprint is ${found}, and ${pinned} was expected.`);
  return key;
}

/** DER: a sequence, then the length of all that follows (ITU-T X.690). One on P-256 is shorter than 128 bytes. */
const isWhole = (signature: Uint8Array): boolean => signature[0] === 0x30 && signature[1] === signature.length - 2;

/** ECDSA over SHA-256 of the manifest, as KMS signs and openssl verifies. */
export function checkSignature(manifest: Uint8Array, signature: Uint8Array, key: KeyObject): void {
  if (!isWhole(signature)) wrong(names.signature, `${names.signature} is cut short or damaged: it is not a signature.`);
  if (!verify('sha256', manifest, key, signature))
    wrong(names.signature, `The signature does not fit ${names.manifest}: one of the two was changed after sealing.`);
}
