import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../lib/domain/nearest.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Ends with exit code 2, the reason, and how to do it right. */
export function wrongUsage(reason: string, usage: string): never {
  process.stderr.write(`${reason}\n\n${usage}`);
  process.exit(2);
}

/** The options of one of our scripts. `--help` prints the usage and ends; anything unknown is wrong usage. */
export function optionsOf<const Known extends Options>(usage: string, known: Known) {
  try {
    const { values } = parseArgs({ options: { ...known, help: { type: 'boolean' } } });
    if ('help' in values && values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    return values;
  } catch (error) {
    const [, typed = ''] = /Unknown option '--([^']*)'/.exec((error as Error).message) ?? [];
    const near = nearest(typed, [...Object.keys(known), 'help']);
    if (typed) return wrongUsage(`There is no option --${typed}.${near ? ` Did you mean --${near}?` : ''}`, usage);
    return wrongUsage((error as Error).message, usage);
  }
}
