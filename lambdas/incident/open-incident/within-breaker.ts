import type { Plan, Question } from '../../../lib/domain/incident.ts';
import { letThrough, type Recent } from '../../runtime/breaker.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { withFurther } from './wider.ts';

interface Counted {
  readonly run: string;
  readonly account: string;
  readonly recent: Recent;
  /** How many the settings of the account allow; null where nobody knows them, and then no plan is under a standing order. */
  readonly limits: Recent | null;
}

/** The plans of a run; where a standing order would let it go ahead and the circuit breaker does not, those that ask. */
export async function withinBreaker(
  work: Work,
  { run, account, recent, limits }: Counted,
  questions: readonly Question[],
  planOf: (question: Question, recent: Recent) => Plan,
): Promise<Record<string, Plan>> {
  const plansBy = (counts: Recent): Plan[] => questions.map((question) => planOf(question, counts));
  const plans = plansBy(recent);
  const goes = plans.some(({ authority: { kind } }) => kind === 'standing');
  const against = goes && limits ? await letThrough(work, run, account, limits) : null;
  return Object.fromEntries(withFurther(against ? plansBy(against) : plans).map((plan) => [plan.question.name, plan]));
}
