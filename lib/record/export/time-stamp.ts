import { hash, X509Certificate } from 'node:crypto';
import { Certificate, ExtKeyUsage, getHashAlgorithm, id_ExtKeyUsage } from 'pkijs';
import type { TimeStamp } from '../../domain/sealed.ts';
import { Tampered, wrong } from './fault.ts';
import { names, sha256, timeStampName } from './files.ts';
import { hashes, type Reply, readReply } from './time-stamp-shape.ts';

/** A stamp that holds by itself, and what is needed to ask more of it. */
export interface CheckedTimeStamp extends TimeStamp {
  /** As it was in the request; null where there was none. */
  readonly nonce: bigint | null;
  readonly signer: Certificate;
  /** All that came with it, unsigned: at most an aid on the way to a certificate that is trusted. */
  readonly certificates: readonly Certificate[];
}

const refused = (what: string): never => wrong(timeStampName, what);
const x509 = (certificate: Certificate): X509Certificate =>
  new X509Certificate(Buffer.from(certificate.toSchema().toBER()));
/** A subject as openssl has it, one line; it escapes what steers a terminal. */
const subjectOf = (certificate: Certificate): string => x509(certificate).subject.replaceAll('\n', ', ');

/** The imprint is that of the signature, by SHA-256: nothing else is asked for. */
function checkImprint({ info: { messageImprint } }: Reply, signature: Uint8Array): void {
  const { hashAlgorithm, hashedMessage } = messageImprint;
  const imprint = Buffer.from(hashedMessage.valueBlock.valueHexView).toString('hex');
  if (hashes[hashAlgorithm.algorithmId] !== 'sha256' || imprint !== sha256(signature))
    refused(`The stamp is over other bytes than ${names.signature}.`);
}

/** pkijs finds the certificate and does the arithmetic. It would take SHA-1, and any certificate that fits the issuer and the number. */
async function checkSigned({ data, signature, named }: Reply, stamped: Uint8Array): Promise<Certificate> {
  const { algorithmId } = signature.digestAlgorithm;
  const over = getHashAlgorithm(signature.signatureAlgorithm);
  if (!hashes[algorithmId] || over === 'SHA-1') refused('The stamp uses a hash that is no longer secure.');
  const bytes = new Uint8Array(stamped).buffer;
  const found = await data.verify({ signer: 0, data: bytes, extendedMode: true }).catch(() => null);
  const signer = found?.signerCertificate;
  if (!found?.signatureVerified || !signer)
    return refused('The stamp was changed after it was made: its signature does not fit, or its certificate is gone.');
  const known = [...Object.values(hashes), 'sha1'].includes(named.algorithm);
  if (!known || hash(named.algorithm, x509(signer).raw) !== Buffer.from(named.hash).toString('hex'))
    refused('The stamp names another certificate than the one it contains.');
  return signer;
}

/** RFC 3161, section 2.3: one extended key usage, critical, and time-stamps its only purpose. */
function checkPurpose(signer: Certificate): void {
  const usages = (signer.extensions ?? []).filter(({ extnID }) => extnID === id_ExtKeyUsage);
  const [usage] = usages;
  const purposes = usage?.parsedValue instanceof ExtKeyUsage ? usage.parsedValue.keyPurposes : [];
  if (usages.length !== 1 || !usage?.critical || purposes.join() !== '1.3.6.1.5.5.7.3.8')
    refused(`The certificate of ${subjectOf(signer)} was not issued for time-stamps only.`);
}

function checkInForce(signer: Certificate, at: Date): void {
  const [from, to] = [signer.notBefore.value, signer.notAfter.value];
  if (from <= at && at <= to) return;
  const span = `from ${from.toISOString()} to ${to.toISOString()}`;
  refused(`The certificate of ${subjectOf(signer)} is valid ${span}, but the stamp says ${at.toISOString()}.`);
}

async function checkedReply(answer: Uint8Array, over: Uint8Array): Promise<CheckedTimeStamp> {
  const reply = readReply(answer);
  checkImprint(reply, over);
  const signer = await checkSigned(reply, over);
  checkPurpose(signer);
  const { genTime, nonce, serialNumber } = reply.info;
  checkInForce(signer, genTime);
  return {
    at: genTime.toISOString(),
    authority: subjectOf(signer),
    serial: serialNumber.toBigInt().toString(16),
    nonce: nonce?.toBigInt() ?? null,
    signer,
    certificates: (reply.data.certificates ?? []).flatMap((one) => (one instanceof Certificate ? [one] : [])),
  };
}

/**
 * Checks an authority's answer (DER of RFC 3161's TimeStampResp) over these bytes, by what is in it alone: whether its certificate is
 * worth anything is another question. Throws a Tampered that says what is wrong, whatever the bytes are.
 */
export async function checkTimeStamp(answer: Uint8Array, over: Uint8Array): Promise<CheckedTimeStamp> {
  try {
    return await checkedReply(answer, over);
  } catch (error) {
    // pkijs, asn1js and openssl throw whatever comes up at what is no ASN.1, or other ASN.1 than they expect.
    if (error instanceof Tampered) throw error;
    return refused('The stamp is cut short or damaged: it is not an answer of a time-stamp authority.');
  }
}

/**
 * How far a stamp may lie before the last entry that it is over: AWS denies most requests that were signed more than five minutes off (IAM
 * guide, "AWS Signature Version 4 for API requests"), so a clock that is further ahead than that does not write entries unnoticed.
 */
const tolerance = 5 * 60_000;

/**
 * A stamp before what it is over is impossible: the clock that wrote the entry or the authority's was wrong, and which of them nothing
 * here can tell. It is a fault, since the times are what a stamp is there to vouch for. One long after is none: a record may be stamped
 * whenever the authority can be reached.
 */
export function checkOrder({ at }: TimeStamp, lastEntry: string): void {
  if (Date.parse(at) < Date.parse(lastEntry) - tolerance)
    refused(`The stamp says ${at}, and the last entry below it ${lastEntry}: one of the two clocks was wrong.`);
}
