import { Argument } from 'commander';
import type { Mode } from '../../lib/domain/authority.ts';
import { everybody, seeingMode, switchingMode } from '../console/calls.ts';
import { stack, type Verb } from '../console/verb.ts';

const effects: Readonly<Record<Mode, string>> = {
  observe: 'Incidents are opened and recorded; nothing is changed.',
  respond: 'Protective steps run automatically; containment asks first, or follows a standing order.',
};

async function show(stack: string) {
  const { findDeployment } = await import('../console/deployment.ts');
  const { modeItem } = await import('../../lib/items/mode.ts');
  const { table } = await findDeployment(stack);
  return (await modeItem.find(table)) ?? { mode: null, by: null, at: null };
}

async function change(stack: string, wanted: string) {
  const { findDeployment } = await import('../console/deployment.ts');
  const { Mode } = await import('../../lib/domain/authority.ts');
  const { modeItem } = await import('../../lib/items/mode.ts');
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const [{ table }, { Arn: by = '' }] = await Promise.all([
    findDeployment(stack),
    new STSClient().send(new GetCallerIdentityCommand()),
  ]);
  const fresh = { mode: Mode.parse(wanted), by, at: new Date().toISOString() };
  const { before, outcome } = await table.change(modeItem.item(fresh), 'mode');
  const stood = before && modeItem.read(before);
  if (stood && outcome === 'as before') return { ...stood, was: stood.mode };
  return { ...fresh, was: stood?.mode ?? null };
}

function modeLine({ mode, by, at }: Awaited<ReturnType<typeof show>>): string {
  if (!mode) return 'Never switched: what was deployed decides (tourniquet.mode in cdk.json, observe when left out).';
  return `${mode}, since ${at} by ${by}. ${effects[mode]}`;
}

export default {
  name: 'mode',
  summary: 'show the mode, or switch it',
  operands: [new Argument('[mode]', 'default: show the current mode').choices(['observe', 'respond'])],
  options: [stack],
  examples: ['mode', 'mode respond --json'],
  calls: { ...everybody(seeingMode), operator: switchingMode },

  async run({ operands: [wanted], options: { stack = '' } }) {
    const { harmless } = await import('../console/paint.ts');
    const data = wanted ? await change(stack, wanted) : await show(stack);
    return { data, text: harmless(modeLine(data)), next: 'incidents' };
  },
} satisfies Verb;
