import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ClientOptions } from '../runtime/clients.ts';

/** Milliseconds: what only lists is answered in a fraction of it. */
const patience = 10_000;

/** A call that lists where logs go, of a service that speaks JSON 1.1. */
export abstract class Listing {
  abstract readonly service: 'route53resolver' | 'wafv2';
  /** Of the service's model. */
  abstract readonly target: string;
  readonly input: object;

  constructor(input: object) {
    this.input = input;
  }
}

/** VPCs and the query logs that they are in (Route 53 Resolver API reference). */
export class ListResolverQueryLogConfigAssociationsCommand extends Listing {
  readonly service = 'route53resolver';
  readonly target = 'Route53Resolver.ListResolverQueryLogConfigAssociations';
}

/** Where query logs go (Route 53 Resolver API reference). */
export class ListResolverQueryLogConfigsCommand extends Listing {
  readonly service = 'route53resolver';
  readonly target = 'Route53Resolver.ListResolverQueryLogConfigs';
}

/** Where logs of web ACLs go (AWS WAF API reference). */
export class ListLoggingConfigurationsCommand extends Listing {
  readonly service = 'wafv2';
  readonly target = 'AWSWAF_20190729.ListLoggingConfigurations';
}

type Next = (args: unknown) => Promise<{ output: unknown }>;
type Layer = (next: Next, context: { readonly clientName: string; readonly commandName: string }) => Next;

type Config = CloudWatchLogsClient['config'];

/** Where a service is called: as the client was told, or the environment says, or as AWS names it. */
async function endpointOf(service: string, region: string, { endpoint }: Config): Promise<URL> {
  const given = await endpoint?.();
  if (given) return new URL(`${given.protocol}//${given.hostname}${given.port ? `:${given.port}` : ''}`);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${suffix}`);
}

/** An error as the clients of the SDK throw it: named by the end of `__type` (Smithy, "AWS JSON 1.1 protocol"). */
function failure(status: number, text: string): Error {
  const {
    __type = `Status${status}`,
    message = '',
    Message = message,
  } = JSON.parse(text.startsWith('{') ? text : '{}');
  return Object.assign(new Error(Message), {
    name: String(__type).split('#').at(-1),
    $metadata: { httpStatusCode: status },
  });
}

/**
 * Two services of which nothing is asked but one list or two: their clients of the SDK weigh more than all that is here. Calls are recorded
 * as those of other clients are.
 */
export class ListingClient {
  private readonly layers = new Map<string, Layer>();
  private readonly region: string;
  private readonly config: Config;
  readonly middlewareStack = {
    add: (layer: Layer, { name }: { readonly name: string }): void => {
      this.layers.set(name, layer);
    },
  };

  constructor(options: ClientOptions) {
    this.region = options.region ?? '';
    this.config = new CloudWatchLogsClient(options).config;
  }

  /** @throws What the service answers, named as it names it. */
  async send(command: Listing): Promise<unknown> {
    const [clientName = '', commandName = ''] = command.target.split('.');
    const context = { clientName, commandName };
    const deed: Next = async () => ({ output: await this.exchange(command) });
    const whole = [...this.layers.values()].reduce<Next>((next, layer) => layer(next, context), deed);
    const { output } = await whole({ input: command.input });
    return (output as { readonly answer: unknown }).answer;
  }

  private async exchange({ service, target, input }: Listing) {
    const url = await endpointOf(service, this.region, this.config);
    const { credentials, sha256 } = this.config;
    const body = JSON.stringify(input);
    const headers = { host: url.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const { hostname, protocol } = url;
    const port = url.port ? { port: Number(url.port) } : {};
    const request = { method: 'POST', protocol, hostname, ...port, path: '/', query: {}, headers, body };
    const signer = new SignatureV4({ service, region: this.region, credentials, sha256 });
    const signed = await signer.sign(request);
    const answer = await fetch(url, {
      method: 'POST',
      headers: signed.headers,
      body,
      signal: AbortSignal.timeout(patience),
    });
    const text = await answer.text();
    if (!answer.ok) throw failure(answer.status, text);
    return { answer: JSON.parse(text), $metadata: { requestId: answer.headers.get('x-amzn-requestid') } };
  }
}
