import type { Verb } from './verb.ts';

/** What the completion script asks for: the words typed so far, the last one perhaps empty. Prints the suggestions. */
export async function suggest(verbs: readonly Verb[], words: readonly string[]): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab');
  for (const { name, summary, operands, options } of verbs) {
    const command = tab.command(name, summary);
    for (const operand of operands) {
      command.argument(operand.name(), (complete) => {
        for (const choice of operand.argChoices ?? []) complete(choice, operand.description);
      });
    }
    // A handler tells tab that the option takes a value; there is none to suggest.
    for (const option of options) command.option(option.name(), option.description, () => {});
    command.option('json', 'speak to machines');
    command.option('help', 'show help');
  }
  tab.parse([...words]);
}
