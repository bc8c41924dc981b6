import type { AwsCredentialIdentity } from '@aws-sdk/types';

/** One AWS call as the ledger keeps it. */
export interface RecordedCall {
  readonly call: string;
  readonly at: string;
  /** Milliseconds until the answer. */
  readonly ms: number;
  readonly requestId: string | null;
  readonly error?: string;
  /** So many more of it went well: thousands of a kind would not fit on the ledger. */
  readonly more?: number;
}

/** As many calls of a kind as are listed one by one. */
const mostListed = 200;

interface Metadata {
  readonly $metadata?: { readonly requestId?: string };
}
type Next = (args: unknown) => Promise<{ output: Metadata }>;
interface Context {
  readonly clientName?: string;
  readonly commandName?: string;
}

/** The little of an SDK client that construction needs; every `@aws-sdk/client-*` class has it. */
interface AnyClient {
  readonly middlewareStack: {
    add(middleware: (next: Next, context: Context) => Next, options: { step: 'initialize'; name: string }): void;
  };
}

export interface ClientOptions {
  readonly region?: string;
  readonly credentials?: AwsCredentialIdentity;
  /** Where Step Functions retries, the SDK must not: three attempts of each are nine. */
  readonly maxAttempts: number;
}

const shortName = (context: Context): string =>
  `${context.clientName?.replace(/Client$/, '')}.${context.commandName?.replace(/Command$/, '')}`;

/** Lists a call; of a kind of which many went well already it is only counted. */
function listedIn(calls: RecordedCall[], call: RecordedCall): void {
  const alike = call.error ? [] : calls.filter((one) => one.call === call.call && !one.error);
  const last = alike.at(-1);
  if (!last || alike.length < mostListed) calls.push(call);
  else calls[calls.indexOf(last)] = { ...last, more: (last.more ?? 0) + 1 };
}

/** Adds each call's name, time and request id to `calls`, whether it succeeds or fails. */
function recorder(calls: RecordedCall[]) {
  return (next: Next, context: Context): Next =>
    async (args) => {
      const started = performance.now();
      const at = new Date(performance.timeOrigin + started).toISOString();
      const keep = ({ $metadata }: Metadata, error?: string) => {
        const call = { call: shortName(context), at, ms: Math.round((performance.now() - started) * 10) / 10 };
        listedIn(calls, { ...call, requestId: $metadata?.requestId ?? null, ...(error && { error }) });
      };
      try {
        const result = await next(args);
        // What is only signed, for somebody else to send, is no call.
        if (!('presigned' in result.output)) keep(result.output);
        return result;
      } catch (error) {
        keep(error as Metadata, (error as Error).name);
        throw error;
      }
    };
}

/** Constructs an SDK client that acts as the function itself, or as whoever the options name. */
export type MakeClient = <C extends object>(
  Client: new (options: ClientOptions) => C,
  as?: Omit<ClientOptions, 'maxAttempts'>,
) => C;

/**
 * The only place where SDK clients are constructed. `calls` collects what they are used for. One who asks for the same client again gets the
 * one there is: each has connections of its own, and making one, and its first TLS handshake, take longer than most calls.
 */
export function clientsFor(calls: RecordedCall[], maxAttempts: number): MakeClient {
  const made: { readonly client: object; readonly region: string | undefined; readonly key: string | undefined }[] = [];
  return (Client, as = {}) => {
    const { region, credentials } = as;
    const key = credentials?.accessKeyId;
    for (const one of made)
      if (one.client instanceof Client && one.region === region && one.key === key) return one.client;
    const client = new Client({ ...as, maxAttempts });
    (client as unknown as AnyClient).middlewareStack.add(recorder(calls), { step: 'initialize', name: 'recordCalls' });
    made.push({ client, region, key });
    return client;
  };
}

/** What needs nothing of an invocation but its clients. */
export interface Connects {
  readonly client: MakeClient;
}
