import type { Label, PrintedEvent } from '../event.ts';
import { tactics, techniques } from './attack.ts';
import { rules } from './every-rule.ts';
import { normalRules } from './normal.ts';
import type { Burst } from './rule.ts';

const byId = new Map(rules.map((rule) => [rule.id, rule]));
const normalById = new Map(normalRules.map((rule) => [rule.id, rule]));

const counted = ({ of, within, by, different }: Burst): string =>
  `counted: ${of}${different ? ' different ones' : ''} of one ${by} within ${within} s; from the last of these on each is labelled`;

/** Why an event has a label: the rule, what happened, what ATT&CK calls it, and who says so. */
export function explainLabel({ rule: id, technique, tactics: named, attackVersion }: Label): string {
  const rule = byId.get(id);
  const { name = technique, formerly = [] } = techniques.get(technique) ?? {};
  const phases = named.map((one) => tactics[one as keyof typeof tactics] ?? one).join(', ');
  const before = formerly.length > 0 ? `, formerly ${formerly.join(', ')}` : '';
  return [
    `${id}: ${rule?.says ?? 'a rule that this version does not know'}`,
    ...(rule?.burst ? [counted(rule.burst)] : []),
    `ATT&CK v${attackVersion} ${technique} ${name} (${phases})${before}`,
    `source: ${rule?.source ?? 'not known'}`,
  ].join('; ');
}

/** Why an event is set apart, and what of the event says so. */
export function explainNormal(id: string, actor: PrintedEvent['actor'] = null): string {
  const rule = normalById.get(id);
  const by = rule?.by?.(actor?.id ?? '');
  return rule
    ? `${id}: ${rule.says}${by ? `: ${by}` : ''}; source: ${rule.source}`
    : `${id}: a rule that this version does not know`;
}

/** An event with the reasons of its labels, or of its being set apart. */
export function explained(event: PrintedEvent): PrintedEvent {
  const { raw, ...said } = event;
  const why = [
    ...event.labels.map(explainLabel),
    ...(event.normal === null ? [] : [explainNormal(event.normal, event.actor)]),
  ];
  return { ...said, why, raw };
}
