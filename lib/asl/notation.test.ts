import { createRequire } from 'node:module';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { requestApproval } from '../../lambdas/approval/request-approval/entrance.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { Instance } from '../../lambdas/ec2/instance/target.ts';
import { measureBlastRadius } from '../../lambdas/ec2/measure-blast-radius/step.ts';
import { protectFromTermination } from '../../lambdas/ec2/protect-from-termination/step.ts';
import { quarantineInterfaces } from '../../lambdas/ec2/quarantine-interfaces/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { stopInstance } from '../../lambdas/ec2/stop-instance/step.ts';
import { swapInstanceProfile } from '../../lambdas/ec2/swap-instance-profile/step.ts';
import { closeOut } from '../../lambdas/incident/close-out/entrance.ts';
import { openIncident } from '../../lambdas/incident/open-incident/entrance.ts';
import { openRelease } from '../../lambdas/incident/open-release/entrance.ts';
import { sealRecord } from '../../lambdas/record/seal-record/entrance.ts';
import exposure from '../../playbooks/data-exposure/playbook.ts';
import ec2 from '../../playbooks/ec2-instance-compromise/playbook.ts';
import { playbooks } from '../../playbooks/index.ts';
import release from '../../playbooks/release/playbook.ts';
import { Question } from '../domain/incident.ts';
import { defineEradication } from '../domain/step.ts';
import { guardDuty } from '../routing/claim.ts';
import { check } from './check.ts';
import { hours, minutes, type Playbook, playbook } from './notation.ts';
import { render } from './render.ts';
import { type Branch, ceilings, type State, substituted } from './state.ts';
import { functionsOf, stepsOf, substitutionsOf } from './wiring.ts';

type Validate = (definition: unknown) => { isValid: boolean; errorsText: () => string };
const validate: Validate = createRequire(import.meta.url)('asl-validator');

const Retrier = z.looseObject({ ErrorEquals: z.array(z.string()), MaxAttempts: z.int() });
const retriers = (Retry: unknown) => z.array(Retrier).parse(Retry);

const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const opening = () => playbook('trial', 'A trial').handles(guardDuty('Backdoor:EC2/*'));
const looking = { within: minutes(15), measure: measureBlastRadius };
const hold = { within: minutes(15), ifNobodyAnswers: 'hold' } as const;
const terminate = defineEradication({
  name: 'terminate-instance',
  title: 'Terminate the instance',
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect: 'The instance is gone.',
  target: Instance,
  shown: z.unknown(),
  result: z.object({}),
  within: 60,
  permissions: [],
});

