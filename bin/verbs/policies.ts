import { Argument, Option } from 'commander';
import { everybody, seeingStack } from '../console/calls.ts';
import { isPolicyName, policyNames } from '../console/policy-names.ts';
import { type Answer, Failure, stack, type Verb } from '../console/verb.ts';

async function listed(): Promise<Answer> {
  const { columns } = await import('../console/paint.ts');
  const all = Object.entries(policyNames).map(([policy, about]) => ({ policy, about }));
  const rows = all.map(({ policy, about }) => [policy, about]);
  return { data: all, text: await columns(rows), next: 'policies responder --json > responder.json' };
}

export default {
  name: 'policies',
  summary: 'print a policy for the organisation or for people; attaches nothing',
  operands: [new Argument('[policy]', 'which; left out: lists them').choices(Object.keys(policyNames))],
  options: [
    new Option('--config <file>', 'configuration deployed with `-c config=`; default: `tourniquet` in cdk.json'),
    stack,
  ],
  examples: ['policies scp --json > scp.json', 'policies responder --json > responder.json'],
  calls: everybody(seeingStack),

  async run({ operands: [which = ''], options: { config = null, stack = '' }, verbs }) {
    if (which === '') return listed();
    const { generated } = await import('../console/generated-policy.ts');
    if (!isPolicyName(which)) throw new Failure(`There is no policy "${which}".`);
    const { policy, size } = await generated(which, { stack, config, verbs });
    const about = `It ${policyNames[which]}. ${size}; nothing was attached. docs/prerequisites.md has the commands.`;
    const text = `${JSON.stringify(policy, null, 2)}\n\n${about}`;
    return { data: policy, text, next: `policies ${which} --json > ${which}.json` };
  },
} satisfies Verb;
