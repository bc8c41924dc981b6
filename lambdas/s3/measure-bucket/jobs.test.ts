import type { JobListDescriptor } from '@aws-sdk/client-s3-control';
import { expect, it } from 'vitest';
import type { Looking } from './ask-exposure.ts';
import { batchJobs, jobsSentence } from './ask-jobs.ts';

const target = { account: '111122223333', region: 'eu-central-1' } as Looking['target'];
const job = (JobId: string, Status: JobListDescriptor['Status'] = 'Active'): JobListDescriptor => ({
  JobId,
  Status,
  Operation: 'S3PutObjectCopy',
  CreationTime: new Date('2026-11-30T03:00:00.000Z'),
});

it('names the first jobs, each with the command that ends it, and counts the others', () => {
  const said = jobsSentence([job('j1'), job('j2', 'Ready'), job('j3'), job('j4'), job('j5')], target);
  expect(said).toContain('S3PutObjectCopy (Ready, made 2026-11-30T03:00:00.000Z)');
  expect(said).toContain(
    '--account-id 111122223333 --region eu-central-1 --job-id j1 --requested-job-status Cancelled',
  );
  expect(said).toMatch(/job-id j3 .*; and 2 more$/);
  expect(said).not.toContain('j4');
});

it('says that there is none, and leaves out what has ended', () => {
  const none = 'No job of S3 Batch Operations is under way in this account and Region';
  expect(jobsSentence([], target)).toBe(none);
  expect(jobsSentence([job('j1', 'Complete'), job('j2', 'Cancelled')], target)).toBe(none);
});

it('asks for what is under way alone, and says that a page is not all', async () => {
  const asked: object[] = [];
  const send = async ({ input }: { input: object }) => {
    asked.push(input);
    return { Jobs: [job('j1')], NextToken: 'more' };
  };
  const session = { client: () => ({ send }) } as unknown as Looking['session'];
  const said = await batchJobs({ target, session, blocks: Promise.resolve({ account: null, bucket: null }) });
  expect(said[1]).toContain('More than a thousand');
  expect(asked).toMatchObject([
    { AccountId: '111122223333', JobStatuses: expect.arrayContaining(['Active', 'Paused']) },
  ]);
});
