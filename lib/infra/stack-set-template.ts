import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';

/** The bytes CDK writes for a stack: a StackSet takes its template as one text. */
export function templateOf(newApp: (into: { outdir: string }) => App, make: (app: App) => Stack): string {
  // Of its own: what belongs to a StackSet is no part of what is deployed beside it.
  const outdir = mkdtempSync(join(tmpdir(), 'tourniquet-stack-set-'));
  try {
    const app = newApp({ outdir });
    const stack = make(app);
    app.synth();
    return readFileSync(join(outdir, stack.templateFile), 'utf8');
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
