/** What a thief leaves behind to come back with, removed for good: only by two people, only what they were shown, only once. */
import { CreateAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, describe, expect, test } from 'vitest';
import { findingAboutKey } from '../sandbox/credential-finding.ts';
import { type Credentials, people } from '../sandbox/deployment.ts';
import { tryTheft } from '../sandbox/estate.ts';
import { send } from '../sandbox/finding.ts';
import { rootKey } from '../sandbox/organization.ts';
import { underSettings } from '../sandbox/settings.ts';
import { waysIn } from '../sandbox/thief.ts';
import { type Item, itemsOf } from '../scenario/runs.ts';
import { freed, isAsked, opened, release, removalClosed, reply, toTheEnd, until } from './credentials/incident.ts';
import { looted, report } from './credentials/looted.ts';
import { call, deployed, messagesOf } from './deployed.ts';

const deployment = deployed();
const { sandbox } = deployment;
const { hub, member } = sandbox.accounts;
const iam = deployment.client(IAMClient, 'member');
const patience = { timeout: 600_000 };

/** By the button of the question's newest message. */
async function click({ id, incident }: Item, user: string): Promise<void> {
  const posted = await until('the message of the question', async () => {
    const asked = await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
    const messages = asked.find((one) => one.id === id)?.messages;
    return Array.isArray(messages) && messages.length > 0 ? (messages as { readonly ts: string }[]) : undefined;
  });
  await call(`${deployment.slack.url}/click`, 'POST', { ts: posted.at(-1)?.ts, action_id: 'approve', user });
}

const resultOf = async (incident: string, step: string): Promise<Record<string, unknown>> => {
  const receipts = await itemsOf(deployment, `INC#${incident}`, 'RECEIPT#');
  return (receipts.find((one) => one.step === step)?.result ?? {}) as Record<string, unknown>;
};

describe.concurrent('what a thief made', patience, () => {
  test('goes once two different people agree to exactly that, and nothing else does', async () => {
    const { mallory, bob, back } = await looted(deployment);
    const { keys: withThief } = await waysIn(iam, bob.name);
    expect(withThief).toHaveLength(2);
    const incident = await report(deployment, mallory);
    expect(await toTheEnd(deployment, incident)).toMatchObject({ state: 'contained' });
    // The key it made for another outlives all that was contained.
    expect(await tryTheft(deployment, back)).toBe('allowed');

    const asked = await isAsked(deployment, incident, 'remove');
    // Slack has it a moment after the table.
    const shown = await until('the message of the question', async () => {
      const posted = (await messagesOf(deployment)).map((one) => JSON.stringify(one));
      return posted.find((one) => one.includes(String(asked.id)));
    });
    expect(shown).toContain(`Delete permanently ${mallory.name}?`);
    for (const one of [`access key ${back.accessKeyId} of user ${bob.name}`, `console password of user ${bob.name}`])
      expect(shown).toContain(one);
    expect(shown).toContain('Two people must approve');

    expect(await reply(deployment, asked, 'Rosa', 'approve')).toMatchObject({ status: 200 });
    const again = await reply(deployment, asked, 'Rosa', 'approve');
    expect(again.status).not.toBe(200);
    expect(again.body).toContain('A second person must approve');
    expect(await waysIn(iam, bob.name)).toMatchObject({ keys: withThief, password: 'set', others: 3 });
    // Made since responders were asked: nobody has agreed to it.
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: mallory.name }));
    await click(asked, people.leo);

    const login = await isAsked(deployment, incident, 'deleteLogin');
    expect(await reply(deployment, login, 'Rosa', 'decline')).toMatchObject({ status: 200 });
    await removalClosed(deployment, incident);
    expect(await waysIn(iam, bob.name)).toEqual({ keys: [bob.key.accessKeyId], password: 'none', others: 0 });
    expect(await tryTheft(deployment, back)).toBe('denied');
    expect(await tryTheft(deployment, bob.key)).toBe('allowed');
    expect(await waysIn(iam, mallory.name)).toMatchObject({
      keys: [mallory.key.accessKeyId, AccessKey?.AccessKeyId].toSorted(),
      password: 'set',
    });
    const { outcome, removed, left, lastUsed } = await resultOf(incident, 'remove-created-credentials');
    expect(outcome).toBe('removed');
    expect(removed).toHaveLength(5);
    expect(left).toContainEqual(
      expect.stringContaining(`access key ${AccessKey?.AccessKeyId} of user ${mallory.name}`),
    );
    expect(lastUsed).toMatchObject([{ key: back.accessKeyId }]);
    // Readable in the receipt, and not on the ledger.
    const ledger = JSON.stringify(await itemsOf(deployment, `INC#${incident}`, 'LEDGER#'));
    expect(ledger).toContain('remove-created-credentials');
    expect(ledger).not.toContain(back.accessKeyId);
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await waysIn(iam, bob.name)).toEqual({ keys: [bob.key.accessKeyId], password: 'none', others: 0 });
  });

  test('stays where people decline, and a password goes where they agree', async () => {
    const { mallory, bob, back } = await looted(deployment);
    const before = await waysIn(iam, bob.name);
    const incident = await report(deployment, mallory);
    await toTheEnd(deployment, incident);
    const asked = await isAsked(deployment, incident, 'remove');
    expect(await reply(deployment, asked, 'Leo', 'decline')).toMatchObject({ status: 200 });
    const login = await isAsked(deployment, incident, 'deleteLogin');
    for (const by of ['Leo', 'Rosa'] as const)
      expect(await reply(deployment, login, by, 'approve')).toMatchObject({ status: 200 });
    await removalClosed(deployment, incident);
    expect(await waysIn(iam, bob.name)).toEqual(before);
    expect(await tryTheft(deployment, back)).toBe('allowed');
    expect(await waysIn(iam, mallory.name)).toMatchObject({ password: 'none' });
    expect(await resultOf(incident, 'delete-login-profile')).toMatchObject({ outcome: 'removed' });
    expect(await resultOf(incident, 'remove-created-credentials')).toEqual({});
  });
});

