import { isoMoment } from '../moment.ts';
import { accountIn, present } from './fields.ts';
import type { LineReader } from './reader.ts';

const pair = /([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g;

/** logfmt: `name=value name="some words"`. */
function pairsIn(line: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...line.matchAll(pair)].map(([, name = '', words, word = '']) => [name, words?.replaceAll('\\"', '"') ?? word]),
  );
}

/** Who was let into a cluster by IAM: aws-iam-authenticator's log, which EKS offers as type `authenticator`. */
export const eksAuthenticator = (): LineReader => ({
  read(line) {
    if (!line.startsWith('time="')) return null;
    const said = pairsIn(line);
    const { time = '', msg = '', arn = '', username = '', client = '', level = '' } = said;
    const at = isoMoment(time);
    if (!at) return null;
    const denied = /denied|not mapped|invalid/i.test(msg) || level === 'error' || level === 'fatal';
    const [who = null] = present(arn, username);
    return {
      format: 'eks-authenticator',
      kind: 'kubernetes',
      at,
      actor: who ? { kind: arn ? 'identity' : 'kubernetes-user', id: who, account: accountIn(arn) } : null,
      action: msg || 'authenticate',
      resources: present(arn ? username : '', said.groups),
      address: client.replace(/:\d+$/, '') || null,
      outcome: denied ? 'failure' : msg === 'access granted' ? 'success' : 'unknown',
      columns: () => said,
    };
  },
});
