#!/usr/bin/env bash
# cdk-nag 3.0.2 with aws-cdk-lib 2.276.0 (npm).
# Valid input: a role that may read `copy (1).pdf`, `copy (2).pdf` …, written as the pattern `copy (*`. S3 counts parentheses among the safe
# characters of a key (S3 user guide, "Naming Amazon S3 objects").
# cdk-nag names its finding after the resource, `AwsSolutions-IAM5[Resource::…/copy (*]`, and its guide says to acknowledge that name. CDK
# reads names with a parser that wants brackets in pairs: the acknowledgment throws; and without it synthesis throws as soon as anything
# else is acknowledged anywhere, with a message about the name of a rule in place of the finding and its construct.
# Prints both messages, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund cdk-nag@3.0.2 aws-cdk-lib@2.276.0 constructs@10.8.1
cat > try.cjs <<'JS'
const { App, Stack, Validations } = require('aws-cdk-lib');
const { CfnRole } = require('aws-cdk-lib/aws-iam');
const { AwsSolutionsChecks } = require('cdk-nag');
const Resource = 'arn:aws:s3:::bucket/copy (*';
function said(id) {
  const app = new App({ autoSynth: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const Statement = [{ Effect: 'Allow', Action: 's3:GetObject', Resource }];
  const role = new CfnRole(new Stack(app, 'Probe'), 'Reader', {
    assumeRolePolicyDocument: { Statement: [] },
    policies: [{ policyName: 'read', policyDocument: { Statement } }],
  });
  try {
    Validations.of(role).acknowledge({ id, reason: 'copies are numbered' });
    app.synth();
    return 'synthesised';
  } catch (error) {
    return error.message;
  }
}
const seen = [`AwsSolutions-IAM5[Resource::${Resource}]`, 'AwsSolutions::AwsSolutions-S1'].map(said);
console.log(seen.join('\n'));
if (!seen.every((one) => one.includes('Invalid validation rule ID'))) {
  throw new Error('cdk-nag and CDK no longer behave so: this finding is out of date');
}
JS
node try.cjs