describe('in observe mode', patience, () => {
  let back: () => Promise<unknown> = async () => {};
  afterAll(() => back());

  test('it is only said what would be removed', async () => {
    const { mallory, bob } = await looted(deployment);
    const before = [await waysIn(iam, bob.name), await waysIn(iam, mallory.name)];
    back = await underSettings(deployment, { mode: 'observe' });
    const incident = await report(deployment, mallory);
    await removalClosed(deployment, incident);
    await back();
    expect([await waysIn(iam, bob.name), await waysIn(iam, mallory.name)]).toEqual(before);
    const { outcome, would } = await resultOf(incident, 'remove-created-credentials');
    expect([outcome, (would as string[]).length]).toEqual(['would-remove', 5]);
    expect(await resultOf(incident, 'delete-login-profile')).toMatchObject({ outcome: 'would-remove' });
    expect(await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#')).toEqual([]);
  });
});

/** Whether a key of the root user works at all, and may do something. */
async function rootTries(as: Credentials) {
  const met = async (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'allowed',
      (error: Error) => error.name,
    );
  const [known, may] = await Promise.all([
    met(deployment.client(STSClient, 'member', as).send(new GetCallerIdentityCommand({}))),
    tryTheft(deployment, as),
  ]);
  return { known, may };
}

describe('the root user', patience, () => {
  test('of a member account is stopped by two people, and its key is deleted by two people', async () => {
    const thief = await rootKey(sandbox, 'member');
    expect(await rootTries(thief)).toEqual({ known: 'allowed', may: 'allowed' });
    const holder = { accessKeyId: thief.accessKeyId, userType: 'Root', userName: 'Root' } as const;
    const before = await freed(deployment, `arn:aws:iam::${member}:root`);
    await send(deployment, findingAboutKey(deployment, holder));
    const incident = await opened(deployment, `${member}:root`, before + 1);
    const asked = await isAsked(deployment, incident, 'deny');
    // Slack has it a moment after the table.
    const shown = await until('the message of the question', async () => {
      const posted = (await messagesOf(deployment)).map((one) => JSON.stringify(one));
      return posted.find((one) => one.includes(String(asked.id)));
    });
    expect(shown).toContain('No break-glass use of this root user is announced in the configuration');
    expect(shown).toContain(`Access key ${thief.accessKeyId}, active`);
    const { state } = await toTheEnd(deployment, incident, { quarantine: 'decline' });
    expect(state).toBe('contained');
    expect(await rootTries(thief)).toEqual({ known: 'allowed', may: 'denied' });

    const removal = await isAsked(deployment, incident, 'remove');
    for (const by of ['Rosa', 'Leo'] as const) await reply(deployment, removal, by, 'approve');
    await removalClosed(deployment, incident);
    const result = await resultOf(incident, 'delete-root-credentials');
    expect(result).toMatchObject({ outcome: 'removed', failed: [] });
    expect(result.removed).toContainEqual(`access key ${thief.accessKeyId} of the root user`);
    expect((await rootTries(thief)).known).toBe('InvalidClientTokenId');
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect((await rootTries(thief)).known).toBe('InvalidClientTokenId');
  });

  test('of the management account has to be done by hand, and they are told', async () => {
    const holder = { accessKeyId: 'AKIAROOTOFTHEHUB0000', userType: 'Root', userName: 'Root' } as const;
    const about = findingAboutKey(deployment, holder);
    about.resource.accessKeyDetails.principalId = hub;
    const before = await freed(deployment, `arn:aws:iam::${hub}:root`);
    await send(deployment, { ...about, accountId: hub });
    const incident = await opened(deployment, `${hub}:root`, before + 1);
    const { state, asked, told } = await toTheEnd(deployment, incident);
    expect({ state, asked }).toEqual({ state: 'held', asked: ['handover'] });
    expect(told).toContain(`no policy binds the root user of the management account ${hub}`);
    await until('the end of the run', async () => {
      const items = await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
      return items.every((one) => one.state !== 'PENDING') ? items : undefined;
    });
    expect((await resultOf(incident, 'deny-by-organization')).outcome).toBeUndefined();
  });
});
