import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addStacks, newApp } from './app.ts';
import { bundle } from './bundle.ts';
import { explained } from './mistake.ts';
import { contractsOf } from './registry.ts';
import { settingsOf, warningsOf } from './settings.ts';

/** Writes what CDK deploys, from the context it was given, and answers the exit code; what is wrong is said on standard error. */
export async function synthesise(): Promise<number> {
  // Of its own, because several syntheses may run at once; CDK copies it into its output.
  const code = mkdtempSync(join(tmpdir(), 'tourniquet-'));
  try {
    const app = newApp();
    const config = settingsOf(app);
    const names = contractsOf(config).map(({ name }) => name);
    addStacks(app, config, await bundle(names, config, code));
    app.synth();
    for (const warning of warningsOf(config)) console.error(warning);
    return 0;
  } catch (error) {
    return explained(error);
  } finally {
    rmSync(code, { recursive: true });
  }
}
