import { parse } from '../correlate/names.ts';
import type { Position, PrintedEvent } from '../event.ts';
import { listed, statements, textWithin, within } from '../rules/when.ts';
import type { Edge } from './edge.ts';
import { type Named, placeOf } from './places.ts';

/** What a statement of a policy in the logs allows somebody. */
interface Right {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly policy: string;
  readonly since: string;
  readonly record: Position;
}

/** A policy as it was written. */
type Written = Pick<Right, 'policy' | 'since' | 'record'> & { readonly document: unknown };

const mostIdentities = 10_000;
const mostOfOne = 50;
const mostActions = 8;
const isRoot = /^arn:[^:]*:iam::\d+:root$/;

/** The one policy of AWS whose content is its name: everything on everything (AWS managed policy reference, "AdministratorAccess"). */
const administrator = /^arn:[^:]*:iam::aws:policy\/AdministratorAccess$/;
const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const texts = (value: unknown): string[] => listed(value).filter((one): one is string => typeof one === 'string');

const rightsIn = ({ document, ...about }: Written): Right[] =>
  statements(document).flatMap(({ Action, Resource, Condition }) => {
    const [actions, resources] = [texts(Action), texts(Resource)];
    // By what it leaves out (NotAction) nobody can draw what it allows.
    if (actions.length === 0 || resources.length === 0) return [];
    const policy = Condition === undefined ? about.policy : `${about.policy}, under conditions`;
    return [{ ...about, policy, actions, resources }];
  });

/** `111122223333 user mia`: under this a policy is found again, whatever the path of who has it. */
function keyOf(id: string): string {
  const [, , , , account = '', ...rest] = id.split(':');
  const [kind = '', ...path] = rest.join(':').split('/');
  if (kind === 'assumed-role') return `${account} role ${path[0] ?? ''}`;
  return kind === 'user' || kind === 'role' ? `${account} ${kind} ${path.at(-1) ?? ''}` : '';
}

/**
 * Rights, as far as their policy is in the logs: written by PutUserPolicy and PutRolePolicy, or attached and made there too. What was in force before
 * the logs begin is in no record, and neither is what took rights from it: denials, boundaries, policies of the organisation.
 */
export class Rights {
  readonly #of = new Map<string, Right[]>();
  readonly #managed = new Map<string, Written>();

  add(event: PrintedEvent): void {
    if (!event.action.startsWith('iam:') || event.outcome !== 'success') return;
    const found = /^iam:(Put|Attach)(User|Role)Policy$/.exec(event.action);
    if (!found && !/^iam:CreatePolicy(?:Version)?$/.test(event.action)) return;
    const { record } = parse(event);
    const [, how, whose = ''] = found ?? [];
    const say = (name: string): string => textWithin(record, `requestParameters.${name}`);
    const document = within(record, 'requestParameters.policyDocument');
    const about = { since: event.time, record: event.source };
    if (!found) {
      const arn = textWithin(record, 'responseElements.policy.arn') || say('policyArn');
      if (this.#managed.size < mostIdentities) this.#managed.set(arn, { ...about, policy: arn, document });
      return;
    }
    const kind = whose.toLowerCase();
    const account = textWithin(record, 'recipientAccountId') || textWithin(record, 'userIdentity.accountId');
    const key = `${account} ${kind} ${say(`${kind}Name`)}`;
    if (how === 'Put') this.#note(key, { ...about, policy: say('policyName'), document });
    else this.#attached(key, say('policyArn'), about);
  }

  /** What somebody could have done by rights, as edges of their own. The root user has every right, and needs no policy. */
  edgesOf(actor: Named): Edge[] {
    if (isRoot.test(actor.id)) return [{ ...couldBe(actor, '*'), actions: new Set(['*', '(the root user)']) }];
    return (this.#of.get(keyOf(actor.id)) ?? []).flatMap(({ actions, resources, policy, since, record }) =>
      resources.map((resource): Edge => {
        const named = new Set([...actions.slice(0, mostActions), `(${policy})`]);
        return { ...couldBe(actor, resource), actions: named, first: since, last: since, records: [record] };
      }),
    );
  }

  #attached(key: string, arn: string, about: Pick<Right, 'since' | 'record'>): void {
    const written = administrator.test(arn) ? { policy: arn, document: everything } : this.#managed.get(arn);
    if (written) this.#note(key, { ...written, ...about });
  }

  #note(key: string, written: Written): void {
    const known = this.#of.get(key) ?? [];
    if (known.length === 0 && this.#of.size === mostIdentities) return;
    this.#of.set(key, [...known, ...rightsIn(written)].slice(0, mostOfOne));
  }
}

/** A resource as policies write it, `*` and all, is kept as written: which names it fits nobody can see here. */
function couldBe(from: Named, resource: string): Edge {
  const { place } = placeOf(resource, { action: '', kind: 'audit' });
  const to: Named = { id: resource, place: resource === '*' ? 'resource' : place };
  const nothing = { first: '', last: '', count: 1, thread: null, records: [] };
  return { from, to, how: 'could', reach: 'unknown', actions: new Set(), techniques: new Set(), ...nothing };
}
