"""Filter patterns of CloudWatch Logs for JSON, as far as they compare texts: `{ ($.a.b = "x*") || ($.c != "y") }`, and those that ask for one of
several terms: `?"a" ?"b"`. The engine takes every line for a match of the first and none for one of the second, and leaves prefixes of streams out. Source: CloudWatch Logs user guide, "Filter pattern syntax", JSON log events."""

import fnmatch
import json
import re

from patching import rewrite

ONE_OF = re.compile(r'(?:\?"[^"]+"\s*)+')
TOKEN = re.compile(r'\s*(\(|\)|&&|\|\||!=|=|\$(?:\.\w+)+|"[^"]*")')


def install():
    from ministack.services import cloudwatch_logs as logs

    of_words = logs._compile_filter_pattern
    logs._compile_filter_pattern = lambda raw: compiled(raw) or of_words(raw)
    rewrite(logs, "_filter_log_events", (
        'stream_names if stream_names else list(streams.keys())',
        'stream_names or [one for one in streams if one.startswith(data.get("logStreamNamePrefix") or "")]'))


def compiled(raw):
    """What says of a line whether it matches; None for a pattern of another kind."""
    text = (raw or "").strip()
    if ONE_OF.fullmatch(text):
        wanted = re.findall(r'\?"([^"]+)"', text)
        return lambda message: any(one in message for one in wanted)
    if not (text.startswith("{") and text.endswith("}")):
        return None
    tokens, at, text = [], 0, text[1:-1].rstrip()
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            return None
        tokens.append(token[1])
        at = token.end()
    try:
        matches = either(tokens)
    except (IndexError, ValueError):
        return None
    return None if tokens else lambda message: matches(parsed(message))


def parsed(message):
    try:
        return json.loads(message)
    except ValueError:
        return None


def either(tokens):
    """&& binds before ||."""
    sides = [both(tokens)]
    while tokens and tokens[0] == "||":
        tokens.pop(0)
        sides.append(both(tokens))
    return lambda event: any(side(event) for side in sides)


def both(tokens):
    sides = [term(tokens)]
    while tokens and tokens[0] == "&&":
        tokens.pop(0)
        sides.append(term(tokens))
    return lambda event: all(side(event) for side in sides)


def term(tokens):
    first = tokens.pop(0)
    if first == "(":
        inside = either(tokens)
        if tokens.pop(0) != ")":
            raise ValueError
        return inside
    sign, value = tokens.pop(0), tokens.pop(0)
    if not first.startswith("$") or sign not in ("=", "!=") or not value.startswith('"'):
        raise ValueError
    glob = value[1:-1].replace("[", "[[]").replace("?", "[?]")

    def compared(event):
        for key in first.split(".")[1:]:
            event = event.get(key) if isinstance(event, dict) else None
        # What is not there matches neither.
        return isinstance(event, str) and fnmatch.fnmatchcase(event, glob) == (sign == "=")

    return compared
