import * as z from 'zod';
import { part, text } from '../../../lib/domain/finding/value.ts';
import type { Parameters } from './made.ts';
import type { Call, Said, Share } from './plan.ts';

/** What AWS calls things; anything else might be more to a shell than a word. */
const plain = /^[\w.:/@+=,-]{1,256}$/;

const Asked = z.object({ keyId: text, repositoryName: text, registryId: text, secretId: text });
const Answered = z.object({
  grantId: text,
  keyId: text,
  resourceShare: part(z.object({ resourceShareArn: text })),
});

type Words = (asked: z.infer<typeof Asked>, answered: z.infer<typeof Answered>) => readonly (string | null)[];

/**
 * Calls that let others in where no lever of ours shuts them out: the command that takes it back, a word it has to have null where the record does
 * not say it. KMS developer guide, "CreateGrant" under "Logging with CloudTrail"; ECR, RAM and Secrets Manager API references.
 */
const opening: Readonly<Record<string, Words>> = {
  'kms:CreateGrant': ({ keyId }, { grantId, keyId: arn }) => [
    'kms revoke-grant --key-id',
    arn ?? keyId,
    '--grant-id',
    grantId,
  ],
  'ecr:SetRepositoryPolicy': ({ repositoryName, registryId }) => [
    'ecr delete-repository-policy --repository-name',
    repositoryName,
    ...(registryId ? ['--registry-id', registryId] : []),
  ],
  'ram:CreateResourceShare': (_, { resourceShare }) => [
    'ram delete-resource-share --resource-share-arn',
    resourceShare?.resourceShareArn ?? null,
  ],
  'secretsmanager:PutResourcePolicy': ({ secretId }) => ['secretsmanager delete-resource-policy --secret-id', secretId],
};

const isPlain = (word: string | null): boolean => word !== null && plain.test(word);

/** What a call has opened to others; null where it opens nothing, or a lever of ours closes it. */
export function shareBy(call: string, region: string, request: Parameters, response: Parameters): Share | null {
  const words = Object.hasOwn(opening, call) ? opening[call] : undefined;
  if (!words) return null;
  const [verb = '', ...rest] = words(Asked.parse(request), Answered.parse(response));
  return { undo: [region, ...rest].every(isPlain) ? ['aws', verb, ...rest, '--region', region].join(' ') : null };
}

/** Three of the longest are about what a section of a message has room for beside the other sentences. */
const mostCommands = 3;

/** What of it lets others in when its maker is denied, with what takes it back. */
export function sharedIn(calls: readonly Call[]): Said {
  const opened = calls.flatMap(({ call, region, share }) =>
    share ? [{ name: `${call} in ${region}`, ...share }] : [],
  );
  const commands = [...new Set(opened.flatMap(({ undo }) => undo ?? []))];
  const unclear = [...new Set(opened.flatMap(({ name, undo }) => (undo ? [] : [name])))];
  const more = commands.length - mostCommands;
  return {
    facts: commands.slice(0, mostCommands).map((command) => `It lets others in until somebody runs: ${command}`),
    unknown: [
      ...(more > 0 ? [`${more} more calls that let others in`] : []),
      ...unclear.map((name) => `what ${name} let in`),
    ],
  };
}
