import type { Further, Plan } from '../../../lib/domain/incident.ts';

const leversOf = ({ question, hash, cannot }: Plan): Further[] =>
  question.levers
    .filter(({ name }) => !cannot?.levers.includes(name))
    .map(({ name, title, effect }) => ({ name, title, effect, of: { question: question.name, plan: hash } }));

/** Each plan that people are asked about, with the levers of wider questions that as many people may take here, and that can work. */
export const withFurther = (plans: readonly Plan[]): Plan[] =>
  plans.map((plan) => {
    const { kind } = plan.authority;
    const wider = plans.filter(
      ({ question, authority }) => question.offeredIn === plan.question.name && authority.kind === kind,
    );
    const further = wider.flatMap(leversOf);
    return further.length > 0 && (kind === 'ask' || kind === 'ask-two') ? { ...plan, further } : plan;
  });
