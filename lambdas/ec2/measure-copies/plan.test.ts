import { describe, expect, it } from 'vitest';
import { nobody, sharesIn } from '../shares.ts';
import {
  calledSentences,
  keySentence,
  launchedSentence,
  lockSentence,
  madeSentences,
  sharesSentence,
  tellsOfMalware,
} from './plan.ts';

describe('the sentences', () => {
  it('say whom it is shared with', () => {
    expect(sharesSentence(nobody)).toBe('Shared with nobody');
    const shares = sharesIn([{ UserId: '999988887777' }, { Group: 'all' }]);
    expect(sharesSentence(shares)).toBe('Shared with 999988887777, everybody (it is public)');
  });

  it('name each instance that lives, with its state where it does not run', () => {
    const instances = [
      { id: 'i-1', state: 'running' },
      { id: 'i-2', state: 'stopped' },
    ];
    expect(launchedSentence(instances)).toBe('Launched from it, each to be responded for: i-1, i-2 (stopped)');
    expect(launchedSentence([])).toMatch(/^No instance/);
  });

  it('count what would be too much to name', () => {
    const many = Array.from({ length: 27 }, (_, n) => ({ id: `i-${n}`, state: 'running' }));
    expect(launchedSentence(many)).toMatch(/i-24 and 2 more$/);
  });

  it('say what encryption and a lock mean', () => {
    expect(keySentence('arn:aws:kms:eu-central-1:444455556666:key/1')).toMatch(/still needs that key$/);
    expect(keySentence(undefined)).toMatch(/^Not encrypted/);
    const LockExpiresOn = new Date('2027-01-01T00:00:00Z');
    expect(lockSentence({ LockState: 'governance', LockExpiresOn })).toBe(
      'Locked (governance) until 2027-01-01T00:00:00.000Z',
    );
    expect(lockSentence(undefined)).toMatch(/^Not locked/);
  });

  it('say who did what to it, and what was made of it', () => {
    const at = '2026-11-30T01:00:00.000Z';
    expect(
      calledSentences([
        { name: 'SharedSnapshotCopyInitiated', at, by: '' },
        { name: 'ModifySnapshotAttribute', at, by: 'mallory' },
      ]),
    ).toEqual([`Another account copied it at ${at}`, `Shared or unshared at ${at} by mallory`]);
    expect(madeSentences('Images of it', [])).toEqual([]);
    expect(madeSentences('Images of it', ['ami-1'])).toEqual(['Images of it: ami-1']);
  });
});

it('backups are searched for a clean one where malware was found, and not where it was shared', () => {
  expect(tellsOfMalware({ type: 'Execution:EC2/MaliciousFile!Snapshot' })).toBe(true);
  expect(tellsOfMalware({ type: 'Exfiltration:EC2/TransferDataToCloudAccount' })).toBe(false);
  expect(tellsOfMalware(null)).toBe(false);
});