describe('the playbooks', () => {
  test('are sound', () => expect(check(playbooks)).toEqual([]));

  test.each(playbooks)('$name is valid Amazon States Language', (book) => {
    const deployed = Object.entries(substitutionsOf(book, 'aws', functionArn)).reduce(
      (source, [placeholder, value]) => source.replaceAll(`$\{${placeholder}}`, value),
      JSON.stringify(render(book)),
    );
    const { isValid, errorsText } = validate(JSON.parse(deployed));
    expect(isValid, errorsText()).toBe(true);
  });

  test.each(playbooks)('$name has exactly the placeholders that are substituted', (book) => {
    const found = JSON.stringify(render(book)).matchAll(/\$\{(\w+)\}/g);
    const substituted = Object.keys(substitutionsOf(book, 'aws', (name) => name));
    expect(new Set([...found].map(([, name]) => name))).toEqual(new Set(substituted));
  });

  test.each(playbooks)('$name asks questions that open-incident can read', (book) => {
    const { Payload } = stateOf(render(book), render(book).StartAt).Arguments ?? {};
    const { questions } = z.object({ questions: z.array(Question) }).parse(Payload?.playbook);
    expect(questions.map(({ name }) => name)).toEqual(book.asks.map(({ name }) => name));
  });

  test.each(playbooks)('$name reads no variable before every way to it has set it', (book) => {
    expect(unset(render(book))).toEqual([]);
  });

  // Who removes something for good is asked once it is closed.
  test.each(playbooks.filter(({ startedBy }) => startedBy === 'findings'))(
    '$name takes fewer than 30 transitions with all approved that contains, and nothing left to remove',
    (book) => {
      const approved = book.asks.map(({ kind, name }) =>
        kind === 'eradicate' ? `$${name}Found.removable = 'none'` : `$${name}Decision`,
      );
      const holding = ["$opened.outcome = 'respond'", "$closed.state = 'contained'", ...approved];
      expect(transitions(render(book), holding)).toBeLessThan(30);
    },
  );

  test('an approved EC2 run takes fewer than 30 transitions', () => {
    const approved = transitions(render(ec2), ["$opened.outcome = 'respond'", '$quarantineDecision']);
    expect(approved).toBe(26);
    expect(approved).toBeLessThan(30);
  });

  test('give every entrance and every release the time it declares', () => {
    for (const { within } of [openIncident, openRelease, requestApproval, closeOut, sealRecord])
      expect(within).toBeLessThanOrEqual(ceilings.entrance);
    for (const { kind, operations } of playbooks.flatMap(stepsOf)) {
      if (kind !== 'lever') continue;
      expect(Math.max(operations.compare.within, operations.release.within)).toBeLessThanOrEqual(ceilings.release);
    }
  });

  test('name the entrances by their names', () => {
    expect(functionsOf(ec2)).toEqual(expect.arrayContaining([openIncident.name, requestApproval.name, closeOut.name]));
    expect(functionsOf(release)).toEqual([openRelease.name, requestApproval.name, closeOut.name, sealRecord.name]);
  });

  test.each(playbooks)(
    '$name seals its record at every end, keeps what the close-out said, and fails for no seal',
    (book) => {
      const { States } = render(book);
      const sealing = Object.values(States).filter(
        ({ Arguments }) => Arguments?.FunctionName === substituted(sealRecord.name),
      );
      const closing = Object.values(States).filter(
        ({ Arguments }) => Arguments?.FunctionName === substituted(closeOut.name),
      );
      expect(sealing.length).toBe(closing.length === 1 ? 1 : 3);
      // What nobody waits for comes in between; where there may be something to remove, each way to the end and to the people has a seal of its own.
      const slowly = book.last.map(({ name }) => substituted(name));
      const behind = (name = ''): unknown =>
        slowly.includes(States[name]?.Arguments?.FunctionName ?? '') || States[name]?.Type === 'Choice'
          ? behind(States[name]?.Next ?? States[name]?.Default)
          : States[name];
      for (const { Next } of closing) expect(sealing).toContain(behind(Next));
      const unsealed = reached(render(book), ['Seal the record', 'Seal the record so far']);
      for (const { kind, name } of book.asks)
        if (kind === 'eradicate') expect(unsealed).not.toContain(`Ask a responder: ${name}`);
      for (const { Output, Catch, Next } of sealing) {
        expect(Output).toBe('{% $closed %}');
        expect(Catch).toEqual([{ ErrorEquals: ['States.ALL'], Output: '{% $closed %}', Next: expect.any(String) }]);
        const [failed] = Catch ?? [];
        if (Next) expect(failed?.Next).toBe(Next);
        else expect(States[failed?.Next ?? '']?.Type).toBe('Succeed');
      }
    },
  );

  // Step Functions guide, "Handle Lambda service exceptions", and its note: Unknown is a function that ran out of time or memory.
  test.each(playbooks)('$name calls again whatever Lambda itself failed at', (book) => {
    const tasks = Object.values(render(book).States).filter(({ Type }) => Type === 'Task');
    const passing = ['ClientExecutionTimeoutException', 'ServiceException', 'AWSLambdaException', 'SdkClientException'];
    const names = [...passing, 'TooManyRequestsException', 'Unknown'].map((name) => `Lambda.${name}`);
    for (const { Retry } of tasks)
      expect(retriers(Retry).flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(expect.arrayContaining(names));
  });

  test.each(playbooks)('$name is patient for minutes with what is throttled, and for seconds with all else', (book) => {
    const tasks = Object.values(render(book).States).filter(({ Type }) => Type === 'Task');
    for (const { Retry } of tasks) {
      // What is not done yet has failed at nothing.
      const [throttled, ...others] = retriers(Retry).filter(({ ErrorEquals }) => !ErrorEquals.includes('Unfinished'));
      expect(throttled).toMatchObject({ MaxAttempts: 8, MaxDelaySeconds: 120, JitterStrategy: 'FULL' });
      expect(throttled?.ErrorEquals).toEqual(expect.arrayContaining(['Throttled', 'Lambda.TooManyRequestsException']));
      for (const { MaxAttempts, ErrorEquals } of others) {
        expect(MaxAttempts).toBe(4);
        expect(ErrorEquals).toContain('Transient');
      }
    }
  });

  test('the quarantine comes before everything that could warn the attacker or the group', () => {
    const [first] = ec2.asks;
    expect(first?.acts[0]).toBe(quarantineInterfaces);
  });
});

describe('check refuses', () => {
  const refuses = (book: Playbook, rule: string) => expect(check([book]).join('\n')).toContain(rule);

  test.each([
    [
      'a way around the question',
      '"Default":"Measure the blast radius"',
      '"Default":"Quarantine every network interface"',
      'is not behind its question',
    ],
    [
      'a no that goes on',
      '"Default":"Hold: quarantine"',
      '"Default":"Quarantine every network interface"',
      'is not behind its question',
    ],
    ['a silence that contains', "in ['APPROVED']", "in ['APPROVED', 'HOLD']", 'is not behind its question'],
    ['a way to end without the close-out', '"Next":"Close out"', '"End":true', 'can end the run without the close-out'],
    [
      'a response that ends early',
      '"Next":"Close out"',
      '"Next":"Nothing to do: joined, advised or ignored"',
      'without the close-out',
    ],
    ['a name Step Functions refuses', 'Hold: quarantine', `Hold: ${'quarantine'.repeat(8)}`, 'is longer than 80'],
    ['two states of one name', '"Start the report clocks"', '"Take snapshots of all volumes"', 'two states are called'],
    ['a state nobody reaches', '"Next":"Respond"', '"Next":"Close out"', 'nothing leads to "Respond"'],
    ['a way to nowhere', '"Default":"Hold: quarantine"', '"Default":"Hold"', 'there is no state "Hold"'],
    [
      'a function in an expression',
      "$opened.outcome = 'respond'",
      "$uppercase($opened.outcome) = 'R'",
      'leaves the subset',
    ],
    ['what is not equal', "$opened.outcome = 'respond'", "$opened.outcome != 'ignored'", 'leaves the subset'],
    ['a filter in an expression', '$opened.run', "$opened.run[mode = 'respond']", 'leaves the subset'],
    ['a broken expression', '$opened.run', '$opened..', 'leaves the subset'],
    ['an expression inside a text', '"{% $opened.run %}"', '"run {% $opened.run %}"', 'leaves the subset'],
    [
      'a failure nobody catches',
      '"Catch":[{"ErrorEquals":["States.ALL"],"Output":{"step":"protect-from-termination","operation":"verify"',
      '"Caught":[{"ErrorEquals":["States.ALL"],"Output":{"step":"protect-from-termination","operation":"verify"',
      'is not caught',
    ],
    ['a task without a limit', '"TimeoutSeconds":130,', '', 'could wait for ever'],
  ])('%s', (_, part, instead, rule) => {
    const source = JSON.stringify(render(ec2));
    const broken = source.replaceAll(part, instead);
    expect(broken).not.toBe(source);
    expect(check([ec2], () => JSON.parse(broken)).join('\n')).toContain(rule);
  });

  test('a release that a no leads to', () => {
    const broken = JSON.stringify(render(release)).replace(
      '"Type":"Pass","Next":"Close out"',
      '"Type":"Pass","Next":"Release"',
    );
    expect(check([release], () => JSON.parse(broken)).join('\n')).toContain('is not behind its question');
  });

  test('a step in the wrong place, which the types refuse too', () => {
    const [lever, step] = [quarantineInterfaces, snapshotVolumes];
    const start = opening();
    const misplaced = [
      // @ts-expect-error a step is no lever
      start.contain('quarantine', hold, step),
      // @ts-expect-error an eradication needs eradicate() and its question
      start.preserve(terminate),
      // @ts-expect-error an eradication has no release, so it contains nothing
      start.contain('quarantine', hold, terminate),
      // @ts-expect-error a lever is no eradication
      start.eradicate('clean', looking, lever),
      // @ts-expect-error a lever tells nobody anything
      start.inform(lever),
      // @ts-expect-error a lever measures nothing
      start.contain('quarantine', { ...hold, measure: lever }, lever),
    ];
    for (const book of misplaced) refuses(book, 'does not belong under');
  });

  test('a step of the wrong phase', () => {
    const wrong = 'does not belong under';
    // @ts-expect-error what hurts does not run by itself
    refuses(opening().preserve(quarantineInterfaces), wrong);
    // @ts-expect-error what protects needs no question
    refuses(opening().contain('quarantine', hold, protectFromTermination), wrong);
    // @ts-expect-error evidence is no message
    refuses(opening().inform(snapshotVolumes), wrong);
  });

  test('an eradication that runs before anybody answers', () => {
    const book = opening().eradicate('clean', looking, terminate);
    const machine = JSON.stringify(render(book)).replace(
      '"Default":"Hold: clean"',
      '"Default":"Terminate the instance"',
    );
    expect(check([book], () => JSON.parse(machine)).join('\n')).toContain('is not behind its question');
  });

  test('a question that is none', () => {
    refuses(opening().contain('quarantine', hold), 'asks for nothing');
    refuses(opening().contain('shut it down', hold, quarantineInterfaces), 'must be one word');
    const forced = { ...opening().eradicate('clean', looking, terminate) };
    const asks = forced.asks.map((ask) => ({ ...ask, ifNobodyAnswers: 'contain' as const }));
    refuses({ ...forced, asks }, 'only a person may answer "clean"');
  });

  test('questions that could wait longer than a run lasts', () => {
    const half = { ...looking, within: hours(6) };
    const two = opening().eradicate('clean', half, terminate);
    refuses(two.eradicate('sweep', half, terminate), 'its questions may wait 86400 seconds in all');
  });

  test('what the types alone refuse', () => {
    // @ts-expect-error silence never releases
    playbook('trial', 'A trial').startedByAPerson().release('release', { within: 60, ifNobodyAnswers: 'contain' });
    // @ts-expect-error a question has to say what silence does
    opening().contain('quarantine', { within: 60 }, quarantineInterfaces);
    // @ts-expect-error what a person starts releases, and contains nothing
    expect(playbook('trial', 'A trial').startedByAPerson().contain).toBeUndefined();
  });

  test('a finding type claimed twice, or misspelt', () => {
    const other = playbook('other', 'Another').handles(guardDuty('Recon:EC2/Portscan')).inform(openObligations);
    expect(check([ec2, other])).toContain('Recon:EC2/Portscan is claimed by both ec2-instance-compromise and other');
    refuses(playbook('trial', 'A trial').handles(guardDuty('Backdor:EC2/*')), 'Backdor:EC2/* matches no finding type');
  });
});

test('check accepts an eradication behind its question, and silence that contains', () => {
  const contains = { ...hold, ifNobodyAnswers: 'contain' } as const;
  const book = opening().contain('quarantine', contains, quarantineInterfaces).eradicate('clean', looking, terminate);
  expect(check([book])).toEqual([]);
  expect(unset(render(book))).toEqual([]);
});

describe('an eradication', () => {
  const machine = render(
    opening().contain('quarantine', hold, quarantineInterfaces).eradicate('clean', looking, terminate),
  );
  const asked = 'Ask a responder: clean';

  test('stands after the close-out, and only where it is contained or nothing is changed', async () => {
    const without = reached(machine, ['Close out']);
    expect(without).toContain('Quarantine every network interface');
    for (const name of ['Look: clean', asked, terminate.title]) expect(without).not.toContain(name);
    const end = 'Seal the record';
    const next = (state: string, mode: string) =>
      chosen(machine, 'Was it contained?', { closed: { state }, opened: { run: { mode } } });
    expect(await next('contained', 'respond')).toBe('Look: clean');
    expect(await next('held', 'observe')).toBe('Look: clean');
    for (const state of ['held', 'open']) expect(await next(state, 'respond')).toBe(end);
  });

  test('looks before it asks', () => {
    const without = reached(machine, ['Look: clean']);
    expect(without).toContain('Close out');
    for (const name of [asked, terminate.title]) expect(without).not.toContain(name);
  });

  const after = (of: Branch, kind: string, removable: string) =>
    chosen(of, 'Is there anything to do: clean?', {
      opened: { plans: { clean: { authority: { kind } } } },
      cleanFound: { removable },
    });

  test('asks nobody where there is nothing to remove, or an exemption leaves it alone; then one seal is the end', async () => {
    expect(await after(machine, 'ask-two', 'some')).toBe('Seal the record so far');
    expect(stateOf(machine, 'Seal the record so far').Next).toBe(asked);
    expect(await after(machine, 'ask-two', 'none')).toBe('Seal the record');
    expect(await after(machine, 'refused', 'some')).toBe('Not asked: an exemption (clean)');
    expect(stateOf(machine, 'Not asked: an exemption (clean)').Next).toBe('Seal the record');
    expect(await after(machine, 'observe', 'some')).toBe(terminate.title);
    expect(stateOf(machine, 'Seal the record')).toMatchObject({ End: true });
  });

  test('says so in a close-out of its own where the look fails', () => {
    expect(stateOf(machine, 'Look: clean').Catch?.at(-1)?.Next).toBe('Close out the eradication');
  });

  test('of several, each looks right before its question, and all of it is sealed before the first and after the last', async () => {
    const half = { ...looking, within: looking.within / 2 };
    const two = render(
      opening()
        .contain('quarantine', hold, quarantineInterfaces)
        .eradicate('clean', half, terminate)
        .eradicate('sweep', half, { ...terminate, name: 'sweep', title: 'Sweep' }),
    );
    expect(stateOf(two, 'Was it contained?').Choices?.[0]?.Next).toBe('Seal the record so far');
    expect(stateOf(two, 'Seal the record so far').Next).toBe('Look: clean');
    expect(await after(two, 'ask-two', 'none')).toBe('Look: sweep');
  });
});

test.each(playbooks)('$name: what cannot be done goes on to the close-out by its name', (book) => {
  const steps = new Map(stepsOf(book).map((step) => [substituted(step.name), step]));
  const all = allIn(render(book)).flatMap(([name, { Arguments, Catch = [] }]) => {
    const step = steps.get(Arguments?.FunctionName ?? '');
    if (!step) return [];
    const { operation } = Arguments?.Payload ?? {};
    const error = '{% $states.errorOutput %}';
    const meant = { step: step.name, operation, phase: step.phase, error, earlier: '{% $states.input %}' };
    return [{ name, meant, found: Catch.at(-1) }];
  });
  for (const { name, meant, found } of all) expect({ name, ...found }).toMatchObject({ name, Output: meant });
  expect(all.length > 0).toBe(steps.size > 0);
});

describe('a question that is put to nobody', () => {
  const reasons = [
    ['gone', 'it is gone'],
    ['own', "it is Tourniquet's own"],
    ['break-glass', 'on the break-glass list'],
    ['out-of-reach', 'no account may change it'],
    ['no-organization-admin', 'no organisation administrator'],
    ['no-lever', 'no lever for this kind'],
    ['exempt', 'an exemption'],
    // Of an earlier version, or of a later one.
    [undefined, 'an exemption'],
    ['another', 'an exemption'],
  ] as const;

  test.each(reasons)('%s: ends in a state that says so', async (reason, words) => {
    const authority = { kind: 'refused', because: 'x', ...(reason && { reason }) };
    const opened = { plans: { quarantine: { authority } } };
    expect(await chosen(render(ec2), 'Who decides: quarantine?', { opened })).toBe(`Not asked: ${words} (quarantine)`);
  });

  test.each(["reason = 'gone'", "kind = 'refused'"])('%s: costs one transition', (decided) => {
    expect(transitions(render(ec2), ["$opened.outcome = 'respond'", `.authority.${decided}`])).toBe(18);
  });

  test('because no lever works on what the finding names: then somebody is asked to find out', () => {
    const none = ['no lever for this kind', 'no organisation administrator'];
    const without = reached(
      render(ec2),
      none.map((why) => `Not asked: ${why} (quarantine)`),
    );
    expect(without).not.toContain('Ask a responder: handover');
    const [other] = allIn(render(ec2)).filter(([name]) => name === 'Not asked: no lever for this kind (quarantine)');
    expect(other?.[1].Next).toBe('Who decides: handover?');
    for (const reason of ['it is gone', 'an exemption', 'already answered in this incident']) {
      const [, state] = allIn(render(ec2)).find(([name]) => name === `Not asked: ${reason} (quarantine)`) ?? [];
      expect(state?.Next).not.toBe('Who decides: handover?');
    }
  });
});

test('where no question has a lever for what the finding names, and only there, somebody is asked to find out', async () => {
  const machine = render(exposure);
  const next = (before: object, last: object) =>
    chosen(machine, 'Who decides: restrict?', {
      opened: { plans: { block: { authority: none }, close: { authority: before }, restrict: { authority: last } } },
    });
  const [none, asked] = [
    { kind: 'refused', reason: 'no-lever', because: 'x' },
    { kind: 'ask', because: 'x' },
  ];
  expect(await next(none, none)).toBe('Who decides: handover?');
  expect(await next(asked, none)).toBe('Not asked: no lever for this kind (restrict)');
  expect(await next(none, { ...none, reason: 'gone' })).toBe('Not asked: it is gone (restrict)');
  expect(await next(none, asked)).not.toMatch(/handover|Not asked/);
  // What only an organisation could do is no lever where none is known.
  expect(await next(none, { ...none, reason: 'no-organization-admin' })).toBe('Who decides: handover?');
  expect(reached(machine, ['Who decides: restrict?'])).not.toContain('Ask a responder: handover');
});

describe('an escalation', () => {
  const machine = render(
    opening()
      .contain('quarantine', hold, quarantineInterfaces)
      .escalate('lockdown', { within: minutes(15) }, swapInstanceProfile),
  );
  const door = 'Is everything effective, or: lockdown?';

  test('comes up only where a lever before it does not hold', async () => {
    const without = reached(machine, [door]);
    expect(without).toContain('Quarantine every network interface');
    for (const name of ['Who decides: lockdown?', 'Ask a responder: lockdown', swapInstanceProfile.title])
      expect(without).not.toContain(name);
    const next = (outcome: string) => chosen(machine, door, { heldQuarantineInterfaces: { outcome } });
    expect(await next('not-verified')).toBe('Who decides: lockdown?');
    for (const held of ['verified', 'not-applicable', 'not read'])
      expect(await next(held)).not.toBe('Who decides: lockdown?');
  });
});

describe('the wider levers against a compromised instance', () => {
  const [block, stop] = ['Is everything effective, or: block?', 'Is everything effective, or: stop?'];
  const held = (outcome: string, flows?: string) => ({ outcome, ...(flows && { flows }) });
  const unread = { outcome: 'not read' };
  const next = (door: string, quarantine: object, acl: object = unread) =>
    chosen(render(ec2), door, { heldQuarantineInterfaces: quarantine, heldBlockAtNetworkAcl: acl });

  test('are asked about where flows outlast the quarantine, or it does not hold, and nowhere else', async () => {
    for (const seen of [held('verified', 'may live on'), held('not-verified')]) {
      expect(await next(block, seen)).toBe('Who decides: block?');
      expect(await next(stop, seen)).toBe('Who decides: stop?');
    }
    for (const seen of [held('verified'), held('not-applicable'), held('left-out'), unread]) {
      expect(await next(block, seen)).not.toBe('Who decides: block?');
      expect(await next(stop, seen)).not.toBe('Who decides: stop?');
    }
  });

  test('are asked about only where they can be done; what nobody could foresee is asked about', async () => {
    for (const [name, lever, otherwise] of [
      ['block', 'foreseenBlockAtNetworkAcl', 'Not asked: it cannot be done (block)'],
      ['stop', 'foreseenStopInstance', 'Not asked: it cannot be done (stop)'],
    ] as const) {
      const door = `Can it be done: ${name}?`;
      for (const outcome of ['possible', 'unknown'])
        expect(await chosen(render(ec2), door, { [lever]: { outcome } })).not.toBe(otherwise);
      for (const outcome of ['impossible', 'not-applicable'])
        expect(await chosen(render(ec2), door, { [lever]: { outcome } })).toBe(otherwise);
      expect(reached(render(ec2), [door])).not.toContain(`Ask a responder: ${name}`);
    }
    expect(reached(render(ec2), ['Ask a responder: block'])).toContain('Ask a responder: stop');
  });

  test('stopping, which loses the memory, comes after the network ACL, and only where that did not end them', async () => {
    const outlasted = held('verified', 'may live on');
    expect(await next(stop, outlasted, held('verified'))).not.toBe('Who decides: stop?');
    for (const acl of [unread, held('not-verified'), held('left-out'), held('not-applicable')])
      expect(await next(stop, outlasted, acl)).toBe('Who decides: stop?');
    const without = reached(render(ec2), ['Who decides: block?']);
    expect(without).not.toContain('Ask a responder: block');
  });

  test('that were ticked with the first question are taken without another one, and what goes less far is not asked', async () => {
    const machine = render(ec2);
    const door = (name: string, ...quarantineLevers: string[]) =>
      chosen(machine, name, {
        quarantineLevers,
        heldQuarantineInterfaces: held('verified', 'may live on'),
        heldBlockAtNetworkAcl: unread,
      });
    expect(await door(block, 'block-at-network-acl')).toBe('Who decides: block?');
    expect(await door(block, 'quarantine-interfaces', 'stop-instance')).toBe(stop);
    expect(await door(stop, 'stop-instance')).toBe('Who decides: stop?');
    const who = (kind: string, reason: string | null, ...quarantineLevers: string[]) =>
      chosen(machine, 'Who decides: stop?', {
        quarantineLevers,
        opened: { plans: { stop: { authority: { kind, ...(reason && { reason }) } } } },
      });
    expect(await who('ask', null, 'stop-instance')).toBe(stopInstance.title);
    expect(await who('refused', 'gone', 'stop-instance')).toBe('Not asked: it is gone (stop)');
    for (const others of [[], ['quarantine-interfaces']])
      expect(await who('ask', null, ...others)).toBe(`Foresee: ${stopInstance.title}`);
  });

  test('are not ticked where nobody chose: all of the question, silence and a standing order leave them', async () => {
    const next = (name: string) =>
      chosen(render(ec2), name, { quarantineLevers: null, heldQuarantineInterfaces: held('verified') });
    for (const name of [block, stop]) expect(await next(name)).not.toMatch(/Who decides/);
  });
});

/** All states, those inside Parallel and Map included. */
const allIn = ({ States }: Branch): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(allIn),
  ]);

