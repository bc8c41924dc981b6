"""The same questions as Judge.java, put to the sandbox's EventBridge: first line every rule by its name, with its event
pattern, then an event a line; answered by a line, the names of the rules it matches."""

import json
import sys

from ministack.services import eventbridge


def main():
    rules = {name: json.dumps(pattern) for name, pattern in json.loads(sys.stdin.readline()).items()}
    for name, pattern in rules.items():
        refusal = eventbridge._event_pattern_error(pattern)
        if refusal:
            sys.exit(f"{name}: {refusal}")
    for line in sys.stdin:
        view = eventbridge._pattern_event_view(eventbridge._event_from_test_payload(json.loads(line)))
        matched = [name for name, pattern in rules.items() if eventbridge._matches_pattern_view(pattern, view, name)]
        print(json.dumps(matched))


main()
