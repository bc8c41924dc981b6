import { synthesise } from '../lib/infra/synthesis.ts';

// Not 0 over what CDK has set: a violation is a failure too.
const code = await synthesise();
if (code > 0) process.exitCode = code;
