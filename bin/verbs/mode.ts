import { Argument } from 'commander';
import { stack, type Verb } from '../console/verb.ts';

const effects: Readonly<Record<string, string>> = {
  observe: 'Incidents are opened and recorded; nothing is changed.',
  respond: 'Protective steps run automatically; containment asks first, or follows a standing order.',
};

async function show(stack: string) {
  const { findDeployment, modeKey } = await import('../console/deployment.ts');
  const { table } = await findDeployment(stack);
  const { mode = null, by = null, at = null } = (await table.get(modeKey)) ?? {};
  return { mode, by, at };
}

async function change(stack: string, mode: string) {
  const { findDeployment, modeKey } = await import('../console/deployment.ts');
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const [{ table }, { Arn: by = '' }] = await Promise.all([
    findDeployment(stack),
    new STSClient().send(new GetCallerIdentityCommand()),
  ]);
  const fresh = { mode, by, at: new Date().toISOString() };
  const { before, outcome } = await table.change({ ...modeKey, ...fresh }, 'mode');
  if (outcome === 'as before') return { mode, by: before?.by ?? null, at: before?.at ?? null, was: mode };
  return { ...fresh, was: before?.mode ?? null };
}

function modeLine({ mode, by, at }: Awaited<ReturnType<typeof show>>): string {
  if (!mode) return 'Never switched: the deployed configuration decides (tourniquet.mode in cdk.json).';
  return `${mode}, since ${at} by ${by}. ${effects[String(mode)] ?? ''}`;
}

export default {
  name: 'mode',
  summary: 'show the mode, or switch it',
  operands: [new Argument('[mode]', 'default: show the current mode').choices(['observe', 'respond'])],
  options: [stack],
  examples: ['mode', 'mode respond --json'],

  async run({ operands: [wanted], options: { stack = '' } }) {
    const { harmless } = await import('../console/paint.ts');
    const data = wanted ? await change(stack, wanted) : await show(stack);
    return { data, text: harmless(modeLine(data)), next: 'incidents' };
  },
} satisfies Verb;
