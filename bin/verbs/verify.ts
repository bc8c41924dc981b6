import { Argument, Option } from 'commander';
import type { Answer, Verb } from '../console/verb.ts';

export default {
  name: 'verify',
  summary: 'check a sealed record and name the first thing wrong with it; needs no AWS',
  operands: [new Argument('<export>', 'the archive, or the folder it was unpacked into')],
  options: [
    new Option('--key <file-or-fingerprint>', 'the only accepted signing key'),
    new Option('--evidence <folder>', 'copies of the artefacts, to compare as well'),
    new Option('--authority <file>', 'certificates (PEM) of the only accepted time-stamp authority'),
  ],
  examples: ['verify inc-0123456789ab', 'verify export-42.tar --key published.pem --json'],

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({ operands: [path = ''], options: { key, evidence, authority: trusted } }): Promise<Answer> {
    const { certificatesFrom, exportAt, fingerprintFrom, hashesBelow } = await import('../console/export-read.ts');
    const { verdictPage } = await import('../console/export-page.ts');
    const { verifyStamped } = await import('../../lib/record/export/time-stamp-verdict.ts');
    const pinned = key === undefined ? null : await fingerprintFrom(key);
    const copies = evidence === undefined ? null : await hashesBelow(evidence);
    const authority = trusted === undefined ? null : await certificatesFrom(trusted);
    const verdict = await verifyStamped(await exportAt(path), { pinned, copies, authority });
    const text = verdictPage(verdict, pinned ? 'pinned' : 'not pinned', copies ? 'compared' : 'not at hand');
    const failed = verdict.firstFault && { failed: verdict.firstFault.what };
    return { data: verdict, text, next: 'verify --help', ...failed };
  },
} satisfies Verb;
