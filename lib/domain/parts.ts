import * as z from 'zod';

/** A part of what comes into the vault in parts, as S3 has it; `size` in bytes. */
export const Part = z.object({ number: z.int(), etag: z.string(), size: z.int() });
export type Part = z.infer<typeof Part>;
