import { isoMoment } from '../moment.ts';
import { columnsOf, present } from './fields.ts';
import type { Answer, LineReader } from './reader.ts';

/** Application: quotes in what clients send are written as \x22 (guide, "Access logs for your Application Load Balancer"). */
const application =
  /^(https?|h2|grpcs|wss?) (\S+) (\S+) (\S+):(\d+) (\S+) \S+ \S+ \S+ (\d{3}|-) (\S+) (\d+) (\d+) "([^"]*)" "([^"]*)" (.*)$/;
const classic =
  /^(\S+Z) (\S+) (\S+):(\d+) (\S+) \S+ \S+ \S+ (\d{3}|-) (\S+) (\d+) (\d+) "([^"]*)"(?: "([^"]*)" (.*))?$/;
/** Network load balancers log TLS connections only; their times have no zone and are UTC. */
const network = /^tls \d\.\d (\S+) (\S+) (\S+) (\S+):(\d+) (\S+) (\d+) \S+ (\d+) (\d+) (\S+) (.*)$/;

const names = 'type time balancer client port target status targetStatus received sent request userAgent rest'.split(
  ' ',
);

interface Request {
  readonly type: string;
  readonly time: string;
  readonly balancer: string;
  readonly client: string;
  readonly port: string;
  readonly target: string;
  readonly status: string;
  readonly others: readonly string[];
}

function reading({ type, time, balancer, client, port, target, status, others }: Request): Answer {
  const at = isoMoment(time);
  if (!at) return `Its time is none: ${time.slice(0, 40)}`;
  const [, , , request = ''] = others;
  const [method = type, url = ''] = request.split(' ');
  return {
    format: 'load-balancer',
    kind: 'network',
    at,
    actor: null,
    action: method === '-' ? type : method,
    resources: present(balancer, url, target),
    address: client.replace(/^\[(.*)\]$/, '$1'),
    outcome: status === '-' ? 'unknown' : Number(status) < 400 ? 'success' : 'failure',
    columns: () => columnsOf(names, [type, time, balancer, client, port, target, status, ...others]),
  };
}

/** Access logs of application, classic and network load balancers. */
export const loadBalancer = (): LineReader => ({
  read(line) {
    const [, type = '', time = '', balancer = '', client = '', port = '', target = '', status = '', ...others] =
      application.exec(line) ?? [];
    if (type) return reading({ type, time, balancer, client, port, target, status, others });
    const [, when = '', name = '', from = '', through = '', to = '', code = '', ...more] = classic.exec(line) ?? [];
    if (when)
      return reading({
        type: 'request',
        time: when,
        balancer: name,
        client: from,
        port: through,
        target: to,
        status: code,
        others: more,
      });
    const [, at = '', balance = '', , source = '', gate = '', end = ''] = network.exec(line) ?? [];
    return at
      ? reading({
          type: 'tls',
          time: at,
          balancer: balance,
          client: source,
          port: gate,
          target: end,
          status: '-',
          others: [],
        })
      : null;
  },
});