/** States a run can come to, whatever is answered and fails, if it never leaves these. */
function reached(machine: Branch, dead: readonly string[]): string[] {
  const states = new Map(allIn(machine));
  const seen = new Set<string>();
  const queue = [machine.StartAt];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const state = states.get(name);
    if (!state || seen.has(name)) continue;
    seen.add(name);
    if (dead.includes(name)) continue;
    const { Next, Default, Choices = [], Catch = [], Branches = [] } = state;
    queue.push(...[...Choices, ...Catch].map((way) => way.Next), ...Branches.map(({ StartAt }) => StartAt));
    queue.push(...[Next, Default].filter((one) => one !== undefined));
  }
  return [...seen];
}

/** Where a choice leads with these variables, by the very language that Step Functions evaluates. */
async function chosen(machine: Branch, name: string, variables: object): Promise<string | undefined> {
  const { Choices = [], Default } = new Map(allIn(machine)).get(name) ?? { Type: 'Fail' };
  for (const { Condition, Next } of Choices) {
    const [, source = ''] = /^\{%(.*)%\}$/s.exec(Condition) ?? [];
    if (await jsonata(source).evaluate({}, { ...variables })) return Next;
  }
  return Default;
}

function stateOf({ States }: Branch, name: string): State {
  const state = States[name];
  if (!state) throw new Error(`There is no state "${name}"`);
  return state;
}

