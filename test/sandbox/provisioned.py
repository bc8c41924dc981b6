"""Provisioned concurrency of a function's versions and aliases, as Lambda lists and refuses it; the engine lists none and refuses nothing.

Sources: Lambda API reference, PutProvisionedConcurrencyConfig, ListProvisionedConcurrencyConfigs and PutFunctionConcurrency; developer guide,
"Configuring provisioned concurrency for a function". The words of the refusals are those recorded of AWS by another emulator's tests.
"""


def install(lambda_svc):
    configurations_are_listed(lambda_svc)
    no_less_reserved_than_provisioned(lambda_svc)
    no_more_provisioned_than_reserved(lambda_svc)


def of(lambda_svc, function):
    return (lambda_svc._functions.get(function) or {}).get("provisioned_concurrency") or {}


def requested(provisioned):
    return sum(each["RequestedProvisionedConcurrentExecutions"] for each in provisioned.values())


def configurations_are_listed(lambda_svc):
    """`GET …/provisioned-concurrency?List=ALL` is ListProvisionedConcurrencyConfigs; the engine reads one without a qualifier."""
    read = lambda_svc._get_provisioned_concurrency

    def get_provisioned_concurrency(function, qualifier):
        # Only a list has none: GetProvisionedConcurrencyConfig requires it, and the gateway refuses a call without.
        if qualifier or function not in lambda_svc._functions:
            return read(function, qualifier)
        arn = lambda_svc._func_arn(function)
        listed = [{"FunctionArn": f"{arn}:{key}", **each} for key, each in of(lambda_svc, function).items()]
        return lambda_svc.json_response({"ProvisionedConcurrencyConfigs": listed})

    lambda_svc._get_provisioned_concurrency = get_provisioned_concurrency


def no_less_reserved_than_provisioned(lambda_svc):
    put = lambda_svc._put_function_concurrency

    def put_function_concurrency(function, data):
        reserved, total = data.get("ReservedConcurrentExecutions", 0), requested(of(lambda_svc, function))
        if reserved < total:
            return lambda_svc.error_response_json(
                "InvalidParameterValueException", f" ReservedConcurrentExecutions  {reserved} should not be lower than function's total "
                f"provisioned concurrency [{total}].", 400)
        return put(function, data)

    lambda_svc._put_function_concurrency = put_function_concurrency


def no_more_provisioned_than_reserved(lambda_svc):
    put = lambda_svc._put_provisioned_concurrency

    def put_provisioned_concurrency(function, qualifier, data):
        record = lambda_svc._functions.get(function) or {}
        others = {key: each for key, each in of(lambda_svc, function).items() if key != qualifier}
        why = refusal(record, qualifier, others, data.get("ProvisionedConcurrentExecutions", 0))
        return lambda_svc.error_response_json(*why) if why else put(function, qualifier, data)

    lambda_svc._put_provisioned_concurrency = put_provisioned_concurrency


def refusal(record, qualifier, others, wanted):
    if qualifier in (None, "", "$LATEST"):
        return ("InvalidParameterValueException", "Provisioned Concurrency Configs cannot be applied to unpublished function versions.", 400)
    reserved = record.get("concurrency")
    if reserved is not None and reserved < requested(others) + wanted:
        return ("InvalidParameterValueException", "Requested Provisioned Concurrency should not be greater than the "
                "reservedConcurrentExecution for function", 400)
    aliases = {name: each["FunctionVersion"] for name, each in record.get("aliases", {}).items()}
    if aliases.get(qualifier) in others:
        return ("ResourceConflictException", "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned "
                "version", 409)
    if any(version == qualifier and name in others for name, version in aliases.items()):
        return ("ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias", 409)
    return None
