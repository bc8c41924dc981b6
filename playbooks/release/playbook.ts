import { minutes, playbook } from '../../lib/asl/notation.ts';

export default playbook('release', 'Release what an incident holds')
  .startedByAPerson()
  .release('release', { within: minutes(60), ifNobodyAnswers: 'hold' });
