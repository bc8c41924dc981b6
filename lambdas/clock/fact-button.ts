import type { Button } from '@slack/types';
import { button } from '../runtime/blocks.ts';

/** Under messages about clocks: whoever knows better when something became known says so there. */
export const factButton = (incident: string): Button =>
  button({
    action: 'fact',
    text: 'Set a fact…',
    value: JSON.stringify({ incident }),
    label: `Record when something became known of ${incident}`,
  });
