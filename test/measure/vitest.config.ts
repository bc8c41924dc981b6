import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['test/measure/*.measure.ts'],
    globalSetup: 'test/deployed/deployment.setup.ts',
    testTimeout: 240_000,
    fileParallelism: false,
  },
});
