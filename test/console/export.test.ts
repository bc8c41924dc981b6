/** A sealed export, checked as an outsider would: by its own README's commands. Then everything that may have been done to it. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentsOf } from '../../lib/record/export/contents.ts';
import { type Files, names, timeStampName } from '../../lib/record/export/files.ts';
import { pemOf } from '../../lib/record/export/signature.ts';
import { pack, unpack } from '../../lib/record/export/tar.ts';
import { verifyStamped } from '../../lib/record/export/time-stamp-verdict.ts';
import { verifyExport } from '../../lib/record/export/verify.ts';
import { oftener } from '../depth.ts';
import { tamperingsOfArchives } from './export/archives.ts';
import { artefacts, entries, exportOf, incident, itemsOf, newPair, sha256, textIn } from './export/record.ts';
import { stampedExport } from './export/stamps.ts';
import { type Tampering, tamperings } from './export/tampering.ts';
import type { Ended } from './terminal.ts';
import { typed } from './typed.ts';

const ours = newPair();
const whole = exportOf(itemsOf(entries), ours);
const archive = Buffer.from(pack(incident, whole, '2026-11-22T03:08:00.000Z'));
const copies = new Map(artefacts.map(([key, bytes], index) => [`copies/${index}/${key}`, sha256(bytes)]));
const expected = { pinned: ours.fingerprint, copies };
const stamped = stampedExport(ours);
afterAll(stamped.close);

const work = mkdtempSync(join(tmpdir(), 'tourniquet-export-'));
afterAll(() => rmSync(work, { recursive: true }));

function put(folder: string, files: Iterable<readonly [string, string | Uint8Array]>): string {
  const at = join(work, folder);
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), bytes);
  }
  return at;
}

/** The README's commands, one script for each step, as they stand there. */
const stepsIn = (readme: string): string[] =>
  readme
    .split(/\n\n/)
    .filter((part) => part.startsWith('    '))
    .map((part) => part.replace(/^ {4}/gm, ''));

