import { minutes, playbook } from '../../lib/asl/notation.ts';

export default playbook('release', 'Release everything an incident changed')
  .startedByAPerson()
  .release('release', { within: minutes(60), ifNobodyAnswers: 'hold' });
