/** The tables of the rules of a timeline, as docs/timeline.md lists them. */
import { attackVersion, tactics, techniques } from '../../lib/timeline/rules/attack.ts';
import { rules } from '../../lib/timeline/rules/every-rule.ts';
import { normalRules } from '../../lib/timeline/rules/normal.ts';
import type { Rule } from '../../lib/timeline/rules/rule.ts';

const linked = (source: string): string => {
  const [, url = source, id] = /^(\S+?)(?: \((.+)\))?$/.exec(source) ?? [];
  const host = /^https:\/\/(?:www\.)?([^/]+)/.exec(url)?.[1];
  return host ? `[${id ?? host}](${url})` : `[${url}](../${url})`;
};

function technique({ technique: id }: Rule): string {
  const { name, tactics: named } = techniques.get(id) ?? { name: id, tactics: [] };
  return `${id} ${name} (${named.map((one) => tactics[one]).join(', ')})`;
}

/** Calls that blind are listed where they are declared: here they are one row for each technique. */
function blinders(): string[] {
  const all = Map.groupBy(
    rules.filter(({ id }) => id.startsWith('blinds:')),
    technique,
  );
  return [...all].map(
    ([said, found]) =>
      `| \`blinds:…\` | ${said} | Less is seen after ${found.length} calls, such as \`${found[0]?.on[0]}\` | [blinding.ts](../lib/domain/finding/blinding.ts) |`,
  );
}

const row = (rule: Rule): string => `| \`${rule.id}\` | ${technique(rule)} | ${rule.says} | ${linked(rule.source)} |`;

/** Every rule that labels, and every rule that sets apart. */
export function rulesTables(): string {
  const own = rules.filter(({ id }) => !id.startsWith('blinds:'));
  const former = [...techniques.values()].flatMap(({ id, formerly }) => formerly.map((old) => `${old} is ${id}`));
  return [
    [
      `| Rule | ATT&CK v${attackVersion} | What happened | Source |`,
      '|---|---|---|---|',
      ...own.map(row),
      ...blinders(),
    ].join('\n'),
    `Ids of earlier versions: ${former.join(', ')}.`,
    ['| Known-normal | What it is | Source |', '|---|---|---|']
      .concat(normalRules.map(({ id, says, source }) => `| \`${id}\` | ${says} | ${linked(source)} |`))
      .join('\n'),
  ].join('\n\n');
}
