import * as z from 'zod';

/** `about 1,200 runs in the last 7 days` */
export function runsSentence(runs: number): string {
  if (runs === 0) return 'It did not run in the last 7 days';
  return `It ran ${runs.toLocaleString('en')} time${runs === 1 ? '' : 's'} in the last 7 days`;
}

const enabled = (state: string): string => (/^Disabl/.test(state) ? 'disabled' : 'enabled');

/** How long a source keeps what it is not asked for, by the service in its ARN (DynamoDB, Kinesis and SQS developer guides, "Quotas"). */
const retention: Readonly<Record<string, string>> = {
  dynamodb: 'what is older than 24 hours is lost',
  kinesis: 'what is older than the stream keeps is lost, by default after 24 hours',
  sqs: 'messages wait as long as the queue keeps them, by default 4 days',
};

/** One event source: what it is, whether it is read, and what is lost when it is not for long. */
export function sourceSentence(arn: string, state: string): string {
  const [, , service = '', , , ...rest] = arn.split(':');
  const name = rest.join(':').replace(/\/stream\/.*$/, '');
  const kept = retention[service];
  return `Event source ${service} ${name} is ${enabled(state)}${kept ? `; ${kept}` : ''}`;
}

const Statements = z.object({
  Statement: z.array(z.looseObject({ Principal: z.unknown(), Action: z.string().default('') })),
});

/** Everybody, a service, or an ARN. */
function principalIn(principal: unknown): string {
  if (typeof principal !== 'object' || principal === null) return principal === '*' ? 'everybody' : String(principal);
  const [name = ''] = Object.values(principal);
  return name === '*' ? 'everybody' : String(name);
}

/** Who may invoke it by its policy, each once. */
export function invokersIn(policy: string): string[] {
  const { Statement } = Statements.parse(JSON.parse(policy));
  const invoking = Statement.filter(({ Action }) => /^(?:\*|lambda:\*|lambda:Invoke)/.test(Action));
  return [...new Set(invoking.map(({ Principal }) => principalIn(Principal)))].toSorted();
}

/** Names a sentence lists before it only counts. */
const nameable = 5;

export function invokersSentence(invokers: readonly string[]): string {
  if (invokers.length === 0) return 'No policy lets services, other accounts or the public invoke it';
  const rest = invokers.length > nameable ? ` and ${invokers.length - nameable} more` : '';
  return `By policy ${invokers.slice(0, nameable).join(', ')}${rest} may invoke it`;
}

export function urlSentence(urls: readonly { readonly auth: string }[]): string | null {
  if (urls.length === 0) return null;
  const open = urls.some(({ auth }) => auth === 'NONE');
  return `It has a URL, ${open ? 'without authentication' : 'for callers with IAM credentials'}; the URL stays, and answers nobody meanwhile`;
}

/** What stopping it takes away first (Lambda guide, "Configuring provisioned concurrency for a function"). */
export function provisionedSentence(provisioned: Readonly<Record<string, number>>): string | null {
  const each = Object.entries(provisioned).map(([qualifier, count]) => `${qualifier}: ${count}`);
  if (each.length === 0) return null;
  return `Provisioned concurrency (${each.join(', ')}) is removed while it is stopped; after a release Lambda takes minutes until it is ready again`;
}

const duration = (seconds: number): string => {
  if (seconds % 3600 === 0) return `${seconds / 3600} hour${seconds === 3600 ? '' : 's'}`;
  return seconds % 60 === 0 ? `${seconds / 60} minute${seconds === 60 ? '' : 's'}` : `${seconds} seconds`;
};

/** Lambda tries what is throttled for so long, where nothing else is set (Lambda guide, "Asynchronous invocation"). */
export const longestWait = 21_600;

export interface Settings {
  readonly state: string;
  /** Seconds a run may take. */
  readonly timeout: number;
  readonly vpc: string | null;
  /** Seconds an asynchronous event may wait. */
  readonly eventAge: number;
  /** Where events go at last; null: they are dropped. */
  readonly lastResort: string | null;
}

export function settingsSentences({ state, timeout, vpc, eventAge, lastResort }: Settings): string[] {
  const end = lastResort ? `go to ${lastResort}` : 'are dropped';
  return [
    ...(state === 'Active' ? [] : [`Its state is ${state}`]),
    `Runs under way end within ${duration(timeout)}`,
    `While it is stopped, asynchronous events wait for up to ${duration(eventAge)}, then they ${end}`,
    ...(vpc ? [`It runs in the VPC ${vpc}`] : []),
    'Undo takes seconds',
  ];
}

/** Whether CloudFront may run copies of it: then its role trusts the edge (CloudFront guide, "Set up IAM permissions and roles for Lambda@Edge"). */
export const mayRunAtTheEdge = (trust: string): boolean => trust.includes('edgelambda.amazonaws.com');

export const edgeSentence =
  'Its role trusts Lambda@Edge: if a CloudFront distribution uses the function, its copies at the edge go on until it is detached from the distribution';
