import type { WebClient } from '@slack/web-api';
import { type Audience, audienceNews, isIdentity } from '../../lib/domain/audience.ts';
import { audienceItem } from '../../lib/items/audience.ts';
import { incidentItem } from '../../lib/items/incident.ts';
import { config } from './environment.ts';
import { logger, type Work } from './pipeline.ts';

type Here = Pick<Work, 'table'>;

/** Pages of a thousand members that are read at most (docs.slack.dev, conversations.members). */
const mostPages = 5;

async function membersOf(client: WebClient, channel: string): Promise<string[]> {
  const members: string[] = [];
  let cursor = '';
  for (let page = 0; page < mostPages; page++) {
    const read = await client.conversations.members({ channel, limit: 1000, ...(cursor && { cursor }) });
    members.push(...(read.members ?? []));
    cursor = read.response_metadata?.next_cursor ?? '';
    if (!cursor) break;
  }
  return members.toSorted();
}

async function audienceOf(client: WebClient, channel: string): Promise<Audience> {
  const [{ channel: info }, members] = await Promise.all([
    client.conversations.info({ channel }),
    membersOf(client, channel),
  ]);
  const kind = info?.is_ext_shared ? 'shared' : info?.is_private === false ? 'public' : 'private';
  return { kind, members };
}

/**
 * Who reads along has changed since the last turn of this incident, in words; null where nothing has, or where nobody can tell: it is read with
 * `channels:read` and `groups:read`, which the app need not have (the doctor says so).
 */
export async function newsOfAudience(
  { table }: Here,
  client: WebClient,
  channel: string,
  incident: string,
): Promise<string | null> {
  try {
    const [before, now] = await Promise.all([audienceItem.find(table, incident), audienceOf(client, channel)]);
    const news = audienceNews(before, now);
    if (before && !news) return null;
    await table.update(audienceItem.key(incident), {
      UpdateExpression: 'SET kind = :kind, members = :members, v = :v',
      ExpressionAttributeValues: { ':kind': now.kind, ':members': now.members, ':v': audienceItem.v },
    });
    return news;
  } catch (error) {
    logger.warn('Nobody can tell who reads the channel', error as Error);
    return null;
  }
}

/** Whether an incident stays out of Slack, since it is about somebody who may read along there. What cannot be read does. */
export async function staysOut({ table }: Here, incident: string, about: string | null): Promise<boolean> {
  if (config().slack?.identityApprovals !== 'command line') return false;
  if (about && isIdentity(about)) return true;
  const meta = await incidentItem.find(table, incident).catch(() => null);
  return meta === null || isIdentity(meta.resource);
}
