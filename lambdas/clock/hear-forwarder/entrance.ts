import { defineEntrance } from '../../../lib/domain/step.ts';

export const hearForwarder = defineEntrance({
  name: 'hear-forwarder',
  title: 'Note that a forwarder is alive',
  within: 30,
  called: 'asynchronously',
  record: 'heard',
  hub: [],
});
