/** One incident a resource, and every threat in it answered: what comes later asks its own question, and "contained" says of what. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isTurnOf } from '../depth.ts';
import { findingAboutKey } from '../sandbox/credential-finding.ts';
import { eventsOf, findingAbout, send, sendEvent } from '../sandbox/finding.ts';
import { hire } from '../sandbox/identities.ts';
import { decideBySignature } from '../scenario/command-line.ts';
import { pictureOf } from '../scenario/picture.ts';
import { itemsOf, runsAbout } from '../scenario/runs.ts';
import { Scenario } from '../scenario/scenario.ts';
import { place, tryBoth } from '../scenario/stage.ts';
import { stateOf } from './credentials/chain.ts';
import { approve, incidentsAbout, isAsked, opened, release, reply, until } from './credentials/incident.ts';
import { deployed, messagesOf } from './deployed.ts';

const deployment = deployed();
const patience = { timeout: 600_000 };
/** Each takes its turn, and all are played where an incident works in another way. */
const inTurn = (name: string, play: () => Promise<void>, patience?: number) =>
  test.runIf(isTurnOf(name, ['lambdas/incident', 'lambdas/ec2/instance', 'test/deployed/threats.test.ts']))(
    name,
    play,
    patience,
  );
/** An account that is none of ours. */
const third = '777788889999';
const plain = Scenario.parse({ title: 't', findings: [{}], expect: {} });

/** An instance of its own; its stolen session and what it does come as findings of their own types. */
async function victim(scenario = plain) {
  const stage = await place(deployment, scenario);
  const { instance, thief } = stage;
  const about = (type: string, more = {}) => send(deployment, findingAbout(deployment, instance, { type, ...more }));
  const { accessKeyId = '' } = thief ?? {};
  const holder = { accessKeyId, userType: 'AssumedRole', userName: 'web-server', session: instance } as const;
  const type = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS';
  const { resource, ...finding } = findingAboutKey(deployment, holder, { type });
  const { instanceDetails } = findingAbout(deployment, instance).resource;
  const stolen = () => send(deployment, { ...finding, resource: { ...resource, instanceDetails } });
  const told = async (): Promise<string> =>
    JSON.stringify((await messagesOf(deployment)).filter((one) => JSON.stringify(one).includes(instance)));
  return { instance, about, stolen, told, tried: () => tryBoth(deployment, stage) };
}

/** How the runs about it ended, those that only joined included; none is under way. */
const ends = (words: readonly string[], least: number) =>
  until(`${least} ended runs about ${words.join(', ')}`, async () => {
    const runs = (await runsAbout(deployment, words)).filter(({ status }) => status !== 'RUNNING');
    return runs.length >= least ? runs.map(({ output }) => output.outcome) : undefined;
  });

const approvals = async (incident: string) => {
  const items = await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
  return items.map(({ question, state }) => `${question} ${state}`).toSorted();
};

inTurn(
  'a session outlives the instance it was stolen from: people are asked, and it is denied until the release',
  async () => {
    const gone = Scenario.parse({ title: 't', instance: { state: 'terminated' }, findings: [{}], expect: {} });
    const { instance, stolen, told, tried } = await victim(gone);
    const before = await tried();
    await stolen();
    const incident = await opened(deployment, instance);
    await approve(deployment, await isAsked(deployment, incident, 'deny'), 'Rosa');
    await ends([instance], 1);
    expect(await told()).toContain('session denied');
    expect(await stateOf(deployment, incident)).toBe('contained');
    const held = await tried();
    expect(await release(deployment, incident)).toMatchObject({ state: 'released', trouble: [] });
    const after = await tried();
    expect([before, held, after].map(({ thief, innocent }) => `${thief} ${innocent}`)).toEqual([
      'allowed allowed',
      'denied allowed',
      'allowed allowed',
    ]);
  },
  600_000,
);

