import { defineEdge } from '../../../lib/domain/step.ts';

export const slackInteractions = defineEdge({
  name: 'slack-interactions',
  title: 'Take a decision from Slack',
  within: 10,
  hub: ['decide', 'slack', 'start-release', 'read-incident', 'schedule'],
});
