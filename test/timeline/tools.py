"""Opens a timeline in the tools of the trade, by their own code. Prints one JSON object: by tool, what it has against it."""

import io
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
events = [json.loads(line) for line in (folder / "timeline.jsonl").read_text().splitlines()]


def ocsf_schema():
    """JSON Schema as generated from OCSF 1.8: members, types, what has to be there."""
    from jsonschema import Draft202012Validator
    from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.8.0"))
    validators = {}
    for number, line in enumerate((folder / "ocsf.jsonl").read_text().splitlines(), 1):
        event = json.loads(line)
        of = (event["class_uid"], tuple(event["metadata"]["profiles"]))
        if of not in validators:
            name = schema.lookup_class_name_from_uid(class_uid=of[0])
            validators[of] = Draft202012Validator(schema.get_class_schema(class_name=name, profiles=list(of[1])))
        for error in validators[of].iter_errors(event):
            yield f"{number}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def ocsf_models():
    """Pydantic models: type_uid and the words beside numbers have to agree. They know OCSF up to 1.7, whose classes these are too."""
    from ocsf.v1_7_0 import events as models
    from ocsf_json_schema import OcsfJsonSchema, get_ocsf_schema

    # Built first, or it cannot be used once another class is (findings/pydantic-ocsf-base-event-comes-first.sh).
    models.BaseEvent
    schema = OcsfJsonSchema(get_ocsf_schema(version="1.8.0"))
    for number, line in enumerate((folder / "ocsf.jsonl").read_text().splitlines(), 1):
        event = json.loads(line)
        name = schema.lookup_class_name_from_uid(class_uid=event["class_uid"])
        model = getattr(models, "".join(part.capitalize() for part in name.split("_")))
        event["metadata"]["version"] = "1.7.0"
        try:
            model.model_validate(event)
        except ValueError as error:
            yield f"{number}: {str(error)[:300]}"


def timesketch_server():
    """What the server itself reads a file with once it is there."""
    from timesketch.lib.utils import read_and_validate_jsonl

    text = (folder / "timesketch.jsonl").read_text()
    read = list(read_and_validate_jsonl(io.StringIO(text)))
    if len(read) != len(events):
        yield f"{len(read)} of {len(events)} events"
    for sent, event in zip(map(json.loads, text.splitlines()), read):
        if sent != event:
            yield f"{event['datetime']}: is changed"


def timesketch_importer():
    """What the command line makes of each line before it is sent: nothing may be dropped or moved in time."""
    from timesketch_import_client.importer import ImportStreamer

    streamer = ImportStreamer()
    streamer.set_timestamp_description("Event Logged")
    for line, event in zip((folder / "timesketch.jsonl").read_text().splitlines(), events):
        sent = json.loads(line)
        streamer._fix_dict(sent)
        if set(sent) < set(json.loads(line)):
            yield f"{event['time']}: {sorted(set(json.loads(line)) - set(sent))} are dropped"
        if sent["datetime"][:19] != event["time"][:19]:
            yield f"{event['time']}: is at {sent['datetime']}"


def duck():
    """DuckDB over the Parquet: every row, its instant, and its record as it was."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    file = str(folder / "timeline.parquet")
    columns = [name for name, *_ in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [file]).fetchall()]
    # Each by its plain name, as people type it: one that is a reserved word cannot be.
    for column in columns:
        connection.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {column} IS NOT NULL", [file])
    rows = connection.execute(
        "SELECT strftime(instant::TIMESTAMP, '%Y-%m-%dT%H:%M:%S'), kind, account, raw FROM read_parquet(?)", [file]
    ).fetchall()
    wanted = [
        (event["time"][:19], event["kind"], (event["actor"] or {}).get("account"), event["raw"]) for event in events
    ]
    if rows != wanted:
        differing = [pair for pair in zip(rows, wanted) if pair[0] != pair[1]]
        yield f"{len(rows)} rows of {len(wanted)}; the first that differs: {differing[:1]}"


def navigator():
    """ATT&CK's own library reads a layer; what it cannot use it leaves out, so what it kept is compared."""
    from mitreattack.navlayers import Layer

    written = json.loads((folder / "layer.json").read_text())
    layer = Layer()
    layer.from_file(str(folder / "layer.json"))
    kept = layer.to_dict() if layer.layer else {}
    for member in ("name", "domain", "versions", "description"):
        if kept.get(member) != written[member]:
            yield f"{member}: {kept.get(member)}"
    scores = lambda made: {one["techniqueID"]: one.get("score") for one in made.get("techniques", [])}
    if scores(kept) != scores(written):
        yield f"{len(scores(kept))} of {len(scores(written))} techniques"


tools = [ocsf_schema, ocsf_models, timesketch_server, timesketch_importer, duck, navigator]


def faults(tool):
    """What a tool has against it, the first few; that it gives up is one."""
    try:
        return list(tool())[:5]
    except Exception as error:
        return [f"{type(error).__name__}: {error}"[:300]]


print(json.dumps({tool.__name__: faults(tool) for tool in tools}))
