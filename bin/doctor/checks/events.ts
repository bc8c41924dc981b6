import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type At, aws, type Check, deployAgain, fail, list, ok } from '../check.ts';
import { limited } from '../limited.ts';
import { rulesNamed, targetsOf } from '../rules.ts';

const concerns = { role: 'start-playbooks', action: 'states:StartExecution' };

const rulesOf = ({ patient, hub }: At) => rulesNamed(hub(EventBridgeClient), `${patient.config.name}-`);

const enabled: Check = {
  id: 'rules-enabled',
  about: 'hub',
  title: 'Every rule that hears findings is there and enabled',
  asks: ['events:ListRules'],
  concerns,
  async run(at) {
    const expected = at.patient.resources('AWS::Events::Rule');
    const found = await rulesOf(at);
    const missing = expected.filter((name) => !found.has(name));
    const disabled = expected.filter((name) => found.get(name)?.State === 'DISABLED');
    if (missing.length > 0)
      return fail(`${missing.length} of ${expected.length} missing: ${list(missing)}`, deployAgain);
    if (disabled.length === 0) return ok(`${expected.length} enabled`);
    const enable = disabled.map((name) => aws(at.region, `events enable-rule --name ${name}`));
    return fail(`${disabled.length} of ${expected.length} disabled: ${list(disabled)}`, ...enable);
  },
};

const targets: Check = {
  id: 'rules-targets',
  about: 'hub',
  title: 'Every rule has a target, and a queue for what cannot be delivered',
  asks: ['events:ListRules', 'events:ListTargetsByRule'],
  concerns,
  async run(at) {
    const found = await rulesOf(at);
    // What is missing is the other check's.
    const expected = at.patient.resources('AWS::Events::Rule').filter((name) => found.has(name));
    const client = at.hub(EventBridgeClient);
    const wrong = await limited(expected, async (name) => {
      const all = await targetsOf(client, name);
      return all.length > 0 && all.every(({ DeadLetterConfig }) => DeadLetterConfig?.Arn) ? [] : [name];
    });
    const bad = wrong.flat();
    if (bad.length === 0) return ok(`${expected.length} rules`);
    return fail(`Without a target, or a target without a dead-letter queue: ${list(bad)}`, deployAgain);
  },
};

export const events: readonly Check[] = [enabled, targets];
