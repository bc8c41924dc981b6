/** Carries one package from a store of code into the vault, by the code of record-function, and prints what came of it and the most memory it took. */
import { S3Client } from '@aws-sdk/client-s3';
import { passing } from '../../lambdas/lambda/record-function/passing.ts';
import { acquireAll } from '../../lambdas/runtime/acquire.ts';
import type { StepContext } from '../../lambdas/runtime/serve-step.ts';
import type { AnyTarget } from '../../lib/domain/target.ts';

const [origin = '', size = '', sha256 = ''] = process.argv.slice(2);
const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
const s3 = new S3Client({
  endpoint: origin,
  region: 'eu-central-1',
  credentials,
  forcePathStyle: true,
  maxAttempts: 1,
});
const target = { kind: 'lambda-function', account: '444455556666', region: 'eu-central-1' };
const work = { now: () => new Date().toISOString(), client: () => s3 };
const run = { incident: 'INC-1', id: 'run-1', mode: 'respond' };
const recorded = await acquireAll({ ...work, target, run } as unknown as StepContext<AnyTarget>, 'arn', [
  {
    kind: 'function-code',
    name: 'function-code.zip',
    absent: '',
    read: async () => passing([`${origin}/code`, Number(size), sha256]),
  },
]);
// In KiB; the largest part that was ever in memory (getrusage(2), ru_maxrss).
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ outcome: recorded.outcome, because: recorded.because, peak }));
