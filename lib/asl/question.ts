import { NotAsked } from '../domain/authority.ts';
import { outlasted } from '../domain/outcome.ts';
import { type AnyLever, type AnyStep, camel, type OperationName, withReading } from '../domain/step.ts';
import type { Ask } from './notation.ts';
import {
  entrance,
  failed,
  from,
  invoke,
  type Json,
  join,
  opened,
  type Part,
  type Payload,
  type State,
  type States,
  startOf,
  task,
} from './state.ts';

export const planOf = (ask: Ask): { plan: string } => ({ plan: from(`$opened.plans.${ask.name}`) });

/** The levers that people agreed to; null: all of them. */
const chosenVariable = ({ name }: Pick<Ask, 'name'>): string => `${name}Levers`;

/** That one of its levers was ticked in the list of an earlier question. */
const ticked = ({ acts }: Ask, name: string): string =>
  from(acts.map((lever) => `'${lever.name}' in $${chosenVariable({ name })}`).join(' or '));

/** What lets a run act: an answer given beforehand, one given with an earlier question, or one given now. Nothing that hurts is reachable otherwise. */
export function doors(ask: Ask): { beforehand: string; earlier?: string; now: string } {
  const kinds = ask.unless === 'standing order' ? "'standing', 'observe'" : "'observe'";
  const verdicts = ask.ifNobodyAnswers === 'contain' ? "'APPROVED', 'CONTAIN'" : "'APPROVED'";
  return {
    beforehand: from(`$opened.plans.${ask.name}.authority.kind in [${kinds}]`),
    ...(ask.offeredIn && { earlier: ticked(ask, ask.offeredIn) }),
    now: from(`$${ask.name}Decision in [${verdicts}]`),
  };
}

type Call = (title: string, operation: OperationName, within: number, more?: Payload) => Part;

export const deedOf = ({ name: step, phase }: AnyStep, operation: OperationName) => ({ step, operation, phase });

const calling =
  (step: AnyStep, plan: Payload): Call =>
  (title, operation, within, more = {}) => {
    const payload = { operation, ...opened, ...plan, ...more };
    return (next) => ({ [title]: task(step.name, within, payload, next, deedOf(step, operation)) });
  };

/** A step runs; a lever is applied and then read back, even when applying failed, so that what holds is known. */
export function act(step: AnyStep, plan: Payload = {}): Part {
  if (step.kind === 'lever') return actAll(step.name, [step], plan, []);
  return calling(step, plan)(step.title, 'run', step.operations.run.within);
}

const handed = (step: AnyLever): Payload => (step.operations.prepare ? { prepared: from(`$${prepared(step)}`) } : {});

/** What takes time is read back once it had it. */
const applied = (step: AnyLever, plan: Payload): Part =>
  calling(step, plan)(step.title, 'apply', step.operations.apply.within, handed(step));

/** Does it and reads back in one call, or by a call of its own where that failed. What an escalation waits for is kept; unread is no good news. */
function verified(step: AnyLever, operation: 'apply' | 'confirm', plan: Payload, watched: readonly AnyLever[]): Part {
  const [call, reading] = [calling(step, plan), `Verify: ${step.title}`];
  const title = operation === 'apply' ? step.title : `Confirm: ${step.title}`;
  const more = { further: 'verify', ...(operation === 'apply' && handed(step)) };
  const held = (as: Json) => (watched.includes(step) ? { Assign: { [verifiedVariable(step)]: as } } : {});
  const keep = held(from('$states.result.Payload'));
  const unread = (next: string) => failed(next, deedOf(step, 'verify'), held({ outcome: 'not-verified' }));
  const state = (part: Part, next: string, Catch: object[]): States =>
    Object.fromEntries(Object.entries(part(next)).map(([name, one]) => [name, Object.assign(one, keep, { Catch })]));
  const [doing, undone] = [call(title, operation, withReading(step, operation), more), deedOf(step, operation)];
  const verifying = call(reading, 'verify', step.operations.verify.within);
  return (next) => ({
    ...state(doing, next, failed(reading, undone)),
    ...state(verifying, next, unread(next)),
  });
}

const verifiedVariable = (lever: AnyLever): string => camel(`held-${lever.name}`);

