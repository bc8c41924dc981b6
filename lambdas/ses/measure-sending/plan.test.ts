import { expect, it } from 'vitest';
import { factsOf } from './plan.ts';

const SendQuota = { SentLast24Hours: 1200, Max24HourSend: 50_000 };

it('says how much is sent, by an account and not by whom, and how it is undone', () => {
  expect(
    factsOf('eu-central-1', {
      SendingEnabled: true,
      ProductionAccessEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota,
    }),
  ).toEqual([
    'SES in eu-central-1: 1200 mails sent in the last 24 hours of 50000 it may, all senders together',
    'Undo: at once. Mail that was refused meanwhile is not sent by itself',
  ]);
});

it('says what is special: no limit, paused, the sandbox of SES, a review by AWS', () => {
  const unlimited = {
    SendingEnabled: true,
    ProductionAccessEnabled: true,
    SendQuota: { ...SendQuota, Max24HourSend: -1 },
  };
  expect(factsOf('eu-central-1', unlimited)[0]).toBe(
    'SES in eu-central-1: 1200 mails sent in the last 24 hours, all senders together',
  );
  const special = factsOf('eu-central-1', { SendingEnabled: false, EnforcementStatus: 'PROBATION', SendQuota });
  expect(special.join('\n')).toMatch(/no mail at present\n.*sandbox of SES.*\n.*PROBATION/);
});
