#!/usr/bin/env bash
# @cloud-copilot/iam-simulate 0.1.173 (npm), which judges a request by IAM's rules.
# Valid input: logs:FilterLogEvents on the ARN that CloudWatch Logs itself gives a log group. It ends in `:*` (CloudWatch Logs API
# reference, LogGroup, arn), and is the ARN that policies have to name.
# The library takes that end for a wildcard of the asker's: the answer has the type `wildcard` and a list of patterns in place of `single`
# and one analysis, as for the log stream below it. So whoever reads the analysis of an answer finds none for log groups alone.
# Prints the type of both answers, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund @cloud-copilot/iam-simulate@0.1.173
cat > try.cjs <<'JS'
const { runSimulation } = require('@cloud-copilot/iam-simulate');
const group = 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/orders:*';
const stream = group.replace('*', 'log-stream:2026/11/30/1');
const ask = (action, resource) =>
  runSimulation(
    {
      request: {
        principal: 'arn:aws:iam::111122223333:user/reader',
        action,
        resource: { resource, accountId: '111122223333' },
        contextVariables: {},
      },
      identityPolicies: [
        {
          name: 'read',
          policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] },
        },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
(async () => {
  const [ofGroup, ofStream] = [await ask('logs:FilterLogEvents', group), await ask('logs:GetLogEvents', stream)];
  const seen = [ofGroup, ofStream].map(({ resultType, overallResult }) => `${resultType} ${overallResult}`);
  console.log(JSON.stringify(seen));
  if (seen[0] !== 'wildcard Allowed' || seen[1] !== 'single Allowed')
    throw new Error('iam-simulate no longer answers so: this finding is out of date');
})();
JS
node try.cjs
