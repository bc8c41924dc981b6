#!/usr/bin/env bash
# @slack/web-api 8.2.0 (npm).
# Valid input: a client that is told not to retry (`retryConfig: { retries: 0 }`) and to take two seconds at most (`timeout: 2000`), and a
# server on loopback that answers the first call as Slack does when a workspace posts too much: 429 with `Retry-After: 6`.
# The call does not fail after two seconds, nor at once because nothing is to be retried: the client sleeps for as long as the server
# said, then rejects. `timeout` covers a single HTTP exchange, and the wait comes whatever `retries` says; only
# `rejectRateLimitedCalls: true` gives the answer at once. In a Lambda function that is minutes of silence in front of a fallback.
# Prints the seconds both ways, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund @slack/web-api@8.2.0
cat > try.mjs <<'JS'
import { createServer } from 'node:http';
import { LogLevel, WebClient } from '@slack/web-api';

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(429, { 'Retry-After': '6', 'Content-Type': 'application/json' });
  response.end('{"ok":false,"error":"ratelimited"}');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const slackApiUrl = `http://127.0.0.1:${server.address().port}/api/`;

async function secondsUntilItRejects(more) {
  const options = { slackApiUrl, timeout: 2000, retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR, ...more };
  const started = performance.now();
  const code = await new WebClient('xoxb-invented', options).chat.postMessage({ channel: 'C1', text: 'x' }).then(
    () => 'answered',
    (error) => error.code,
  );
  return { code, seconds: (performance.now() - started) / 1000 };
}
const plain = await secondsUntilItRejects({});
const rejecting = await secondsUntilItRejects({ rejectRateLimitedCalls: true });
server.close();
console.log(`retries: 0, timeout: 2000 ms: ${plain.code} after ${plain.seconds.toFixed(1)} s`);
console.log(`with rejectRateLimitedCalls: ${rejecting.code} after ${rejecting.seconds.toFixed(1)} s`);
if (plain.seconds < 5.9 || rejecting.seconds > 5) throw new Error('the client no longer behaves so: this finding is out of date');
JS
node try.mjs
