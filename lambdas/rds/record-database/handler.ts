import {
  DownloadDBLogFilePortionCommand,
  type DownloadDBLogFilePortionCommandOutput,
  paginateDescribeDBLogFiles,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { Custody } from '../../../lib/domain/custody.ts';
import type { Piece } from '../../../lib/domain/recorded.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { acquireAll, type Wanted } from '../../runtime/acquire.ts';
import { sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { seal } from '../../runtime/vault.ts';
import { clusterArns, instanceArns } from '../database.ts';
import { described } from '../describe.ts';
import type { Database } from '../kinds.ts';
import { chosen, type LogFile, leftSentence, partBytes, wantedSince } from './plan.ts';
import { recordDatabase } from './step.ts';

type Context = StepContext<Database>;
const kind = 'database-log';

async function filesOf({ session, finding, run }: Context, instance: string): Promise<LogFile[]> {
  const found: LogFile[] = [];
  const since = { DBInstanceIdentifier: instance, FileLastWritten: wantedSince(finding?.firstSeen, run.openedAt) };
  const asked = { client: session.client(RDSClient) };
  for await (const { DescribeDBLogFiles = [] } of paginateDescribeDBLogFiles(asked, since))
    for (const { LogFileName: name, LastWritten: lastWritten = 0, Size: size = 0 } of DescribeDBLogFiles)
      if (name) found.push({ instance, name, lastWritten, size });
  return found;
}

/** A log file in portions of a megabyte at most (RDS API reference, DownloadDBLogFilePortion), joined until a part is full. */
async function* parts({ session }: Context, { instance, name }: LogFile): AsyncGenerator<Buffer> {
  const rds = session.client(RDSClient);
  let [held, bytes]: [Buffer[], number] = [[], 0];
  for (let marker: string | undefined = '0'; marker !== undefined; ) {
    const portion: DownloadDBLogFilePortionCommandOutput = await rds.send(
      new DownloadDBLogFilePortionCommand({ DBInstanceIdentifier: instance, LogFileName: name, Marker: marker }),
    );
    const data = Buffer.from(portion.LogFileData ?? '');
    held.push(data);
    bytes += data.length;
    marker = portion.AdditionalDataPending ? portion.Marker : undefined;
    if (bytes < partBytes && marker !== undefined) continue;
    if (bytes > 0) yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
}

const where = ({ target: { account, region }, run }: Context) => ({ incident: run.incident, account, region });

/** The parts of one file, each an artefact of its own; `at` numbers the files, since their names are for the record and not for a path. */
async function sealLog(context: Context, file: LogFile, at: number): Promise<Custody[]> {
  const sealed: Custody[] = [];
  const from = arn(context.target, 'rds', `db:${file.instance}`);
  for await (const body of parts(context, file)) {
    const part = sealed.length + 1;
    const source = `${from} ${file.name}, part ${part}`;
    const name = `database-log-${at + 1}-${part}.txt`;
    sealed.push(await seal(context, { ...where(context), kind, name, source, body }));
  }
  return sealed;
}

/** Log files one after the other: each is held in part while it passes. What fails, and what there is no room for, is a gap. */
async function logs(context: Context): Promise<Piece[]> {
  const failed = (what: string) => (error: unknown) => {
    gaps.push({ kind, error: `${what}: ${sentence(error)}`, thrown: error });
    return [];
  };
  const gaps: Piece[] = [];
  const listed = context.target.instances.map((id) => filesOf(context, id).catch(failed(`log files of ${id}`)));
  const { taken, left } = chosen((await Promise.all(listed)).flat());
  const sealed: Custody[] = [];
  if (context.run.mode === 'respond')
    for (const [at, file] of taken.entries())
      sealed.push(...(await sealLog(context, file, at).catch(failed(`${file.name} of ${file.instance}`))));
  const because = leftSentence(left);
  return [
    ...sealed.map((had) => ({ kind, had })),
    ...gaps,
    ...(because ? [{ kind, error: because, thrown: null }] : []),
  ];
}

/** How RDS describes it, which names no password. */
const description: Wanted<Database> = {
  kind: 'database-description',
  name: 'database.json',
  absent: 'the database no longer exists',
  async read(target, session) {
    const { cluster, instances } = await described(target, session);
    return cluster || instances.length > 0 ? Buffer.from(JSON.stringify({ cluster, instances }, null, 2)) : null;
  },
};

export const handler = serveStep(recordDatabase, async (context) => {
  const [source = ''] = context.target.cluster ? clusterArns(context.target) : instanceArns(context.target);
  return acquireAll(context, source, [description], await logs(context));
});
