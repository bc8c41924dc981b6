/**
 * A stand-in time-stamp authority: the system's openssl makes its keys and certificates in a folder that does not outlive the test, and
 * answers as a true one would. What no openssl would sign, a liar's stamp, is put together around its `cms`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Integer, OctetString, Utf8String } from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  MessageImprint,
  PKIStatusInfo,
  SignedData,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import { sha256 } from '../../../lib/record/export/files.ts';

const hour = 3_600_000;

/** A certificate that the root or the intermediate issues. */
interface Issue {
  readonly extensions: 'root' | 'intermediate' | 'stamps' | 'serves' | 'stamps, not critically';
  readonly by?: string;
  /** The certificate whose key it shall have too; left out, a key of its own is made. */
  readonly key?: string;
  /** Whose name it shall have; left out, a name of its own. */
  readonly named?: string;
  readonly algorithm?: 'EC' | 'RSA';
  readonly serial?: string;
  /** Hours from now. */
  readonly from?: number;
  readonly to?: number;
}

const configuration = (folder: string): string => `
[req]
distinguished_name = name
[name]
[ca]
default_ca = us
[us]
database = ${folder}/index.txt
serial = ${folder}/serial
new_certs_dir = ${folder}
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[stamps]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
authorityKeyIdentifier = keyid
[stamps, not critically]
extendedKeyUsage = timeStamping
authorityKeyIdentifier = keyid
[serves]
extendedKeyUsage = critical,serverAuth
authorityKeyIdentifier = keyid
[tsa]
serial = ${folder}/stamps
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
`;

/** As openssl ca takes a time. */
const asn1Time = (hours: number): string =>
  new Date(Date.now() + hours * hour).toISOString().replace(/[-T:]|\.\d+/g, '');

/** What a stamp says, where it is not what a true authority would say. */
export interface Said {
  readonly over: Uint8Array;
  readonly at?: Date;
  readonly nonce?: bigint;
  readonly hash?: string;
  /** Of a time in fractions of a second: a digit stands where its Z would. */
  readonly without?: 'the zone';
}

function tstInfo({ over, at = new Date(), nonce, hash = '2.16.840.1.101.3.4.2.1', without }: Said): Buffer {
  const hashedMessage = new OctetString({ valueHex: Buffer.from(sha256(over), 'hex') });
  const info = new TSTInfo({
    version: 1,
    policy: '1.2.3.4.1',
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: hash }),
      hashedMessage,
    }),
    serialNumber: new Integer({ value: 77 }),
    genTime: at,
    ...(nonce !== undefined && { nonce: Integer.fromBigInt(nonce) }),
  });
  const bytes = Buffer.from(info.toSchema().toBER());
  if (without) bytes.write('0', bytes.indexOf('Z', bytes.indexOf(`${at.getUTCFullYear()}`)));
  return bytes;
}

const response = (token: Uint8Array): Buffer =>
  Buffer.from(
    new TimeStampResp({
      status: new PKIStatusInfo({ status: 0 }),
      timeStampToken: ContentInfo.fromBER(token),
    })
      .toSchema()
      .toBER(),
  );

/** What an authority answers that refuses: PKIStatus 2, with words (RFC 3161, section 2.4.2). */
export const refusal = (words: string): Buffer =>
  Buffer.from(
    new TimeStampResp({ status: new PKIStatusInfo({ status: 2, statusStrings: [new Utf8String({ value: words })] }) })
      .toSchema()
      .toBER(),
  );

