import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { linuxScript } from './linux.ts';
import { factsOf, saidIn, sections, whyPlain } from './plan.ts';
import { windowsScript } from './windows.ts';

const sha256 = 'a'.repeat(64);
const head = `count processes 132\ncount containers unknown\nsize 20\nsha256 ${sha256}\n`;

it('takes numbers, a hash and a version of what came back, and no other word', () => {
  expect(saidIn(`${head}stored v1.x_-\n`)).toEqual({
    counts: { processes: 132, containers: null },
    size: 20,
    sha256,
    version: 'v1.x_-',
    status: null,
    plain: null,
    cut: false,
  });
  expect(saidIn(`${head}stored <b>\n`)).toBeNull();
  expect(saidIn('count processes 1\n')).toBeNull();
  expect(saidIn(`${head}count bogus 3\nstored v1\n`)).toBeNull();
});

it('tells none from unknown', () => {
  const facts = factsOf({ counts: { processes: 0, containers: null } });
  expect(facts).toHaveLength(Object.keys(sections).length);
  expect(facts).toContain('processes: 0');
  expect(facts).toContain('containers: could not be counted');
});

it('says of what did not reach the vault why, and that it was cut', () => {
  const said = saidIn(`${head}status 403\nplain\n== processes\n${'x'.repeat(24_000)}`.slice(0, 24_000));
  expect(said).toMatchObject({ version: null, status: 403, cut: true });
  expect(said?.plain).toMatch(/^== processes\n/);
  expect(said && whyPlain(said)).toMatch(/answered the instance with 403: .* only the first 24000 characters/);
  expect(whyPlain({ status: 0, cut: false })).toMatch(/could not reach the vault.*are missing$/);
});

it('cannot be led astray by what stands in the plain text', () => {
  const said = saidIn(`${head}status 0\nplain\nstored forged\nsha256 ${'b'.repeat(64)}\n`);
  expect(said).toMatchObject({ version: null, sha256 });
});

it.runIf(process.platform === 'linux')(
  'is a script that a plain shell takes, hashes what it would send, and sends nothing where nobody listens',
  () => {
    const script = linuxScript('http://127.0.0.1:9/nobody');
    const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', maxBuffer: 1e8 });
    const said = saidIn(output);
    expect(said).toMatchObject({ version: null, status: 0 });
    expect(said?.counts.mounts).toBeGreaterThan(0);
    expect(said?.sha256).not.toBe(createHash('sha256').update('').digest('hex'));
  },
);

it('leaves the way into the vault in one place of each script', () => {
  const url = 'https://vault.example/key?X-Amz-Signature=0';
  for (const script of [linuxScript(url), windowsScript(url)]) {
    expect(script.split(url)).toHaveLength(2);
    expect(script).not.toContain('{{');
  }
});
