import { names, timeStampName } from './files.ts';
import type { Head } from './ledger-lines.ts';
import type { Key } from './signature.ts';

/** What an outsider types, with a POSIX shell, GNU coreutils and openssl alone. Indented by four, so that a test runs the very same. */
const commands = {
  whole: `sha256sum --strict -c ${names.manifest}`,
  signed: [`openssl dgst -sha256 -verify ${names.publicKey} \\`, `  -signature ${names.signature} ${names.manifest}`],
  fingerprint: `openssl pkey -pubin -in ${names.publicKey} -outform DER | sha256sum`,
  chained: [
    'chained() {',
    '  previous=$(printf %064d 0)',
    '  while IFS= read -r line || [ -n "$line" ]; do',
    '    case $line in *"\\"previous\\":\\"$previous\\""*) ;; *) return 1 ;; esac',
    '    previous=$(printf %s "$line" | sha256sum | cut -c 1-64)',
    '  done < "$1"',
    `  grep -q "\\"hash\\": \\"$previous\\"" ${names.head} && echo "$1: OK"`,
    '}',
    `chained ${names.ledger} && chained ${names.evidence}`,
  ],
  // Beside the folder: in it, it would be a file that nobody sealed.
  stamped: [
    `openssl ts -verify -data ${names.signature} -in ${timeStampName} \\`,
    `  -CAfile ../authority.pem && openssl ts -reply -text -in ${timeStampName}`,
  ],
};

const contents = [
  [names.ledger, 'what happened, who did it and why; a line an entry'],
  ['', 'each names the SHA-256 of the line before it'],
  [names.head, 'how many entries and artefacts; SHA-256 of the last lines'],
  [names.incident, 'a view for people, as page and drafts: the ledger counts'],
  [names.page, 'the same for a browser; it loads nothing from outside'],
  [names.evidence, 'each artefact: what took it, SHA-256, who has copies, checks'],
  ['reports/', 'drafts of the report, from this record; not legal advice'],
  [names.key, 'which key signed'],
  [names.publicKey, 'its public part'],
  [names.manifest, 'the SHA-256 of every file above'],
  [names.signature, 'the signature over that list'],
]
  .map(([name = '', what]) => `${name.padEnd(17)} ${what}`)
  .join('\n');

const indented = (lines: string | readonly string[]): string => [lines].flat().join('\n    ').replace(/^/, '    ');

/** The page that an outsider begins with. It takes nothing for granted but a shell. */
export const readme = (head: Head, { keyArn, fingerprint }: Key): string => `\
Sealed record of ${head.incident}

${head.entries} ledger entries, the last of ${head.at}.
Signed by the AWS KMS key
${keyArn}
with the fingerprint
${fingerprint}

${contents}

How to check it, in this folder, without any of our software:

1. No file was changed and none is missing (on macOS: shasum -a 256 -c).

${indented(commands.whole)}

2. The list of files is the one that was signed.

${indented(commands.signed)}

3. The key is the organisation's. Compare what this prints with the
   fingerprint that the organisation published elsewhere: a forged record
   signed with another key passes every other check.

${indented(commands.fingerprint)}

4. No entry of the ledger, and no artefact in the list, was changed, added,
   removed or moved: this prints OK for both.

${indented(commands.chained)}

5. If there is a ${timeStampName}: it proves when the signature existed. Get
   authority.pem, the root certificate, from the authority itself; once it has
   expired, add -attime with the stamped time in seconds since 1970.

${indented(commands.stamped)}

6. The artefacts themselves are not included. The owner of the vault provides
   copies (aws s3api get-object --bucket --key --version-id, as named in
   ${names.evidence}); sha256sum of each copy has to print the SHA-256 there. A
   snapshot may have a Merkle root over its blocks instead (docs/record.md).

All at once: tourniquet verify FOLDER --key FINGERPRINT \\
  --authority FILE --evidence COPIES; times are UTC, by the writers' clocks.
`;
