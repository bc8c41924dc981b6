import { type Approval, type Offer, ownOffers } from '../../lib/domain/approval.ts';
import { escaped } from './blocks.ts';

/** What the channel reads once a decision is taken. */
export function decidedLine({
  state,
  decisions,
  offers,
  levers,
}: Pick<Approval, 'state' | 'decisions' | 'offers' | 'levers'>): string {
  const titlesOf = (some: readonly Offer[]): string[] =>
    some.flatMap(({ name, title }) => (levers?.includes(name) ? [title] : []));
  const [own, taken] = [ownOffers(offers), titlesOf(offers ?? [])];
  const isLess = levers && titlesOf(own).length < own.length;
  const more = levers ? ` With: ${taken.join('; ')}.` : '';
  const only = isLess ? ` Only: ${taken.join('; ')}. *The rest was left out.*` : more;
  const who = decisions
    .map(({ by, person, at, via }) => `${by}${person ? `, ${escaped(person)},` : ''} at ${at} (${via})`)
    .join(' and ');
  const reason = decisions.at(-1)?.reason;
  if (state === 'DECLINED') return `🚫 Declined by ${who}${reason ? `: ${escaped(reason)}` : ''}. Nothing was changed.`;
  if (state === 'APPROVED') return `✅ Approved by ${who}. Going ahead.${only}`;
  return state === 'EXPIRED' ? '⌛ Nobody answered.' : '🚫 Withdrawn. Nothing was changed.';
}
