import { BasicConstraints, Certificate, CertificateChainValidationEngine, checkCA, id_BasicConstraints } from 'pkijs';
import type { CheckedTimeStamp } from './time-stamp.ts';

/**
 * Certificates a chain is looked for among. Two that issued each other would otherwise keep pkijs looking for ever; true chains have four
 * or five.
 */
const mostSteps = 20;

const bytesOf = ({ tbsView }: Certificate): Buffer => Buffer.from(tbsView);
const isOneOf = (one: Certificate, many: readonly Certificate[]): boolean =>
  many.some((other) => bytesOf(one).equals(bytesOf(other)));

/** pkijs reads how many authorities may stand below one, and does not count them (RFC 5280, section 4.2.1.9). */
function keepsLengths(path: readonly Certificate[]): boolean {
  return path.every(({ extensions = [] }, index) => {
    const constraints = extensions.find(({ extnID }) => extnID === id_BasicConstraints)?.parsedValue;
    const most = constraints instanceof BasicConstraints ? constraints.pathLenConstraint : undefined;
    const between = path.slice(1, index).filter(({ issuer, subject }) => !issuer.isEqual(subject));
    return typeof most !== 'number' || between.length <= most;
  });
}

async function pathOf(
  authority: readonly Uint8Array[],
  { at, signer, certificates }: CheckedTimeStamp,
): Promise<Certificate[]> {
  const trusted = authority.map((der) => Certificate.fromBER(new Uint8Array(der)));
  // pkijs leaves out what is there twice, and would then take another one to be the one that is asked about.
  if (isOneOf(signer, trusted)) return [signer];
  let steps = 0;
  const engine = new CertificateChainValidationEngine({
    trustedCerts: trusted,
    // The last one is the one that is asked about.
    certs: [...certificates.filter((one) => checkCA(one, signer)), signer],
    checkDate: new Date(at),
    findIssuer: async (certificate) => {
      steps++;
      const issuers = steps > mostSteps ? [] : await engine.defaultFindIssuer(certificate, engine);
      // Of an issuer that is there cross-signed too, pkijs would follow both, and fail where one of them leads nowhere.
      const known = issuers.filter((one) => isOneOf(one, trusted));
      return known.length > 0 ? known : issuers;
    },
  });
  const { result, certificatePath = [] } = await engine.verify();
  return result ? certificatePath : [];
}

/**
 * Whether a stamp's certificate is one of these (DER) or was issued below one, all of them in force when it stamped. Revocation is not
 * asked for: that takes the authority itself, and verifying is done offline.
 */
export async function leadsTo(authority: readonly Uint8Array[], held: CheckedTimeStamp): Promise<boolean> {
  // What came with a stamp is anybody's, and pkijs throws at what it cannot read: a check that crashes has failed.
  const path = await pathOf(authority, held).catch(() => []);
  return path.length > 0 && keepsLengths(path);
}
