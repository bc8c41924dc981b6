import { synthesise } from '../lib/infra/synthesis.ts';

process.exitCode = await synthesise();