describe.concurrent('a further threat in an open incident', patience, () => {
  inTurn(
    'asks its own question, and "contained" says of what; all of it is released with the one incident',
    async () => {
      const { instance, about, stolen, told } = await victim();
      const before = await pictureOf(deployment, instance);
      await stolen();
      const incident = await opened(deployment, instance);
      const deny = await isAsked(deployment, incident, 'deny');
      await about('Backdoor:EC2/C&CActivity.B!DNS');
      const quarantine = await isAsked(deployment, incident, 'quarantine');
      expect(JSON.stringify(quarantine.posted)).toContain('session still valid; question pending');

      await approve(deployment, deny, 'Rosa');
      await until('the end of the first run', async () => {
        const words = await told();
        return words.includes('session denied; network still open; question pending') ? words : undefined;
      });
      expect(await told()).not.toContain('Contained and verified');
      expect(await stateOf(deployment, incident)).toBe('open');

      // The same playbook, and its question still waits: one question, which says so.
      await about('CryptoCurrency:EC2/BitcoinTool.B!DNS', { severity: 8 });
      expect(await ends([instance], 2)).toContain('widened');
      expect(await approvals(incident)).toEqual(['deny APPROVED', 'quarantine PENDING']);
      expect(await told()).toContain('*Also about:* CryptoCurrency:EC2/BitcoinTool.B!DNS');

      await approve(deployment, quarantine, 'Rosa');
      await ends([instance], 3);
      expect(await told()).toContain('session denied; network isolated');
      expect(await stateOf(deployment, incident)).toBe('contained');
      expect(await incidentsAbout(deployment, instance)).toEqual([incident]);

      expect(await release(deployment, incident)).toMatchObject({ state: 'released', trouble: [] });
      expect(await pictureOf(deployment, instance)).toEqual(before);
    },
  );

  inTurn(
    'asks about the session where the network came first; what is held by both is taken once, and released once',
    async () => {
      const { instance, about, stolen, told } = await victim();
      const before = await pictureOf(deployment, instance);
      await about('Backdoor:EC2/C&CActivity.B!DNS');
      const incident = await opened(deployment, instance);
      await approve(deployment, await isAsked(deployment, incident, 'quarantine'), 'Rosa');
      await ends([instance], 1);
      expect(await stateOf(deployment, incident)).toBe('contained');

      await stolen();
      const deny = await isAsked(deployment, incident, 'deny');
      expect(JSON.stringify(deny.posted)).toContain('network isolated');
      expect(await stateOf(deployment, incident)).toBe('open');
      await approve(deployment, deny, 'Leo');
      await ends([instance], 2);
      expect(await told()).toContain('network isolated; session denied');
      expect(await stateOf(deployment, incident)).toBe('contained');
      expect(await incidentsAbout(deployment, instance)).toEqual([incident]);
      const taken = (await itemsOf(deployment, `INC#${incident}`, 'BEFORE#')).map(({ step }) => step);
      expect(taken.filter((step) => step === 'deny-session')).toHaveLength(1);

      expect(await release(deployment, incident)).toMatchObject({ state: 'released', trouble: [] });
      expect(await pictureOf(deployment, instance)).toEqual(before);
    },
  );

  inTurn('is asked about although another type was declined; the declined one is not, until the next day', async () => {
    const { instance, about, told } = await victim();
    const tor = { id: `e1e1${Date.now()}`.padEnd(32, '0') };
    await about('UnauthorizedAccess:EC2/TorClient', tor);
    const incident = await opened(deployment, instance);
    await reply(deployment, await isAsked(deployment, incident), 'Rosa', 'decline');
    await ends([instance], 1);
    expect(await stateOf(deployment, incident)).toBe('held');

    await about('UnauthorizedAccess:EC2/TorClient', { ...tor, count: 9 });
    expect((await ends([instance], 2)).toSorted()).toEqual(['closed', 'joined']);
    await about('Execution:Runtime/ReverseShell');
    const shell = await isAsked(deployment, incident, 'quarantine');
    expect(JSON.stringify(shell.posted)).toContain('network still open, declined by Rosa');
    await approve(deployment, shell, 'Leo');
    await ends([instance], 3);
    expect(await stateOf(deployment, incident)).toBe('contained');
    expect(await told()).toContain('network isolated');
  });

  inTurn('is asked about although somebody has taken over what came first', async () => {
    const { instance, about } = await victim();
    await about('Quantum:Teleport/Instance');
    const incident = await opened(deployment, instance);
    await approve(deployment, await isAsked(deployment, incident, 'handover'), 'Rosa');
    await ends([instance], 1);
    await Promise.all(Array.from({ length: 8 }, () => about('Backdoor:EC2/C&CActivity.B')));
    await approve(deployment, await isAsked(deployment, incident, 'quarantine'), 'Rosa');
    await ends([instance], 9);
    // Of many that come at once with the same, one asks.
    expect(await approvals(incident)).toEqual(['handover APPROVED', 'quarantine APPROVED']);
    expect(await incidentsAbout(deployment, instance)).toEqual([incident]);
  });
});

