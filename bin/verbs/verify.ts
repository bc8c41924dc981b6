import { Argument, InvalidArgumentError, Option } from 'commander';
import { checking } from '../console/calls.ts';
import { each, repeatable } from '../console/repeatable.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

/** Without checkpoints one record is checked at a time. */
function onlyOne([path, ...more]: readonly string[]): string {
  if (path === undefined) throw new InvalidArgumentError("missing required argument 'export', or --checkpoints");
  if (more.length > 0) throw new InvalidArgumentError('too many arguments: several exports need --checkpoints');
  return path;
}

export default {
  name: 'verify',
  summary:
    'check a sealed record and name the first thing wrong with it; with --checkpoints, whether any incident vanished',
  operands: [new Argument('[export...]', 'the archive, or the folder it was unpacked into; needs no AWS')],
  options: [
    new Option('--key <file-or-fingerprint>', 'the only accepted signing key'),
    new Option('--evidence <folder>', 'copies of the artefacts, to compare as well'),
    repeatable(
      new Option(
        '--disk <snapshot=file>',
        'a raw image or a device made from a snapshot, to compare whole; repeatable',
      ),
    ),
    new Option('--authority <file>', 'certificates (PEM) of the only accepted time-stamp authority'),
    new Option(
      '--checkpoints [folder]',
      'compare with daily checkpoints: those in a folder, offline; without one, those of the deployment',
    ).preset(''),
    stack,
  ],
  examples: ['verify inc-0123456789ab --key published.pem', 'verify --checkpoints --json'],
  calls: { responder: checking, auditor: checking },

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({
    operands,
    options: { key, evidence, disk, authority: trusted, checkpoints, stack = '' },
  }): Promise<Answer> {
    const { certificatesFrom, exportAt, fingerprintFrom, hashesBelow } = await import('../console/export-read.ts');
    const pinned = key === undefined ? null : await fingerprintFrom(key);
    const authority = trusted === undefined ? null : await certificatesFrom(trusted);
    if (checkpoints !== undefined) {
      const { verifyCheckpoints } = await import('../console/checkpoints-verify.ts');
      return verifyCheckpoints({ exports: operands, folder: checkpoints || null, pinned, authority, stack });
    }
    const path = onlyOne(operands);
    const { verdictPage } = await import('../console/export-page.ts');
    const { verifyStamped } = await import('../../lib/record/export/time-stamp-verdict.ts');
    const copies = evidence === undefined ? null : await hashesBelow(evidence);
    const { disksFrom } = await import('../console/disk-root.ts');
    const disks = await disksFrom(each(disk));
    const verdict = await verifyStamped(await exportAt(path), { pinned, copies, disks, authority });
    const text = verdictPage(verdict, pinned ? 'pinned' : 'not pinned', copies ? 'compared' : 'not at hand');
    const failed = verdict.firstFault && { failed: verdict.firstFault.what };
    return { data: verdict, text, next: 'verify --help', ...failed };
  },
} satisfies Verb;