/** Before anything is read back or chosen: reading a variable never set ends a run. */
export const nothingYet = (watched: readonly AnyLever[], asks: readonly Ask[]): Record<string, unknown> =>
  Object.fromEntries([
    ...watched.map((lever) => [verifiedVariable(lever), { outcome: 'not read' }]),
    ...asks.flatMap(({ offeredIn }) => (offeredIn ? [[chosenVariable({ name: offeredIn }), null]] : [])),
  ]);

/** All levers of a question: first everything is applied, then what takes time is waited for at once, confirmed and read back. */
export function actAll(name: string, acts: readonly AnyStep[], plan: Payload, watched: readonly AnyLever[]): Part {
  const levers = acts.flatMap((step): AnyLever[] => (step.kind === 'lever' ? [step] : []));
  const slow = levers.filter(({ settles }) => settles);
  const Seconds = Math.max(...slow.map(({ settles = 0 }) => settles));
  const pause: Part = (Next) => ({ [`Let it take effect: ${name}`]: { Type: 'Wait', Seconds, Next } });
  return join([
    ...levers.map((step) => (step.settles ? applied(step, plan) : verified(step, 'apply', plan, watched))),
    ...(slow.length > 0 ? [pause] : []),
    ...slow.map((step) => verified(step, 'confirm', plan, watched)),
  ]);
}

const prepared = (lever: AnyStep): string => camel(`prepared-${lever.name}`);
const preparing = (ask: Ask) =>
  ask.acts.flatMap((lever) => {
    const prepare = lever.kind === 'lever' && lever.operations.prepare;
    return prepare
      ? [{ lever, title: `Prepare: ${lever.title}`, within: prepare.within, variable: prepared(lever) }]
      : [];
  });

/** Keeps what was found out before a question. A failure leaves something else, since reading a variable never set ends a run. */
const keeping =
  (ask: Ask) =>
  (variable: string, title: string, step: AnyStep, operation: OperationName, within: number): Part => {
    // What was not prepared is said in the question; apply tries it once more. What could not be foreseen may be possible.
    const left = { prepare: { failed: from('$states.errorOutput') }, foresee: { outcome: 'unknown' } };
    const lost = operation === 'prepare' || operation === 'foresee' ? left[operation] : null;
    const payload = { operation, ...opened, ...planOf(ask) };
    return (next) => ({
      [title]: {
        ...task(step.name, within, payload, next, deedOf(step, operation)),
        Assign: { [variable]: from('$states.result.Payload') },
        Catch: failed(next, deedOf(step, operation), { Assign: { [variable]: lost } }),
      },
    });
  };

/** Measured and prepared while people think. */
function ahead(ask: Ask): Part[] {
  const { measure } = ask;
  const keep = keeping(ask);
  return [
    ...(measure ? [keep('blast', measure.title, measure, 'run', measure.operations.run.within)] : []),
    ...preparing(ask).map(({ variable, title, lever, within }) => keep(variable, title, lever, 'prepare', within)),
  ];
}

/** The question in a few words. */
export const askedFor = ({ kind, name }: Ask): string => (kind === 'hand over' ? 'Who takes over?' : `May we ${name}?`);

/** Silence is no failure. */
const silent = (Next: string) => [{ ErrorEquals: ['States.Timeout'], Output: from('$states.input'), Next }];

/** Puts the question to the responders, then to the second channel; then silence decides as the playbook declares. */
export function answer(ask: Ask, shown: Payload, yes: string): Part {
  const [put, again] = [`Ask a responder: ${ask.name}`, `Ask the second channel: ${ask.name}`];
  const [silence, may, hold] = [`Nobody answered: ${ask.name}`, askedFor(ask), `Hold: ${ask.name}`];
  const payload = { ...opened, ...planOf(ask), ...shown };
  const phase = ask.kind === 'eradicate' ? 'eradicate' : 'contain';
  const asking = { step: 'request-approval', operation: 'run', phase };
  const wait = (operation: string, patience: 'climbs' | 'within', onSilence: string, on: string): State => ({
    ...entrance('request-approval', { operation, ...payload, token: from('$states.context.Task.Token') }, on),
    Resource: `${invoke}.waitForTaskToken`,
    TimeoutSeconds: from(`$opened.plans.${ask.name}.question.${patience}`),
    Output: from('$states.input'),
    Assign: {
      [`${ask.name}Decision`]: from('$states.result.verdict'),
      [chosenVariable(ask)]: from('$states.result.levers'),
    },
    Catch: [...silent(onSilence), ...failed(onSilence, asking)],
  });
  const choice = (Next: string): States => ({
    [may]: { Type: 'Choice', Choices: [{ Condition: doors(ask).now, Next: yes }], Default: hold },
    [hold]: { Type: 'Pass', Next },
  });
  return (next) => {
    // Where nothing follows a yes there is nothing to choose.
    const [answered, unanswered, choosing] = yes === next ? [next, next, {}] : [may, hold, choice(next)];
    return {
      [put]: wait('ask', 'climbs', again, answered),
      [again]: wait('escalate', 'within', silence, answered),
      [silence]: {
        ...entrance('request-approval', { operation: 'expire', ...payload }, answered),
        Output: from('$states.input'),
        Assign: { [`${ask.name}Decision`]: from('$states.result.Payload.verdict'), [chosenVariable(ask)]: null },
        Catch: failed(unanswered, asking),
      },
      ...choosing,
    };
  };
}

