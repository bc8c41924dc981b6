import type { Approver } from './approval.ts';
import { type Exemption, matched, type StandingOrder } from './authority.ts';
import { type Part, partsOf, type Settings } from './settings.ts';

const approver = ({ name, slack = 'not by Slack', iam = 'not by the command line', login }: Approver): string =>
  `${name} (${slack}, ${iam}${login ? ` as ${login}` : ''})`;
const order = ({ name, question, severity, when, author, date, because, until }: StandingOrder): string =>
  `"${name}" answers "${question}" from ${severity} on, for ${matched(when)}, until ${until}: ${because} (${author}, ${date})`;
const exemption = ({ owner, because, until, when }: Exemption): string =>
  `for ${matched(when)} until ${until}: ${because} (${owner})`;

/** Every value of a part, one line each, by what it is. */
const linesOf = (part: Part | undefined): string[] => [
  ...(part?.mode ? [`mode ${part.mode}`] : []),
  ...(part?.approvers ?? []).map((one) => `approver ${approver(one)}`),
  ...(part?.standingOrders ?? []).map((one) => `standing order ${order(one)}`),
  ...(part?.exemptions ?? []).map((one) => `exemption ${exemption(one)}`),
  ...(part?.breakGlass ?? []).map((one) => `break-glass ${one}`),
  ...(part?.twoPeople?.for ?? []).map((when) => `two people for ${matched(when)}`),
  ...(part?.twoPeople ? [`two people over ${part.twoPeople.over} resources of a finding`] : []),
  ...(part?.breaker ? [`breaker ${part.breaker.account} an account, ${part.breaker.all} in all`] : []),
  // A list that is there and empty says something: that nobody, or nothing, is on it.
  ...(['approvers', 'standingOrders', 'exemptions', 'breakGlass'] as const).flatMap((name) =>
    part?.[name]?.length === 0 ? [`${name} none`] : [],
  ),
];

/** The settings for people, a line each: `approver Mia (U0MIA, …)`, `in 444455556666: mode respond`. */
export const settingsLines = (settings: Settings): string[] =>
  partsOf(settings).flatMap(({ path: [, id], part }) => linesOf(part).map((line) => (id ? `in ${id}: ${line}` : line)));

/** What a change removes and adds, in such lines: `- mode observe`, `+ mode respond`. */
export function changesIn(before: Settings, after: Settings): string[] {
  const [was, is] = [settingsLines(before), settingsLines(after)];
  return [
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ];
}
