#!/usr/bin/env node
import { run } from './console/program.ts';
import { suggest } from './console/suggest.ts';
import { approve } from './verbs/approve.ts';
import { completion } from './verbs/completion.ts';
import { decline } from './verbs/decline.ts';
import { incident } from './verbs/incident.ts';
import { incidents } from './verbs/incidents.ts';
import { mode } from './verbs/mode.ts';
import { release } from './verbs/release.ts';

const verbs = [incidents, incident, approve, decline, release, mode, completion];

// Whoever reads us may have seen enough (`| head`).
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

const [first, separator, ...words] = process.argv.slice(2);
if (first === 'complete' && separator === '--') await suggest(verbs, words);
else process.exitCode = await run(verbs, process.argv.slice(2));
