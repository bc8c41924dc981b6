"""DynamoDB streams read for functions (event source mappings): what becomes of a batch whose function fails. The engine hands it over
again for ever.
Source: Lambda developer guide, "Configuring error handling controls for DynamoDB event sources" and "Retain discarded records"."""

import contextlib

from patching import rewrite


def install():
    from ministack.services import lambda_svc

    failing = Failing()
    lambda_svc.sandbox_failing = failing
    rewrite(
        lambda_svc, "_poll_dynamodb_streams",
        ('            batch = _ddb.stream_records_since(table_name, pos, batch_size)\n',
         '            batch = _ddb.stream_records_since(table_name, pos, sandbox_failing.at_most(esm, batch_size))\n'),
        ('                # July 2026: enforce MaximumRecordAgeInSeconds.',
         '                if sandbox_failing.given_up(esm, raw_len):\n'
         '                    _send_ddb_stream_failure_record(esm, func_rec, batch, source_arn, result, "RetryAttemptsExhausted")\n'
         '                    with _dynamodb_stream_positions_lock:\n'
         '                        _dynamodb_stream_positions[esm_id] = pos + raw_len\n'
         '                    processed_any = True\n'
         '                    continue\n'
         '                # July 2026: enforce MaximumRecordAgeInSeconds.'),
        ('                _esm_backoff_until[esm_id] = time.time() + _ESM_BACKOFF_SECONDS',
         '                _esm_backoff_until[esm_id] = time.time() + sandbox_failing.wait(esm)'),
        ('                _esm_backoff_until.pop(esm_id, None)\n',
         '                _esm_backoff_until.pop(esm_id, None)\n'
         '                sandbox_failing.forget(esm)\n'))
    letters_by_role(lambda_svc)


class Failing:
    """Of each mapping whose function fails: how many records it gets at a time, and how often it failed with one batch."""

    def __init__(self):
        self.state = {}

    def at_most(self, mapping, size):
        return min(size, self.state.get(mapping["UUID"], {}).get("size", size))

    def given_up(self, mapping, size):
        """Whether a batch of this size that has failed is discarded. Halving it does not count as a retry."""
        state = self.state.setdefault(mapping["UUID"], {"size": size, "retries": 0})
        if str(mapping.get("BisectBatchOnFunctionError")).lower() == "true" and size > 1:
            state["size"] = (size + 1) // 2
            return False
        most = int(mapping.get("MaximumRetryAttempts", -1))
        if most < 0 or state["retries"] < most:
            state["retries"] += 1
            return False
        self.forget(mapping)
        return True

    def wait(self, mapping):
        """Longer each time, as Lambda does; how long is not published."""
        return min(0.1 * 2 ** self.state.get(mapping["UUID"], {}).get("retries", 0), 5)

    def forget(self, mapping):
        self.state.pop(mapping["UUID"], None)


def letters_by_role(lambda_svc):
    """What is discarded is told to the destination with the rights of the function's role; the engine tells it without."""
    import service_calls

    tell = lambda_svc._send_ddb_stream_failure_record

    def tell_by_role(mapping, function, batch, *about):
        target = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        role, name = function["config"]["Role"], function["config"]["FunctionName"]
        if target:
            with contextlib.suppress(service_calls.Failed), service_calls.by_role(
                    role, name, "sqs:SendMessage", target, {}, "lambda.amazonaws.com"):
                tell(mapping, function, batch, *about)

    lambda_svc._send_ddb_stream_failure_record = tell_by_role
