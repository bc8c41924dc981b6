import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps, type Stack } from 'aws-cdk-lib';

/** An app that judges nothing: it synthesises in a tenth of the time. */
export const bareApp = (into: Pick<AppProps, 'outdir'> = {}): App =>
  new App({ autoSynth: false, builtinCloudFormationValidation: false, ...into });

/** The bytes CDK writes for a stack: a StackSet takes its template as one text. */
export function templateOf(make: (app: App) => Stack): string {
  // Of its own: what belongs to a StackSet is no part of what is deployed beside it.
  const outdir = mkdtempSync(join(tmpdir(), 'tourniquet-stack-set-'));
  try {
    const app = bareApp({ outdir });
    const stack = make(app);
    app.synth();
    return readFileSync(join(outdir, stack.templateFile), 'utf8');
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
