import { may, must, type View } from '../view.ts';

/** The eight items, as every report in this repository begins. */
export const eightItems: View = {
  ...{ regime: 'cisa-voluntary', report: 'initial', unknown: 'will do', verified: '2026-11-21' },
  source: 'No law: the eight items that reports to CISA have in common',
  fields: [
    must('entity.name', '1 Company'),
    must('contacts', '1 Point of contact'),
    must('dod.contracts', '2 Contract numbers'),
    must('dod.clearance', '2 Facility clearance'),
    must('narrative', '3 What happened'),
    may('timeline', '3 Timeline'),
    may('findings', '3 Findings'),
    may('changes', '3 What the identity changed or made'),
    must('impact.statement', '4 Impact on covered defence information'),
    must('impact.data', '4 Information accessed'),
    must('impact.operational', '4 Ability to operate'),
    must('times.occurredFrom', '5 First sign'),
    may('times.occurredTo', '5 Last sign so far'),
    must('times.discovered', '5 Discovered'),
    may('times.facts', '5 Since when it is known, by whom'),
    must('scope.accounts', '5 Account'),
    must('scope.regions', '5 Region'),
    must('scope.resources', '5 Resource'),
    must('technique', '6 Technique or method used'),
    may('indicators', '6 Indicators'),
    must('actor', '6 Who it was'),
    must('actions', '7 Response and recovery done'),
    may('custody', '8 Evidence kept'),
    may('notes', '8 Anything else'),
  ],
};
