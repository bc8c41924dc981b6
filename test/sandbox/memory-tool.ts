import { createHash } from 'node:crypto';

/**
 * Stands in for AVML: two ranges of nine MiB each that look like nothing, and are the same each time, with the headers of LiME (lib/domain/lime.ts).
 * Where the instance has a program `between-ranges`, that runs in between.
 */
export const memoryTool = `#!/bin/sh
[ "$1" = /dev/stdout ] || exit 2
exec > "$1"
bytes() { head -c 9437184 /dev/zero | openssl enc -aes-128-ctr -K 000102030405060708090a0b0c0d0e0f -iv "$1"; }
printf 'EMiL\\001\\000\\000\\000\\000\\020\\000\\000\\000\\000\\000\\000\\377\\017\\220\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000'
bytes 00000000000000000000000000000001
if command -v between-ranges > /dev/null; then between-ranges; fi
printf 'EMiL\\001\\000\\000\\000\\000\\000\\000\\000\\001\\000\\000\\000\\377\\377\\217\\000\\001\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000'
bytes 00000000000000000000000000000002
`;

const sha256 = createHash('sha256').update(memoryTool).digest('hex');

/** Where it lies: in a bucket of the hub, for one kind of processor; on the instance itself, for the other, and there it is another one than is wanted. */
export const toolBucket = { bucket: 'example-corp-tools', key: 'memory/avml' } as const;
export const toolOnHost = { path: '/opt/memory/avml', text: `${memoryTool}# changed by a thief\n` } as const;

/** As the sandbox configures it. */
export const memory = {
  linux: {
    x86_64: { from: `s3://${toolBucket.bucket}/${toolBucket.key}`, sha256 },
    arm64: { from: toolOnHost.path, sha256 },
  },
  capMinutes: 2,
};
