/** Logs of an attack that was really made: found, sealed as they were written, and what is missing is said. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { kinds } from '../../lib/domain/logs.ts';
import { customers } from '../sandbox/estate.ts';
import { pool } from '../sandbox/web-logs.ts';
import { deployed } from './deployed.ts';
import { playAccessLog } from './proof/access-log-course.ts';
import { playLogFiles } from './proof/log-course.ts';

const deployment = deployed();

test('the files of the trail and the flow logs are sealed byte by byte, with a row for each of seven kinds', async () => {
  const { theft, result, files, victim, group } = await playLogFiles(deployment);
  expect(theft).toBe('allowed');
  const { logs } = result;
  expect(logs.map(({ kind }) => kind)).toEqual(kinds);
  const states = Object.fromEntries(logs.map(({ kind, state }) => [kind, state]));
  expect(states).toMatchObject({ audit: 'available', key: 'available', storage: 'available', compute: 'available' });
  // They were switched on only after the first sign.
  const network = logs.find(({ kind }) => kind === 'network');
  expect(network).toMatchObject({ state: 'gap', from: expect.any(String), to: expect.any(String) });
  expect(network?.words).toContain(group);

  const ofFiles = files.filter(({ own }) => own !== null);
  for (const { kept, own } of ofFiles) expect(kept.equals(own ?? Buffer.from(''))).toBe(true);
  expect(new Set(ofFiles.map(({ kind }) => kind))).toEqual(new Set(['audit-logs', 'network-logs']));
  const records = ofFiles
    .filter(({ kind }) => kind === 'audit-logs')
    .flatMap(({ kept }) => (JSON.parse(gunzipSync(kept).toString()) as { Records: { eventName: string }[] }).Records);
  const stolen = records.find((one) => one.eventName === 'GetObject' && JSON.stringify(one).includes(customers.arn));
  expect(JSON.stringify(stolen)).toContain(victim);
  const requests = ofFiles.find(({ source }) => source.includes('/elasticloadbalancing/'));
  expect(gunzipSync(requests?.kept ?? gzipSync('')).toString()).toContain(`app/shop/`);
  const ofGroup = (group: string) => files.filter(({ source }) => source.includes(`:log-group:${group}`));
  const [queries, judged] = [ofGroup('/example-corp/dns'), ofGroup('aws-waf-logs-')].map((found) =>
    found.map(({ kept }) => kept.toString()).join(''),
  );
  expect(queries).toContain(pool);
  // What an innocent neighbour asked for is nobody's business.
  expect(queries).not.toContain('updates.example.com');
  expect(judged).toContain('SQLi_QUERYARGUMENTS');
  const flows = files.filter(({ kind, own }) => kind === 'network-logs' && own === null);
  expect(flows.map(({ kept }) => kept.toString()).join('')).toMatch(
    /198\.51\.100\.7 49153 443 6 9 4096 \d+ \d+ ACCEPT OK\n/,
  );
}, 240_000);

test('looked at again, what has come since is added, nothing twice, and the table says so', async () => {
  const { files, again } = await playLogFiles(deployment);
  expect(again.result.logs.map(({ kind }) => kind)).toEqual(kinds);
  for (const { words } of again.result.logs)
    expect(words).toMatch(/; looked at again at \S+: (nothing new|\d+ artefacts? more), /);
  const isFile = ({ own }: (typeof files)[number]): boolean => own !== null;
  const before = files.filter(isFile).map(({ source }) => source);
  expect(again.files.filter(isFile).filter(({ source }) => before.includes(source))).toEqual([]);
  const callsIn = (some: typeof files): string[] =>
    some
      .filter(({ source }) => source.endsWith(':event-history'))
      .flatMap(({ kept }) => kept.toString().trim().split('\n'))
      .map((line) => (JSON.parse(line) as { eventID: string }).eventID);
  const [first, second] = [callsIn(files), callsIn(again.files)];
  expect(second.length).toBeGreaterThan(0);
  expect(second.filter((id) => first.includes(id))).toEqual([]);
}, 240_000);

test('of a bucket its access log is sealed, under the prefix that its owner chose', async () => {
  const { result, files, line } = await playAccessLog(deployment);
  expect(result.logs.find(({ kind }) => kind === 'storage')).toMatchObject({ state: 'available', sealed: 1 });
  expect(files.filter(({ kind }) => kind === 'storage-logs').map(({ kept }) => kept.toString())).toEqual([line]);
}, 240_000);