/** The names of the states in which a question ends that is put to nobody. */
const whyNot: Readonly<Record<NotAsked, string>> = {
  gone: 'it is gone',
  own: "it is Tourniquet's own",
  'break-glass': 'on the break-glass list',
  'out-of-reach': 'no account may change it',
  'no-organization-admin': 'no organisation administrator',
  'no-lever': 'no lever for this kind',
  answered: 'already answered in this incident',
  exempt: 'an exemption',
};

/** The ways past a question that is put to nobody, each to a state that says why; a question without levers is put to people, but where it is answered or exempt. */
export function notAsked({ name, acts }: Ask, Next: string, instead = Next) {
  const state = (reason: NotAsked): string => `Not asked: ${whyNot[reason]} (${name})`;
  const decision = `$opened.plans.${name}.authority`;
  const reasons = NotAsked.exclude(['exempt']).options.filter((one) => acts.length > 0 || one === 'answered');
  const way = (condition: string, reason: NotAsked) => ({ Condition: from(condition), Next: state(reason) });
  const States: States = Object.fromEntries(
    [...reasons, 'exempt' as const].map((reason) => [
      state(reason),
      { Type: 'Pass', Next: leverless.includes(reason) ? instead : Next },
    ]),
  );
  // The last takes whatever is refused: nobody is asked because a reason was not understood.
  const Choices = [
    ...reasons.map((reason) => way(`${decision}.reason = '${reason}'`, reason)),
    way(`${decision}.kind = 'refused'`, 'exempt'),
  ];
  return { Choices, States };
}

/** Why no lever is there for what the finding names: none takes it, or what would is in no account we know. */
const leverless: readonly NotAsked[] = ['no-lever', 'no-organization-admin'];

/** No question has a lever for what the finding names. */
const noLever = (asks: readonly Ask[]): string => {
  const reasons = leverless.map((reason) => `'${reason}'`).join(', ');
  return from(asks.map(({ name }) => `$opened.plans.${name}.authority.reason in [${reasons}]`).join(' and '));
};

/** What is asked for only where it is needed is looked at first: of what cannot be done nobody is asked. */
function possible(ask: Ask, asking: States, past: string): States {
  if (ask.unlessHeld.length === 0) return asking;
  const levers = ask.acts.flatMap((one) =>
    one.kind === 'lever' ? [[camel(`foreseen-${one.name}`), one] as const] : [],
  );
  const looks = levers.map(([variable, one]) =>
    keeping(ask)(variable, `Foresee: ${one.title}`, one, 'foresee', one.operations.foresee.within),
  );
  const can = levers.map(([variable]) => `$${variable}.outcome in ['possible', 'unknown']`).join(' or ');
  const cannot = `Not asked: it cannot be done (${ask.name})`;
  const Choices = [{ Condition: from(can), Next: startOf(asking, past) }];
  const choice: Part = () => ({
    [`Can it be done: ${ask.name}?`]: { Type: 'Choice', Choices, Default: cannot },
    [cannot]: { Type: 'Pass', Next: past },
  });
  return { ...join([...looks, choice])(past), ...asking };
}

/**
 * Where something does not hold, or flows outlast it, people are asked for more, unless a wider lever holds by now. What was ticked with an earlier
 * question needs no such reason, and leads past what goes less far.
 */