/** States entered on the way on which these conditions hold and nothing fails. */
function transitions(branch: Branch, holding: readonly string[]): number {
  let count = 0;
  for (let name: string | undefined = branch.StartAt; name; ) {
    const state: State = stateOf(branch, name);
    const rule = state.Choices?.find(({ Condition }) => holding.some((part) => Condition.includes(part)));
    for (const inner of state.Branches ?? []) count += transitions(inner, holding);
    count += 1;
    name = rule?.Next ?? state.Default ?? state.Next;
  }
  return count;
}

/** Reads of variables that some way there leaves unset; on AWS each would end the run. Inner scopes see the outer variables. */
function unset(branch: Branch, outer: readonly string[] = []): string[] {
  const known = new Map<string, Set<string>>([[branch.StartAt, new Set(outer)]]);
  const queue = [branch.StartAt];
  const flow = (next: string | undefined, set: Set<string>): void => {
    if (next === undefined) return;
    const before = known.get(next);
    const both = new Set([...set].filter((variable) => !before || before.has(variable)));
    if (before?.size === both.size) return;
    known.set(next, both);
    queue.push(next);
  };
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const { Choices = [], Catch = [], Next, Default, Assign } = stateOf(branch, name);
    const have = known.get(name) ?? new Set();
    for (const way of [...Choices, ...Catch, { Next, Assign }, { Next: Default, Assign }])
      flow(way.Next, new Set([...have, ...Object.keys(('Assign' in way && way.Assign) || {})]));
  }
  return Object.entries(branch.States).flatMap(([name, { Branches = [], ItemProcessor, Next, ...state }]) => {
    const have = known.get(name) ?? new Set();
    const read = [...JSON.stringify(state).matchAll(/\$(\w+)/g)].flatMap(([, variable]) => variable ?? []);
    const missing = read.filter((variable) => variable !== 'states' && !have.has(variable));
    const inner = [...Branches, ...(ItemProcessor ? [ItemProcessor] : [])];
    return [
      ...missing.map((variable) => `${name} reads $${variable}`),
      ...inner.flatMap((one) => unset(one, [...have])),
    ];
  });
}
