import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addStacks, newApp } from '../lib/infra/app.ts';
import { bundle } from '../lib/infra/bundle.ts';
import { explained } from '../lib/infra/mistake.ts';
import { contractsOf } from '../lib/infra/registry.ts';
import { settingsOf } from '../lib/infra/settings.ts';

// Of its own, because several syntheses may run at once; CDK copies it into its output.
const code = mkdtempSync(join(tmpdir(), 'tourniquet-'));
try {
  const app = newApp();
  const config = settingsOf(app);
  const names = contractsOf(config).map(({ name }) => name);
  addStacks(app, config, await bundle(names, config, code));
  app.synth();
} catch (error) {
  process.exitCode = explained(error);
} finally {
  rmSync(code, { recursive: true });
}
