import { describe, expect, it } from 'vitest';
import { deskPatterns, type EventPattern } from './patterns.ts';

const kinds = ['Security Hub Findings - Imported', 'Findings Imported V2'];
const importedBy = (patterns: readonly EventPattern[]) =>
  patterns.filter((pattern) => kinds.includes(String(pattern['detail-type'][0]))).map(({ detail }) => detail.findings);

describe('findings in Security Hub reach the desk', () => {
  it('from every product that reports more than weaknesses, unless the configuration says less', () => {
    const [asff, ocsf] = importedBy(deskPatterns([]));
    expect(asff).toMatchObject({ ProductName: [{ 'anything-but': expect.arrayContaining(['Inspector']) }] });
    expect(asff).not.toHaveProperty('Severity');
    expect(ocsf).toEqual({ class_uid: [2004], status_id: [1, 2] });
  });

  it('of the products and severities that count alone, in both formats; what people send always does', () => {
    const only = deskPatterns([], { products: ['Acme'], severities: ['HIGH', 'CRITICAL'] });
    const [asff, ocsf] = importedBy(only);
    expect(asff).toMatchObject({ ProductName: ['Acme'], Severity: { Label: ['HIGH', 'CRITICAL'] } });
    expect(ocsf).toMatchObject({ metadata: { product: { name: ['Acme'] } }, severity_id: [4, 5, 6] });
    const rest = (patterns: readonly EventPattern[]) =>
      patterns.filter((pattern) => !kinds.includes(String(pattern['detail-type'][0])));
    expect(rest(only)).toEqual(rest(deskPatterns([])));
  });
});