inTurn(
  'what one account says about an instance of another is asked about, whatever stands in an order',
  async () => {
    const tagged = Scenario.parse({ ...plain, instance: { tags: { environment: 'canary' } } });
    const { instance } = await place(deployment, tagged);
    const { DetailType, Source, Detail } = eventsOf.ASFF(findingAbout(deployment, instance, { severity: 8 }));
    const { findings } = JSON.parse(Detail) as { findings: readonly object[] };
    const forged = findings.map((one) => ({ ...one, AwsAccountId: third }));
    await sendEvent(deployment, { Source, DetailType, Detail: JSON.stringify({ findings: forged }) });
    const incident = await opened(deployment, instance);
    const asked = JSON.stringify(await isAsked(deployment, incident, 'quarantine'));
    expect(asked).toContain(`says it in account ${third}, and the resource is in account`);
    await reply(deployment, await isAsked(deployment, incident), 'Rosa', 'decline');
    await ends([instance], 1);
    expect(await stateOf(deployment, incident)).toBe('held');
  },
  patience.timeout,
);

/** A request to the decisions API: status and words. */
const wish = (by: 'Rosa' | 'Leo', request: object) => decideBySignature(deployment, by, request);

describe.concurrent('the end of an incident', patience, () => {
  inTurn('is no release past a question that waits; closing it withdraws the question, and is announced', async () => {
    const { instance, about, told } = await victim();
    await about('Execution:Runtime/ReverseShell');
    const incident = await opened(deployment, instance);
    await isAsked(deployment, incident, 'quarantine');
    const refused = await wish('Rosa', { action: 'release', incident, reason: 'it was me' });
    expect(refused).toMatchObject({ status: 409, body: expect.stringContaining('still waits for an answer') });

    const closing = { action: 'close', incident, as: 'false-alarm', reason: 'a load test' };
    const asked = await wish('Rosa', closing);
    expect(asked).toMatchObject({ status: 200 });
    await isAsked(deployment, incident, 'release');
    // The run has written meanwhile: the end of the ledger is another one, and it is the same release all the same.
    expect((await wish('Rosa', closing)).body).toBe(asked.body);
    // The protection from termination is held: another person agrees to take it off.
    await approve(deployment, await isAsked(deployment, incident, 'release'), 'Leo');
    await until('the end of the incident', async () =>
      (await stateOf(deployment, incident)) === 'closed' ? 1 : undefined,
    );
    await ends([instance, incident], 2);
    expect(await approvals(incident)).toEqual(['quarantine SUPERSEDED', 'release APPROVED']);
    expect(await stateOf(deployment, incident)).toBe('closed');
    expect(await told()).toContain('Closed as a false alarm by Rosa (a load test)');
    expect(await wish('Leo', closing)).toMatchObject({
      status: 409,
      body: expect.stringContaining('is closed already'),
    });

    // It holds nothing any more: the next finding opens another one.
    await about('Execution:Runtime/ReverseShell');
    await isAsked(deployment, await opened(deployment, instance, 2), 'quarantine');
  });

  inTurn('is announced where nothing is held', async () => {
    const name = `alice-${randomBytes(4).toString('hex')}`;
    const { key } = await hire(deployment, name, { older: 'none' });
    await send(
      deployment,
      findingAboutKey(deployment, { accessKeyId: key.accessKeyId, userType: 'IAMUser', userName: name }),
    );
    const incident = await opened(deployment, name);
    await reply(deployment, await isAsked(deployment, incident, 'revoke'), 'Rosa', 'decline');
    await ends([name], 1);
    const closing = { action: 'close', incident, as: 'handled', reason: 'the key is gone' };
    expect(await wish('Rosa', closing)).toMatchObject({ status: 200 });
    await ends([incident], 1);
    expect(await stateOf(deployment, incident)).toBe('closed');
    const said = JSON.stringify((await messagesOf(deployment)).filter(({ text }) => text.includes(incident)));
    expect(said).toContain('Closed as handled by Rosa (the key is gone)');
  });
});
