import { close, seal, seals } from './close.ts';
import type { Ask, Playbook } from './notation.ts';
import { answer, deedOf, doors, notAsked, planOf } from './question.ts';
import { closeEradication, failed, from, type Json, join, opened, type Part, startOf, task } from './state.ts';

const whether = 'Was it contained?';

export const eradications = ({ asks }: Playbook): Ask[] => asks.filter(({ kind }) => kind === 'eradicate');

/**
 * What follows the close-out, once what had to be contained is: people may take hours over it, and nobody waits for them to hear how the
 * containment ended. All is sealed before anybody is asked; of one removal after a look, so that a run that finds nothing seals once.
 */
export function eradication(asks: readonly Ask[], expected: Json): Part {
  const payload = { ...opened, plans: from('$opened.plans'), expected, part: 'eradication' };
  const Condition = from("$closed.state = 'contained' or $opened.run.mode = 'observe'");
  const sealed: Part = (next) => seal(seals.on, next);
  const [only, ...more] = asks;
  return (end) => {
    const parts =
      only && more.length === 0 ? [removal(only, sealed, end)] : [sealed, ...asks.map((ask) => removal(ask))];
    const removing = join(parts)(closeEradication);
    return {
      [whether]: { Type: 'Choice', Choices: [{ Condition, Next: startOf(removing, end) }], Default: end },
      ...removing,
      ...close(closeEradication, payload, seals.again),
      ...seal(seals.again, 'the end'),
    };
  };
}

/**
 * Looks first: where there is nothing to remove nobody is asked, and what people were shown is all that is removed. `sealed`: what comes
 * before people are asked; `end`: where it goes on if nobody is.
 */
function removal(ask: Ask, sealed?: Part, end?: string): Part {
  const { name, measure, acts } = ask;
  const found = `${name}Found`;
  const shown = from(`$${found}`);
  const call = { ...opened, ...planOf(ask), operation: 'run' };
  const acting = join(
    acts.map((step) => (next: string) => {
      const { within } = step.kind === 'lever' ? step.operations.apply : step.operations.run;
      return { [step.title]: task(step.name, within, { ...call, shown }, next, deedOf(step, 'run')) };
    }),
  );
  return (next) => {
    const act = acting(next);
    const yes = startOf(act, next);
    const asking = join([...(sealed ? [sealed] : []), answer(ask, { blast: shown }, yes)])(next);
    const something = `Is there anything to do: ${name}?`;
    const without = end ?? next;
    const unasked = notAsked(ask, without);
    const Choices = [
      { Condition: doors(ask).beforehand, Next: yes },
      ...unasked.Choices,
      { Condition: from(`$${found}.removable = 'none'`), Next: without },
    ];
    const looking = measure && {
      [`Look: ${name}`]: {
        ...task(measure.name, measure.operations.run.within, call, something, deedOf(measure, 'run')),
        Assign: { [found]: from('$states.result.Payload') },
        Catch: failed(next, deedOf(measure, 'run')),
      },
    };
    const choice = { [something]: { Type: 'Choice', Choices, Default: startOf(asking, next) } as const };
    return { ...looking, ...choice, ...unasked.States, ...asking, ...act };
  };
}
