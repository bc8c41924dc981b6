import { describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { redacted } from '../../runtime/redact.ts';
import type { Target } from '../../targets/target.ts';

vi.mock('../../runtime/environment.ts', () => ({}));
const { rawOf } = await import('./claim-and-seal.ts');

const target = { account: '444455556666', region: 'eu-central-1' } as Target;
const nameOf = (key: string): string => rawOf('inc-0123456789ab', { key, arn: '' } as Finding, target, {}).name;

describe('where a finding is sealed as it arrived', () => {
  it('is named after it', () => {
    expect(nameOf('guardduty:c64f28de0782572092a9ee7e071ea8e2')).toBe(
      'finding-guardduty-c64f28de0782572092a9ee7e071ea8e2.json',
    );
  });

  it.each([
    ['of a key as long as they come', `securityhub:${'arn:aws:access-analyzer/'.repeat(20)}`],
    ['of a key with an access key in it', 'securityhub:acme/AKIAIOSFODNN7EXAMPLE'],
  ])('stands in the ledger as it is: %s', (_, key) => {
    // A bucket's name has 63 characters at most (S3 user guide, "General purpose bucket naming rules").
    const uri = `s3://${'b'.repeat(63)}/incidents/inc-0123456789ab/${nameOf(key)}`;
    expect(redacted(uri)).toBe(uri);
  });

  it('is a place of its own, however alike two keys begin', () => {
    const long = `securityhub:${'x'.repeat(300)}`;
    expect(nameOf(`${long}1`)).not.toBe(nameOf(`${long}2`));
    expect(nameOf('a:AKIAIOSFODNN7EXAMPLE')).not.toBe(nameOf('a:AKIAIOSFODNN7EXAMPLF'));
  });
});
