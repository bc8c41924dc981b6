import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { Transient } from '../../lib/domain/errors.ts';
import { oneOfThree, sentence } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';
import { type Gap, type Series, tooMany, type Window } from './event-window.ts';

/** One series of calls: whose, when, and how many pages of 50 at most. */
export interface EventQuery {
  readonly region: string;
  readonly key: 'AccessKeyId' | 'Username' | 'ResourceName';
  readonly value: string;
  readonly window: Window;
  readonly pages: number;
}

export type Lookup<Call> = (asked: EventQuery) => Promise<Series<Call>>;

interface Reading<Call> {
  readonly session: Session;
  /** Milliseconds. Somebody waits for the answer: what was not begun by then is said to be missing. */
  readonly longest: number;
  /** One event in the words of whoever asks. */
  readonly callFrom: (event: Event, region: string) => Call;
}

/** Lookups under way at once: each Region is another endpoint to shake hands with. */
const atOnce = 6;
/** LookupEvents takes two calls a second for an account and Region, whoever makes them (AWS CloudTrail API reference, LookupEvents). */
const [callsEach, each] = [2, 1000];
/** Tries of one call, a second apart: others use up the same two calls a second. */
const tries = 3;
/** A Region that does not answer must not keep the question back. Milliseconds. */
const longestCall = 5000;

/** Lets `most` in at a time; the others wait their turn. */
function turnstile(most: number) {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (inside >= most) await new Promise<void>((go) => waiting.push(go));
    else inside += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    }
  };
}

/** Waits until one more call may go to the Region; each reserves its moment when it asks. */
function pacing() {
  const moments = new Map<string, number[]>();
  return async (region: string): Promise<void> => {
    const taken = moments.get(region) ?? [];
    const now = performance.now();
    const moment = Math.max(now, (taken.at(-callsEach) ?? Number.NEGATIVE_INFINITY) + each);
    moments.set(region, [...taken, moment]);
    if (moment > now) await sleep(moment - now);
  };
}

/** Reads series of calls, within what LookupEvents allows and people wait for. Whatever goes wrong is a gap, never an error. */
export function lookups<Call>({ session, longest, callFrom }: Reading<Call>): Lookup<Call> {
  const [enter, pace] = [turnstile(atOnce), pacing()];
  const end = performance.now() + longest;
  const late = (): boolean => performance.now() > end;
  const clients = new Map<string, CloudTrailClient>();
  const clientIn = (region: string): CloudTrailClient => {
    const client = clients.get(region) ?? session.client(CloudTrailClient, region);
    clients.set(region, client);
    return client;
  };

  async function page({ region, key, value, window }: EventQuery, NextToken: string | undefined) {
    const request = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: key, AttributeValue: value }],
      StartTime: window.from,
      EndTime: window.to,
      MaxResults: 50,
      NextToken,
    });
    for (let tried = 1; ; tried++) {
      await pace(region);
      try {
        return await clientIn(region).send(request, { abortSignal: AbortSignal.timeout(longestCall) });
      } catch (error) {
        if (!(oneOfThree(error) instanceof Transient) || tried >= tries || late()) throw error;
      }
    }
  }

  return (asked) =>
    enter(async () => {
      const { region, pages } = asked;
      const calls: Call[] = [];
      const stopped = (reason: string, because: string): Series<Call> => {
        const gap: Gap = { region, reason, because };
        return { region, calls, gaps: [gap] };
      };
      let token: string | undefined;
      for (let read = 0; read < pages; read++) {
        if (late()) return stopped('late', `not read in full within ${longest / 1000} seconds`);
        try {
          const { Events = [], NextToken } = await page(asked, token);
          calls.push(...Events.map((event) => callFrom(event, region)));
          token = NextToken;
        } catch (error) {
          return stopped(error instanceof Error ? error.name : 'unknown', sentence(error));
        }
        if (!token) return { region, calls, gaps: [] };
      }
      return stopped(tooMany, 'it made more calls than were read; the oldest are missing');
    });
}