function needed(ask: Ask, wider: readonly Ask[], { past, further }: { past: string; further: string }): States {
  const { name, unlessHeld, needlessWith } = ask;
  if (unlessHeld.length === 0) return {};
  const Next = whoDecides(ask);
  const seen = (levers: readonly AnyLever[], field: string): string =>
    levers.map((lever) => `$${verifiedVariable(lever)}.${field}`).join(', ');
  const slips = `'not-verified' in [${seen(unlessHeld, 'outcome')}] or '${outlasted}' in [${seen(unlessHeld, 'flows')}]`;
  const tick = (one: Ask, to: string) =>
    [doors(one).earlier ?? []].flat().map((Condition) => ({ Condition, Next: to }));
  const Choices = [
    ...tick(ask, Next),
    ...wider.flatMap((one) => tick(one, further)),
    ...(needlessWith.length > 0
      ? [{ Condition: from(`'verified' in [${seen(needlessWith, 'outcome')}]`), Next: past }]
      : []),
    { Condition: from(slips), Next },
  ];
  return { [`Is everything effective, or: ${name}?`]: { Type: 'Choice', Choices, Default: past } };
}

/** What is first set where the first question is decided costs no state of its own. */
const beginning = <Way extends object>(way: Way & { readonly Assign?: object }, first: object): Way =>
  Object.keys(first).length > 0 ? { ...way, Assign: { ...first, ...way.Assign } } : way;

/** What is asked in place of questions none of which has a lever for what the finding names. */
export interface Instead {
  readonly ask: Ask;
  /** The others, which come before it. */
  readonly others: readonly Ask[];
}

/** Questions of which each goes further than the one before: where the first is not needed, none is. */
export function questions(
  [ask, ...wider]: readonly Ask[],
  watched: readonly AnyLever[],
  first: object,
  instead?: Instead,
): Part {
  return (next) => {
    if (!ask) return {};
    const after = wider.length > 0 ? questions(wider, watched, {})(next) : {};
    const further = startOf(after, next);
    return {
      ...needed(ask, wider, { past: next, further }),
      ...question(ask, watched, first, instead)(further),
      ...after,
    };
  };
}

const whoDecides = ({ name }: Ask): string => `Who decides: ${name}?`;

/** Who decides; the question, where a person does; and what follows a yes. */
function question(ask: Ask, watched: readonly AnyLever[], first: object, instead?: Instead): Part {
  const ready = preparing(ask).map(({ lever, variable }) => [lever.name, from(`$${variable}`)]);
  const shown: Payload = {
    blast: ask.measure ? from('$blast') : null,
    ...(ready.length > 0 && { prepared: Object.fromEntries(ready) }),
  };
  const Assign = Object.fromEntries(preparing(ask).map(({ variable }) => [variable, null]));
  return (next) => {
    const chosen = { ...planOf(ask), chosen: from(`$${chosenVariable(ask)}`) };
    const acting = join([
      actAll(ask.name, ask.acts, chosen, watched),
      ...(ask.picking ? [act(ask.picking, planOf(ask))] : []),
    ])(next);
    const yes = startOf(acting, next);
    const asking = possible(ask, join([...ahead(ask), answer(ask, shown, yes)])(next), next);
    const { beforehand, earlier } = doors(ask);
    const already = (Condition: string, levers: string | null) => ({
      Condition,
      Assign: { blast: null, [chosenVariable(ask)]: levers, ...Assign },
      Next: yes,
    });
    const other: States = instead ? question(instead.ask, watched, {})(next) : {};
    const alone = !instead || instead.others.length === 0;
    const unasked = notAsked(ask, next, alone ? startOf(other, next) : next);
    const none = alone ? [] : [{ Condition: noLever([...instead.others, ask]), Next: startOf(other, next) }];
    const Choices = [
      already(beforehand, null),
      ...none,
      ...unasked.Choices,
      ...(earlier ? [already(earlier, from(`$${chosenVariable({ name: `${ask.offeredIn}` })}`))] : []),
    ].map((one) => beginning(one, first));
    return {
      [whoDecides(ask)]: beginning({ Type: 'Choice', Choices, Default: startOf(asking, next) }, first),
      ...unasked.States,
      ...asking,
      ...acting,
      ...other,
    };
  };
}
