import type { Verb } from './verb.ts';

/** The option whose value is being typed, `--regime d` or `--regime=d`; undefined where it is none. */
const optionIn = (words: readonly string[]): string | undefined =>
  /^--([\w-]+)=/.exec(words.at(-1) ?? '')?.[1] ?? /^--([\w-]+)$/.exec(words.at(-2) ?? '')?.[1];

/** What the completion script asks for: the words typed so far, the last one perhaps empty. Prints the suggestions. */
export async function suggest(verbs: readonly Verb[], words: readonly string[]): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab');
  for (const verb of verbs) {
    const { name, summary, operands, options } = verb;
    const command = tab.command(name, summary);
    const own = words[0] === name ? await verb.suggest?.(words.at(-1) ?? '') : undefined;
    for (const operand of operands) {
      const offer = (complete: (value: string, description: string) => void): void => {
        for (const choice of operand.argChoices ?? own ?? [])
          complete(choice, operand.argChoices ? operand.description : '');
      };
      command.argument(operand.name(), offer, operand.variadic);
    }
    const asked = optionIn(words) ?? '';
    const values = words[0] === name ? ((await verb.values?.[asked]?.(words)) ?? []) : [];
    // A handler tells tab that the option takes a value, also where there is none to suggest.
    for (const option of options) {
      command.option(option.name(), option.description, (complete) => {
        for (const [value, about] of values) complete(value, about);
      });
    }
    command.option('json', 'print JSON');
    command.option('help', 'show help');
  }
  tab.parse([...words]);
}
