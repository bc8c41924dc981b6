import { defineEntrance } from '../../../lib/domain/step.ts';

export const slackInteractions = defineEntrance({
  name: 'slack-interactions',
  title: 'Record a decision from Slack',
  within: 10,
  hub: ['decide', 'slack', 'start-release', 'read-incident', 'schedule', 'read-settings'],
});
