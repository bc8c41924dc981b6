import {
  Any as Anything,
  type AsnType,
  compareSchema,
  fromBER,
  GeneralizedTime,
  ObjectIdentifier,
  OctetString,
  Repeated,
  Sequence,
} from 'asn1js';
import { ContentInfo, SignedData, type SignerInfo, TimeStampResp, TSTInfo } from 'pkijs';
import { wrong } from './fault.ts';
import { timeStampName } from './files.ts';

/** An authority's answer, read and not yet believed. */
export interface Reply {
  readonly data: SignedData;
  readonly signature: SignerInfo;
  readonly info: TSTInfo;
  /** Of the certificate that the signature says made it, which is the only one that may have (RFC 3161, section 2.4.2). */
  readonly named: { readonly algorithm: string; readonly hash: Uint8Array };
}

const refused = (what: string): never => wrong(timeStampName, what);

/** PKIStatus granted, and granted with modifications: with any other there is no stamp (RFC 3161, section 2.4.2). */
const given: readonly number[] = [0, 1];

/** Object identifiers of RFC 3161, RFC 5652 and RFC 5035. */
const stampType = '1.2.840.113549.1.9.16.1.4';
const contentType = '1.2.840.113549.1.9.3';
const signingCertificate = '1.2.840.113549.1.9.16.2.12';
const signingCertificateV2 = '1.2.840.113549.1.9.16.2.47';

/** Hashes below a stamp, as node names them. NIST SP 800-131A, revision 2, no longer lets anybody sign over SHA-1. */
export const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Either version: the certificate that signed, first of all of them (RFC 5035, sections 3 and 5.4.1). */
const SigningCertificate = new Sequence({
  value: [
    new Sequence({ value: [new Repeated({ name: 'certificates', value: new Anything() })] }),
    new Anything({ optional: true }),
  ],
});
/** Either version of ESSCertID: only the second has an algorithm, and leaves out SHA-256. */
const EssCertId = new Sequence({
  value: [
    new Sequence({
      optional: true,
      value: [new ObjectIdentifier({ name: 'algorithm' }), new Anything({ optional: true })],
    }),
    new OctetString({ name: 'hash' }),
    new Anything({ optional: true }),
  ],
});

function part<T>(of: AsnType, schema: Sequence, name: string, kind: new () => T): T | null {
  const compared = compareSchema(of, of, schema);
  const found: unknown = compared.verified ? compared.result[name] : null;
  return found instanceof kind ? found : null;
}

/**
 * The signed attribute that names the signer's certificate. RFC 3161 knows SHA-1 only and authorities still write it; that stands, as who
 * wants to pass for another would need a second certificate with the same hash, not two of their own making.
 */
function namedBy({ signedAttrs }: SignerInfo): Reply['named'] {
  const attributes = signedAttrs?.attributes ?? [];
  const attribute =
    attributes.find(({ type }) => type === signingCertificateV2) ??
    attributes.find(({ type }) => type === signingCertificate);
  if (!attribute) return refused('The stamp does not name the certificate that signed it.');
  const [first] = part(attribute.values[0], SigningCertificate, 'certificates', Array<AsnType>) ?? [];
  const hash = first && part(first, EssCertId, 'hash', OctetString);
  if (!hash) throw new Error('no ESSCertID');
  const usual = attribute.type === signingCertificateV2 ? 'sha256' : 'sha1';
  const algorithm = part(first, EssCertId, 'algorithm', ObjectIdentifier);
  return {
    hash: hash.valueBlock.valueHexView,
    algorithm: algorithm ? (hashes[algorithm.getValue()] ?? 'of another kind') : usual,
  };
}

function infoIn({ encapContentInfo: { eContent, eContentType } }: SignedData, { signedAttrs }: SignerInfo): TSTInfo {
  // pkijs sees that there is a signed content type, and does not compare it (RFC 5652, section 11.1).
  const said: unknown = signedAttrs?.attributes.find(({ type }) => type === contentType)?.values[0];
  const types = [eContentType, said instanceof ObjectIdentifier ? said.getValue() : null];
  if (types.some((type) => type !== stampType) || !eContent)
    return refused('This is not a time-stamp: the authority signed something else.');
  const bytes = eContent.getValue();
  const { result } = fromBER(bytes);
  const time = part(result, TSTInfo.schema(), 'TSTInfo.genTime', GeneralizedTime);
  // RFC 3161, section 2.4.2, wants UTC; asn1js would read what has no Z in the zone of the machine.
  const written = Buffer.from(time?.valueBlock.valueHexView ?? []).toString('latin1');
  if (!/^\d{14}(\.\d+)?Z$/.test(written)) throw new Error('no time of a stamp');
  return TSTInfo.fromBER(bytes);
}

/**
 * Reads an authority's answer (DER of RFC 3161's TimeStampResp). Throws a Tampered where there is no stamp in it, and whatever comes up in
 * pkijs and asn1js where it is no such answer.
 */
export function readReply(bytes: Uint8Array): Reply {
  // What follows the one value would be read by nobody, and openssl takes no answer with it either.
  if (fromBER(bytes).offset !== bytes.length) throw new Error('not one value');
  const { status, timeStampToken } = TimeStampResp.fromBER(bytes);
  if (!given.includes(status.status)) {
    const words = (status.statusStrings ?? []).map((one) => one.getValue()).join(' ');
    refused(`The authority returned no stamp: status ${status.status}${words && `, ${words.slice(0, 200)}`}.`);
  }
  if (timeStampToken?.contentType !== ContentInfo.SIGNED_DATA) throw new Error('no signed data');
  const data = new SignedData({ schema: timeStampToken.content });
  const [signature, ...more] = data.signerInfos;
  if (!signature || more.length > 0) return refused('The stamp has not exactly one signature.');
  return { data, signature, info: infoIn(data, signature), named: namedBy(signature) };
}
