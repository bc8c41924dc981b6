import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTree, grown, isTree, leafHash, repeated, rootOf } from './tree.ts';

/** Leaves and roots of the reference implementation (google/certificate-transparency, merkle_tree_test): after 1, 2, … 8 leaves. */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (hex) => Buffer.from(hex, 'hex').toString('latin1'),
);
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const sha256 = (...parts: (Uint8Array | string)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** MTH as RFC 6962, section 2.1, defines it: the left part is the largest power of two that is smaller than the whole. */
function mth(lines: readonly string[]): string {
  const [first = ''] = lines;
  if (lines.length === 0) return sha256();
  if (lines.length === 1) return sha256(Uint8Array.of(0), first);
  const half = 2 ** Math.floor(Math.log2(lines.length - 1));
  const [left, right] = [mth(lines.slice(0, half)), mth(lines.slice(half))];
  return sha256(Uint8Array.of(1), Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}

const lines = fc.array(fc.string(), { maxLength: 70 });

describe('the tree', () => {
  it('has the roots of the reference implementation', () => {
    expect(roots.map((_, index) => rootOf(grown(emptyTree, leaves.slice(0, index + 1))))).toEqual(roots);
    expect(rootOf(emptyTree)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('has the root that the RFC defines, and a peak for each bit of its size', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const tree = grown(emptyTree, all);
        expect([tree.size, rootOf(tree), isTree(tree)]).toEqual([all.length, mth(all), true]);
      }),
    );
  });

  it('is the same tree, grown in one day or over many', () => {
    fc.assert(
      fc.property(lines, lines, lines, (a, b, c) => {
        expect(grown(grown(grown(emptyTree, a), b), c)).toEqual(grown(emptyTree, [...a, ...b, ...c]));
      }),
    );
  });

  it('is the same tree, whether equal leaves are appended one by one or all at once', () => {
    fc.assert(
      fc.property(lines, fc.string(), fc.nat(300), lines, (a, same, count, b) => {
        const all = grown(
          grown(emptyTree, a),
          Array.from({ length: count }, () => same),
        );
        expect(grown(repeated(grown(emptyTree, a), same, count), b)).toEqual(grown(all, b));
      }),
    );
  });

  it('never shows a node as a leaf', () => {
    const [one = '', two = ''] = ['a', 'b'].map(leafHash);
    expect(leafHash(Buffer.from(one + two, 'hex').toString('latin1'))).not.toBe(rootOf(grown(emptyTree, ['a', 'b'])));
  });
});
