import { Argument } from 'commander';
import type { Answer, Verb } from '../console/verb.ts';

export default {
  name: 'memory',
  summary: 'check whether a memory dump (LiME, as AVML writes it) is whole, and hash it; needs no AWS',
  operands: [new Argument('<file>', 'the dump; - reads standard input, as it comes')],
  options: [],
  examples: ['memory i-0abc.lime', 'memory - < i-0abc.lime'],

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({ operands: [path = ''] }): Promise<Answer> {
    const { dumpAt, dumpWords } = await import('../console/memory-dump.ts');
    const dump = await dumpAt(path);
    const text = dumpWords(dump);
    const failed = dump.kind === 'whole' ? {} : { failed: `${path} is no whole dump of memory.` };
    return { data: { file: path, ...dump }, text, next: 'verify --help', ...failed };
  },
} satisfies Verb;
