import type { Writer } from '../writer.ts';
import { notesOf } from './bundle.ts';
import { type Indicator, Indicators } from './indicators.ts';

function list(type: Indicator['type'], isWanted: (value: string) => boolean): Writer {
  const indicators = new Indicators();
  return {
    event(event) {
      indicators.add(event);
      return '';
    },
    end: () =>
      indicators
        .all()
        .filter((one) => one.type === type && isWanted(one.value))
        .map(({ value }) => `${value}\n`)
        .join(''),
    notes: () => notesOf(indicators),
  };
}

/** Addresses one a line: a threat list of GuardDuty in its plain text form (GuardDuty user guide, "Threat lists": IPv4 alone). */
export const addresses = (): Writer => list('address', (value) => value.includes('.'));

/** Names one a line, as a domain list of the DNS Firewall takes them: letters, digits, hyphens and underscores (Route 53, "ImportFirewallDomains"). */
export const names = (): Writer => list('name', (value) => /^[a-z0-9._-]{1,255}$/.test(value));
