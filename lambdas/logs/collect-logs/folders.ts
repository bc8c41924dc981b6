import type { Kind } from '../../../lib/domain/logs.ts';
import { type Context, copy, type Folder, filesIn, nothingCopied, type Room } from './files.ts';
import { count, dayFolder, daysOf, type LogFile, type Span, shellWord } from './plan.ts';
import { attempted, type Taken } from './taken.ts';

/** The whole command that takes a day: names that only begin with a day lie in no folder of theirs. */
function copyCommand({ bucket, base, layout }: Folder, day: string): string {
  const path = `${base}${dayFolder(day, layout)}`;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const words = `aws s3 cp --recursive ${shellWord(`s3://${bucket}/${folder}`)} ${shellWord(`./${folder}`)}`;
  const begins = path.slice(folder.length);
  return begins ? `${words} --exclude '*' --include ${shellWord(`${begins}*`)}` : words;
}

/** Days on which something was left. */
const daysLeft = ({ base, layout }: Folder, left: readonly LogFile[], span: Span): string[] =>
  daysOf(span).filter((day) => left.some(({ key }) => key.startsWith(`${base}${dayFolder(day, layout)}`)));

interface Wanted {
  readonly kind: Kind;
  readonly folders: readonly Folder[];
  readonly span: Span;
  readonly room: Room;
  /** Which of the files there; left out: all. */
  readonly isOwn?: (file: LogFile) => boolean;
}

/** Copies the files of folders, and says by which commands the rest is had. */
export async function copyFolders(context: Context, { kind, folders, span, room, isOwn = () => true }: Wanted) {
  const lists = await Promise.all(folders.map((folder) => filesIn(context.session, folder, span)));
  const isNew = ({ bucket, key }: LogFile): boolean =>
    !span.earlier?.files.has(`arn:${context.target.partition}:s3:::${bucket}/${key}`);
  const files = lists.flat().filter((file) => isOwn(file) && isNew(file));
  const copied = context.run.mode === 'respond' ? await copy(context, kind, files, room) : nothingCopied;
  const missed = (folder: Folder) => daysLeft(folder, copied.left, span).map((day) => copyCommand(folder, day));
  return { ...copied, listed: files.length, commands: [...folders.flatMap(missed), ...copied.grants] };
}

/** The same of one log that writes into a bucket. */
export function takeFolder(context: Context, what: string, folder: Folder, wanted: Omit<Wanted, 'folders'>) {
  const where = `s3://${folder.bucket}/${folder.base}`;
  return attempted(`${what}, ${where},`, async (): Promise<Taken> => {
    const taken = await copyFolders(context, { ...wanted, folders: [folder] });
    const { sealed, listed, left, failed, commands, denied } = taken;
    const over = left.length > 0 ? [`${what}: no room for ${count(left.length, 'file')}`] : [];
    const trouble = [...failed.map((one) => `${what}: ${one}`), ...over];
    const shut = denied === 'all' ? `; ${failed.join('; ')}` : '';
    const words = `${what}: ${sealed.length} of ${count(listed, 'file')} in ${where}${shut}`;
    return { sealed, words, trouble, commands, came: denied === 'all' ? 'denied' : 'read' };
  });
}