const shell = (script: string, cwd: string): Promise<Ended> =>
  new Promise((resolve) => {
    execFile('sh', ['-c', script], { cwd }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });

describe('an outsider with sh, sha256sum and openssl alone', () => {
  const steps = stepsIn(textIn(whole, names.readme));
  const run = async (folder: string): Promise<Ended[]> => {
    const ended: Ended[] = [];
    for (const step of steps) ended.push(await shell(step, folder));
    return ended;
  };

  test('types what the README says, and sees that it is whole', async () => {
    expect(steps).toHaveLength(5);
    const folder = put('outsider', stamped.whole);
    put('.', [['authority.pem', stamped.authority.pem('root')]]);
    const [list, signature, fingerprint, ledger, stamp] = await run(folder);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list?.stdout.split('\n').filter((line) => line.endsWith(': OK'))).toHaveLength(stamped.whole.size - 3);
    expect(signature).toMatchObject({ code: 0, stdout: 'Verified OK\n' });
    expect(fingerprint?.stdout).toBe(`${ours.fingerprint}  -\n`);
    expect(ledger).toMatchObject({ code: 0, stdout: 'ledger.jsonl: OK\nevidence.jsonl: OK\n', stderr: '' });
    expect(stamp).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Time stamp: \w{3} /m) });
  });

  test.for<[name: string, step: number, change: (files: Map<string, Uint8Array>) => void]>([
    ['a byte of the ledger', 0, (files) => files.set(names.ledger, Buffer.from(`${textIn(files, names.ledger)} `))],
    ['the manifest', 1, (files) => files.set(names.manifest, Buffer.from(''))],
    ['the key', 2, (files) => files.set(names.publicKey, Buffer.from(pemOf(newPair().publicKey)))],
    [
      'an entry, even with manifest and head as they were',
      3,
      (files) => files.set(names.ledger, Buffer.from(textIn(files, names.ledger).replace('approved', 'declined'))),
    ],
    [
      'a line behind the last entry, even with manifest and head as they were',
      3,
      (files) => files.set(names.ledger, Buffer.from(`${textIn(files, names.ledger)}{"previous":"another"}\n`)),
    ],
    [
      'a line without an end behind the last artefact',
      3,
      (files) => files.set(names.evidence, Buffer.from(`${textIn(files, names.evidence)}{"previous":"another"}`)),
    ],
    ['the signature that was stamped', 4, (files) => files.set(names.signature, Buffer.from('another'))],
    ['the stamp', 4, (files) => files.set(timeStampName, stamped.authority.stamp(Buffer.from('another')))],
  ])('sees %s changed', async ([name, step, change]) => {
    const files = new Map(stamped.whole);
    change(files);
    const ended = (await run(put(name, files)))[step];
    if (step === 2) expect(ended?.stdout).not.toContain(ours.fingerprint);
    else expect(ended?.code).not.toBe(0);
  });

  test('reads one page', () => {
    const lines = textIn(whole, names.readme).split('\n');
    expect(lines.length).toBeLessThan(66);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('an export', () => {
  test('is whole, and says what it holds', () => {
    expect(verifyExport(() => unpack(archive), expected)).toEqual({
      ok: true,
      incident,
      entries: entries.length,
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
      key: ours.fingerprint,
      sealedAt: entries.at(-1)?.at,
      firstFault: null,
      artefacts: { listed: 5, withoutDigest: 1 },
    });
  });

  test('comes out the same of the same record, but for the signature', () => {
    const again = exportOf(itemsOf(entries), ours);
    for (const [name, bytes] of whole)
      if (name !== names.signature) expect(textIn(again, name)).toBe(Buffer.from(bytes).toString());
    const at = '2026-11-22T03:08:00.000Z';
    expect(Buffer.from(pack(incident, whole, at)).equals(archive)).toBe(true);
  });

  test('is not made of a ledger that is broken already', () => {
    const items = itemsOf(entries).map((item) => (item.sequence === 4 ? { ...item, actor: 'nobody' } : item));
    const signer = { keyArn: 'k', publicKey: ours.publicKey };
    const config = { entity: { name: '', contact: '', contracts: [], clearance: '' }, regimes: [] };
    expect(() => contentsOf(items, config, signer)).toThrow('The ledger is incomplete: entry 4 was changed.');
  });

  test('is read by tar, and what tar packs is read by us', async () => {
    put('.', [['ours.tar', archive]]);
    const script = `mkdir by-tar && tar -xf ours.tar -C by-tar && tar -C by-tar -cf theirs.tar ${incident} && cat theirs.tar`;
    expect(
      await shell(`${script} > /dev/null && cd by-tar/${incident} && sha256sum --quiet -c manifest.sha256`, work),
    ).toMatchObject({ code: 0, stderr: '' });
    const { stdout, stderr } = await typed(['verify', join(work, 'theirs.tar'), '--json']);
    expect({ stderr, ...(JSON.parse(stdout) as object) }).toMatchObject({ stderr: '', ok: true, firstFault: null });
  });
});

describe('of what may have been done to an export, the first thing wrong is named', () => {
  const named: string[] = [];
  const told = (read: () => Files) => verifyExport(read, expected);

  const all = [...tamperings(whole), ...stamped.tamperings];
  test.for<Tampering>(all)('$what', async ({ files, expected: own, names: fault }) => {
    const verdict = await verifyStamped(() => files, { ...expected, authority: null, ...own });
    expect(verdict).toMatchObject({ ok: false, firstFault: { ...fault, what: expect.stringContaining(fault.what) } });
    named.push(verdict.firstFault?.what ?? '');
  });

  test.for(tamperingsOfArchives(archive))('in the archive: $what', ({ bytes, names: what }) => {
    const { ok, firstFault } = told(() => unpack(bytes));
    expect({ ok, what: firstFault?.what }).toEqual({ ok: false, what: expect.stringContaining(what) });
    named.push(firstFault?.what ?? '');
  });

  test('a bit anywhere', () => {
    // A header's sum may be written with other blanks around it, and says the same.
    const inSum = (at: number): boolean => at % 512 >= 148 && at % 512 < 156;
    const bit = fc.tuple(fc.nat(archive.length - 1), fc.nat(7)).filter(([at]) => !inSum(at));
    fc.assert(
      fc.property(bit, ([at, shift]) => {
        const bytes = Buffer.from(archive);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << shift);
        const { ok, firstFault } = told(() => unpack(bytes));
        expect({ ok, what: firstFault?.what }).toEqual({ ok: false, what: expect.stringMatching(/^\S.*\.$/s) });
      }),
      { numRuns: oftener(500) },
    );
  });

  test('no two of them are told alike, and there are more than twenty', () => {
    expect(new Set(named).size).toBe(named.length);
    expect(named.length).toBeGreaterThan(40);
  });
});

describe('tourniquet verify', { timeout: 60_000 }, () => {
  let tar = '';
  let folder = '';
  let evidence = '';
  beforeAll(() => {
    folder = put('unpacked', whole);
    put('.', [['export.tar', archive]]);
    tar = join(work, 'export.tar');
    evidence = put(
      'evidence',
      artefacts.map(([key, bytes], index) => [`${index}/${key}`, bytes]),
    );
    put('.', [['key.pem', pemOf(ours.publicKey)]]);
  });
  const answer = async (...words: string[]) => {
    const { code, stdout, stderr } = await typed(['verify', ...words, '--json']);
    return { code, stderr, ...(JSON.parse(stdout) as { ok?: boolean; firstFault?: { what: string } }) };
  };

  test('reads an archive and a folder alike, the key as file or fingerprint, without AWS', async () => {
    const [one, other] = await Promise.all([
      answer(tar, '--key', ours.fingerprint.toUpperCase(), '--evidence', evidence),
      answer(folder, '--key', join(work, 'key.pem')),
    ]);
    expect(one).toEqual({ ...other, code: 0 });
    expect(one).toMatchObject({ ok: true, stderr: '', incident, firstFault: null });
  });

  test('asks whose key it is where none is named, and says what it could not check', async () => {
    const { code, stdout } = await typed(['verify', tar]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Signed by key ${ours.fingerprint}. Compare it with`);
    expect(stdout).toContain('1 without a hash');
  });

  test('names a foreign key, and ends with 1', async () => {
    const other = newPair().fingerprint;
    const found = await answer(folder, '--key', other);
    expect(found).toMatchObject({ code: 1, ok: false, firstFault: { file: names.publicKey } });
    expect(found.stderr).toContain(`fingerprint is ${ours.fingerprint}, and ${other} was expected`);
  });

  test('names a missing artefact, a link in the folder, a file that is no archive', async () => {
    const linked = put('linked', whole);
    symlinkSync('/etc/passwd', join(linked, 'reports', 'passwd'));
    const found = await Promise.all([answer(tar, '--evidence', folder), answer(linked), answer(join(work, 'key.pem'))]);
    expect(found.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(found.map(({ firstFault }) => firstFault?.what)).toEqual([
      expect.stringContaining('f1.json is missing'),
      'reports/passwd is a symbolic link.',
      expect.stringContaining('cut short'),
    ]);
  });

  test('says who says when, and believes it only of the authority that is named', async () => {
    const at = put('stamped', stamped.whole);
    put('.', [
      ['root.pem', `The root of our authority\n${stamped.authority.pem('root')}`],
      ['foreign.pem', stamped.foreignRoot],
    ]);
    const [unnamed, named, foreign] = await Promise.all([
      answer(at),
      answer(at, '--authority', join(work, 'root.pem')),
      answer(at, '--authority', join(work, 'foreign.pem')),
    ]);
    const timeStamp = { at: expect.stringMatching(/Z$/), authority: 'CN=Stand-in tsa', serial: 'a0c' };
    expect(unnamed).toMatchObject({ code: 0, ok: true, timeStamp: { ...timeStamp, trusted: false } });
    expect(named).toMatchObject({ code: 0, ok: true, timeStamp: { ...timeStamp, trusted: true } });
    expect(foreign).toMatchObject({ code: 1, ok: false, timeStamp: { ...timeStamp, trusted: false } });
    expect(foreign.firstFault).toMatchObject({ file: timeStampName });
  });

  test('says on its page whom a stamp claims, whose it is, and that there is none', async () => {
    const at = put('stamped', stamped.whole);
    put('.', [['root.pem', stamped.authority.pem('root')]]);
    const page = async (...words: string[]) => (await typed(['verify', ...words])).stdout;
    const root = ['--authority', join(work, 'root.pem')];
    const linked = put('link for a stamp', whole);
    symlinkSync('/etc/passwd', join(linked, timeStampName));
    const pages = await Promise.all([page(at), page(at, ...root), page(tar), page(tar, ...root), page(linked)]);
    expect(pages).toEqual([
      expect.stringMatching(
        /Sealed before .*Z, according to a stamp that claims to come from CN=Stand-in tsa\. To check that/,
      ),
      expect.stringMatching(/Sealed before .*Z: stamped by CN=Stand-in tsa, as expected/),
      expect.stringContaining('No time-stamp: the times come only'),
      expect.stringContaining('NOT TIME-STAMPED AS EXPECTED'),
      expect.stringContaining('DOES NOT MATCH ITS SEAL'),
    ]);
  });

  test.for([
    [['verify'], "missing required argument 'export'"],
    [['verify', '/nonexistent/export.tar'], '/nonexistent/export.tar does not exist'],
    [['verify', '.', '--key', 'not-a-key'], 'neither a fingerprint'],
    [['verify', 'package.json', '--key', 'package.json'], 'not a public key'],
    [['verify', '.', '--evidence', '/nonexistent'], '/nonexistent does not exist'],
    [['verify', '.', '--authority', '/nonexistent'], '/nonexistent does not exist'],
    [['verify', '.', '--authority', 'package.json'], 'holds no certificate in PEM'],
  ] as const)('%j is wrong usage', async ([words, told]) => {
    const { code, stderr } = await typed(words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(told) });
  });
});
