"""Changing an emulator where it differs from AWS, so that a new pin cannot undo a change in silence."""

import inspect
import textwrap


def rewrite(owner, name, *changes):
    """Recompile the function `owner.name` with each (old, new) pair of `changes` replaced in its source.

    Fails at start-up when a text to replace is gone: then the emulator changed and the note beside it is due."""
    function = getattr(owner, name)
    scope = vars(owner) if inspect.ismodule(owner) else function.__globals__
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in changes:
        source = replaced(source, old, new, f"{scope['__name__']}.{name}")
    made = {}
    exec(compile(source, inspect.getsourcefile(function), "exec"), scope, made)
    setattr(owner, name, made[name])


def replaced(source, old, new, where):
    if old not in source:
        raise RuntimeError(f"{where} has changed: {old!r} is no longer in it. Look again at what the sandbox patches.")
    return source.replace(old, new)
