#!/usr/bin/env bash
# jsonata 2.0.6 (npm), the version whose language AWS Step Functions implements.
# Valid input: a Choice condition on a field that the state's input does not have.
# In JSONata a comparison with nothing is false both ways: `missing = "x"` and `missing != "x"`. So a guard written as `!=` lets exactly
# the malformed input through that it was written to stop, and `$not(missing = "x")` says the opposite of `missing != "x"`.
# Prints the three values, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund jsonata@2.0.6
cat > try.cjs <<'JS'
const jsonata = require('jsonata');
const ask = (text, input) => jsonata(text).evaluate(input);
(async () => {
  const input = { other: 1 };
  const seen = {
    equal: await ask('decision.outcome = "APPROVED"', input),
    unequal: await ask('decision.outcome != "APPROVED"', input),
    negated: await ask('$not(decision.outcome = "APPROVED")', input),
  };
  console.log(JSON.stringify(seen));
  if (seen.equal !== false || seen.unequal !== false || seen.negated !== true) {
    throw new Error('jsonata no longer behaves so: this finding is out of date');
  }
})();
JS
node try.cjs
