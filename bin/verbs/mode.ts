import { Argument } from 'commander';
import type { Mode } from '../../lib/domain/authority.ts';
import { everybody, seeingMode, through } from '../console/calls.ts';
import { type Answer, reason, stack, type Verb } from '../console/verb.ts';

const effects: Readonly<Record<Mode, string>> = {
  observe: 'Incidents are opened and recorded; nothing is changed.',
  respond: 'Protective steps run automatically; containment asks first, or follows a standing order.',
};

/** Accounts in which something may be refused that this version does, as the daily check saw them. */
async function outdated(stack: string) {
  const { findDeployment } = await import('../console/deployment.ts');
  const { memberRolesItem, membersPartition } = await import('../../lib/items/member-roles.ts');
  const { sameRoles } = await import('../../lib/domain/roles-version.ts');
  const { table } = await findDeployment(stack);
  const { values } = memberRolesItem.sorted(await table.all(membersPartition));
  return values.filter(({ version, needed }) => !sameRoles(version, needed));
}

type Outdated = Awaited<ReturnType<typeof outdated>>[number];

async function lineOf({ account, version, needed, because, readAt }: Outdated): Promise<string> {
  const { versionWords } = await import('../../lib/domain/roles-version.ts');
  const found = because ? `roles that could not be read (${because})` : versionWords(version);
  return `\n${account} has ${found}, and the hub needs ${needed} (daily check of ${readAt}): doctor --account ${account}`;
}

async function show(stack: string): Promise<Answer> {
  const { modeNow } = await import('../console/settings.ts');
  const { harmless } = await import('../console/paint.ts');
  const [now, members] = await Promise.all([modeNow(stack), outdated(stack)]);
  const data = { ...now, outdated: members };
  const { mode, by, at } = now;
  const lines = await Promise.all(members.map(lineOf));
  const text = mode
    ? `${mode}, since ${at} by ${by}. ${effects[mode]}`
    : 'Never switched: what was deployed decides (tourniquet.mode in cdk.json, observe when left out).';
  return { data, text: harmless([text, ...lines].join('')), next: 'settings show' };
}

async function change(stack: string, mode: Mode, why: string): Promise<Answer> {
  const { modeNow, setSettings } = await import('../console/settings.ts');
  const { harmless } = await import('../console/paint.ts');
  const before = await modeNow(stack);
  if (before.mode === mode && before.version > 0) return show(stack);
  const done = await setSettings(stack, { settings: { mode }, reason: why, on: before.version });
  const data = { ...done, mode: done.outcome === 'changed' ? mode : before.mode, was: before.mode };
  if (done.outcome === 'changed')
    return { data, text: harmless(`${mode}, by ${done.by}. ${effects[mode]}`), next: 'incidents' };
  const text = `Not yet: ${mode} takes a second person, until ${done.expiresAt}.`;
  return { data, text, next: `settings approve ${done.change}` };
}

export default {
  name: 'mode',
  summary: 'show the mode, and accounts whose roles are older, or switch it; respond takes two approvers, observe one',
  operands: [new Argument('[mode]', 'default: show the current mode').choices(['observe', 'respond'])],
  options: [reason, stack],
  examples: ['mode', 'mode respond --reason "trusted after four weeks" --json'],
  calls: { ...everybody(seeingMode), responder: [...seeingMode, ...through('SettingsUrl')] },

  async run({ operands: [wanted], options: { stack = '', reason: why } }) {
    const { Mode } = await import('../../lib/domain/authority.ts');
    return wanted ? change(stack, Mode.parse(wanted), why ?? `switched to ${wanted}`) : show(stack);
  },
} satisfies Verb;