/** An authority with a root, an intermediate, a signer `tsa` and the signers that the lies need. `close` takes its folder away. */
export function openAuthority(name = 'Stand-in') {
  const folder = mkdtempSync(join(tmpdir(), 'tourniquet-authority-'));
  const at = (file: string): string => join(folder, file);
  const config = at('openssl.cnf');
  const openssl = (...words: string[]): Buffer => {
    try {
      return execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw new Error('These tests need openssl 3 on the path: it is the authority they ask.', { cause: error });
      throw error;
    }
  };
  const pem = (certificate: string): string => readFileSync(at(`${certificate}.pem`), 'utf8');
  let serials = 0x1000;
  const issue = (
    certificate: string,
    { extensions, by = 'intermediate', from = -24, to = 24, ...rest }: Issue,
  ): void => {
    const { key = certificate, named = certificate, algorithm = 'EC', serial = (serials++).toString(16) } = rest;
    const make = algorithm === 'EC' ? ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['RSA'];
    if (key === certificate) openssl('genpkey', '-algorithm', ...make, '-out', at(`${key}.key`));
    const subject = `/CN=${name} ${named}`;
    openssl('req', '-new', '-config', config, '-key', at(`${key}.key`), '-subj', subject, '-out', at('request.pem'));
    writeFileSync(at('index.txt'), '');
    writeFileSync(at('serial'), serial);
    const issuer =
      by === certificate
        ? ['-selfsign', '-keyfile', at(`${by}.key`)]
        : ['-cert', at(`${by}.pem`), '-keyfile', at(`${by}.key`)];
    openssl(
      'ca',
      '-config',
      config,
      '-batch',
      '-notext',
      '-preserveDN',
      '-extensions',
      extensions,
      ...issuer,
      '-startdate',
      asn1Time(from),
      '-enddate',
      asn1Time(to),
      '-in',
      at('request.pem'),
      '-out',
      at(`${certificate}.pem`),
    );
  };
  writeFileSync(config, configuration(folder));
  writeFileSync(at('stamps'), '0A0B');
  issue('root', { extensions: 'root', by: 'root' });
  issue('intermediate', { extensions: 'intermediate', by: 'root' });
  issue('tsa', { extensions: 'stamps' });

  /** As an honest authority answers a query (DER): openssl judges it. */
  const answer = (query: Uint8Array, signer = 'tsa'): Buffer => {
    writeFileSync(at('query.tsq'), query);
    openssl(
      'ts',
      '-reply',
      '-config',
      config,
      '-section',
      'tsa',
      '-queryfile',
      at('query.tsq'),
      '-signer',
      at(`${signer}.pem`),
      '-inkey',
      at(`${signer}.key`),
      '-chain',
      at('intermediate.pem'),
      '-out',
      at('reply.tsr'),
    );
    return readFileSync(at('reply.tsr'));
  };

  const cms = (content: Uint8Array, signer: string, ...words: string[]): Buffer => {
    writeFileSync(at('content.der'), content);
    return openssl(
      'cms',
      '-sign',
      '-binary',
      '-nodetach',
      '-outform',
      'DER',
      '-in',
      at('content.der'),
      '-signer',
      at(`${signer}.pem`),
      '-inkey',
      at(`${signer}.key`),
      '-certfile',
      at('intermediate.pem'),
      ...words,
    );
  };
  const stamps = ['-econtent_type', '1.2.840.113549.1.9.16.1.4'];

  return {
    folder,
    root: at('root.pem'),
    pem,
    issue,
    answer,
    /** What a client that honestly asks would have got for these bytes. */
    stamp: (over: Uint8Array, signer = 'tsa'): Buffer => {
      writeFileSync(at('over'), over);
      openssl('ts', '-query', '-data', at('over'), '-sha256', '-cert', '-out', at('asked.tsq'));
      return answer(readFileSync(at('asked.tsq')), signer);
    },
    /** A stamp that says anything, signed by anybody; `words` go to openssl cms. */
    lie: (said: Said, signer = 'tsa', words: readonly string[] = ['-cades', '-md', 'sha256']): Buffer =>
      response(cms(tstInfo(said), signer, ...stamps, ...words)),
    /** A signature by the authority over something that is no stamp at all. */
    signed: (content: Uint8Array, words: readonly string[] = []): Buffer =>
      response(cms(content, 'tsa', '-cades', ...words)),
    /** The same answer with other certificates in it: they are not signed. */
    withCertificates: (reply: Uint8Array, ...certificates: readonly string[]): Buffer => {
      const { timeStampToken } = TimeStampResp.fromBER(reply);
      const data = new SignedData({ schema: timeStampToken?.content });
      data.certificates = certificates.map((one) =>
        Certificate.fromBER(openssl('x509', '-in', at(`${one}.pem`), '-outform', 'DER')),
      );
      const content = new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: data.toSchema(true) });
      return response(Buffer.from(content.toSchema().toBER()));
    },
    close: (): void => rmSync(folder, { recursive: true, force: true }),
  };
}
export type Authority = ReturnType<typeof openAuthority>;

/** What the authority's server answers: a reply (DER), something else than 200, a redirect, or nothing within the time there is. */
export type Conduct = (
  query: Buffer,
) => Buffer | { readonly status: number; readonly location?: string } | 'silence' | 'endless';

/** Of before any test puts another in its place. */
const { fetch: realFetch } = globalThis;

/**
 * Puts an authority on loopback. `fetch` takes https addresses there, as production names them: production asks over https or not at
 * all, so the test bends the way, not the rule.
 */
export async function serve(conduct: () => Conduct) {
  const asked: { readonly type: string | undefined; readonly url: string | undefined; readonly bytes: number }[] = [];
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const query = Buffer.concat(chunks);
      asked.push({ type: request.headers['content-type'], url: request.url, bytes: query.length });
      const said = conduct()(query);
      if (said === 'silence') return;
      if (said === 'endless') {
        const more = () => {
          while (!reply.destroyed && reply.write(Buffer.alloc(65_536)));
        };
        reply.writeHead(200).on('drain', more);
        more();
      } else if (Buffer.isBuffer(said))
        reply.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(said);
      else reply.writeHead(said.status, said.location ? { location: said.location } : {}).end('sorry');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    /** Production's fetch, but that `https://stamps.example/…` is this server. */
    fetch: ((url: string | URL, options?: RequestInit) =>
      realFetch(String(url).replace('https://stamps.example', `http://127.0.0.1:${port}`), options)) as typeof fetch,
    close: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
}
