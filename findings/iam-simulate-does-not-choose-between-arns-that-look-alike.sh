#!/usr/bin/env bash
# @cloud-copilot/iam-simulate 0.1.173 (npm), which judges a request by IAM's rules.
# Valid input: lambda:PutProvisionedConcurrencyConfig on the alias `live` of a function, allowed by a policy that names this very ARN.
# The Service Authorization Reference gives the action two types of resources, an alias and a version, and both have the ARN
# function:NAME:SOMETHING. The library finds both and answers with an error, `multiple.resource.types`, in place of a verdict; of
# lambda:UpdateAlias on the same ARN, which has one type, it says `Allowed`. runUnsafeSimulation, which does not look at types, says so of both.
# Prints the three answers, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund @cloud-copilot/iam-simulate@0.1.173
cat > try.cjs <<'JS'
const { runSimulation, runUnsafeSimulation } = require('@cloud-copilot/iam-simulate');
const resource = 'arn:aws:lambda:eu-central-1:111122223333:function:orders:live';
const asked = (action) => ({
  request: {
    principal: 'arn:aws:iam::111122223333:user/deployer',
    action,
    resource: { resource, accountId: '111122223333' },
    contextVariables: {},
  },
  identityPolicies: [
    {
      name: 'deploy',
      policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] },
    },
  ],
  serviceControlPolicies: [],
  resourceControlPolicies: [],
});
(async () => {
  const [put, alias] = ['lambda:PutProvisionedConcurrencyConfig', 'lambda:UpdateAlias'].map(asked);
  const seen = [await runSimulation(put, {}), await runSimulation(alias, {})].map(
    ({ overallResult, errors }) => overallResult ?? errors.message,
  );
  seen.push(runUnsafeSimulation(put, {}));
  console.log(JSON.stringify(seen));
  if (seen.join() !== 'multiple.resource.types,Allowed,Allowed')
    throw new Error('iam-simulate no longer answers so: this finding is out of date');
})();
JS
node try.cjs
