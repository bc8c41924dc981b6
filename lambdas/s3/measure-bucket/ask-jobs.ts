import { type JobListDescriptor, type JobStatus, ListJobsCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import type { Looking } from './ask-exposure.ts';

/** Jobs that work on objects, or may do so yet (S3 user guide, "Tracking job status and completion reports", table of states). */
const underWay: JobStatus[] = ['Active', 'New', 'Paused', 'Pausing', 'Preparing', 'Ready', 'Suspended'];

/** Jobs that a sentence names. */
const mostNamed = 3;

/** What a job is and does, and the command that ends it. */
function wordsFor(
  { JobId, Operation, Status, CreationTime }: JobListDescriptor,
  account: string,
  region: string,
): string {
  const since = CreationTime?.toISOString() ?? 'an unknown time';
  return `${Operation} (${Status}, made ${since}), ended by \`aws s3control update-job-status --account-id ${account} --region ${region} --job-id ${JobId} --requested-job-status Cancelled\``;
}

/** What a person is told of them. A list of jobs does not name buckets: which objects a job works on only its manifest tells. */
export function jobsSentence(jobs: readonly JobListDescriptor[], { account, region }: Looking['target']): string {
  const now = jobs.filter(({ Status }) => Status !== undefined && underWay.includes(Status));
  if (now.length === 0) return 'No job of S3 Batch Operations is under way in this account and Region';
  const named = now.slice(0, mostNamed).map((job) => wordsFor(job, account, region));
  const rest = now.length > mostNamed ? [`and ${now.length - mostNamed} more`] : [];
  return `S3 BATCH OPERATIONS work in this account and Region, on this bucket or another, as their manifests say: ${[...named, ...rest].join('; ')}`;
}

/** The newest jobs of the account in its Region: one page, of a thousand. */
export async function batchJobs({ target, session }: Looking): Promise<string[]> {
  const { account } = target;
  const asked = new ListJobsCommand({ AccountId: account, JobStatuses: underWay, MaxResults: 1000 });
  const { Jobs = [], NextToken } = await session.client(S3ControlClient).send(asked);
  const more = NextToken ? ['More than a thousand jobs of S3 Batch Operations are under way'] : [];
  return [jobsSentence(Jobs, target), ...more];
}
