"""Commands that only read files: what they are, and where each field goes. No database, nothing kept."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from adapters import SOURCES
from core.engine.batch import ROW
from core.engine.mapping.match import suggest as suggest_fields
from core.engine.mapping.odds import share_odds
from core.engine.mapping.proposal import Proposal, StreamSample, documented_hints
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.sources.contract import Hint, StreamSpec
from core.engine.sources.detect import NO_HEADER
from core.engine.sources.profile import FieldProfile, profile_samples
from core.engine.sources.read import Identified, StreamInfo, read
from core.engine.sources.read import identify as identify_file
from core.entry.cli.answer import Answer, share, table
from core.entry.cli.domains import DomainChoice, choose_domain
from core.errors import InvalidInputError
from core.kit.printable import printable
from core.kit.times import UNDECIDED
from core.schema import entity_label, target_title

# Alone of a case; its answers must not be able to reach the question.
_CASE = ("id", "domain", "system", "kind")
_FIELD = ("source", "samples")

_RECOGNISED = 0.25
"""Share of a case's fields that a stream must know to be taken for the case's."""


def identify(args: Namespace) -> Answer:
    """Show source, streams, rows, encoding, confidence and reasons of each file."""
    files = [_identified(path) for path in args.files]
    document = [
        {
            "file": identified.file,
            "source": identified.source.name,
            "label": identified.source.label,
            "domain": identified.source.domain,
            "confidence": identified.confidence,
            "reasons": identified.reasons,
            "encoding": identified.options.encoding,
            "delimiter": identified.options.delimiter,
            "header_row": identified.options.header_row,
            "date_order": identified.options.date_order,
            "zone": identified.zone,
            "currency": identified.currency,
            "rows": sum(head.rows for head in identified.streams),
            "streams": [_stream(head) for head in identified.streams],
        }
        for identified in files
    ]
    return Answer(document, "\n\n".join(_described(identified) for identified in files))


def suggest(args: Namespace) -> Answer:
    """Suggest a target per field, with confidence, alternatives, evidence and transform; units of money are proved."""
    document: list[dict[str, Any]] = []
    notes: list[str] = []
    for path in args.files:
        identified = _identified(path)
        samples = _samples(path, identified)
        if any(NO_HEADER in stream.why for stream in identified.streams):
            notes.append(f"{printable(identified.file)}: {NO_HEADER}.")
        choice = _choose(args.domain, identified, samples)
        if choice.reason:
            notes.append(f"{printable(identified.file)}: {choice.reason}")
        settings = ImportSettings(
            choice.domain,
            identified.source.name,
            zone=identified.zone or "UTC",
            currency=identified.currency or "USD",
            date_order=UNDECIDED,
        )
        document += [
            {"file": identified.file, "domain": choice.domain, **_proposed(proposal)}
            for proposal in propose(samples, settings)
        ]
    rows = [
        (
            entry["stream"],
            entry["source"],
            target_title(entry["target"]),
            share(entry["confidence"]) if entry["target"] else None,
            entry["transform"],
            *_reasons(entry),
        )
        for entry in document
    ]
    header = ("table", "field", "target", "confidence", "transform", "for", "against")
    return Answer(document, "\n\n".join((*notes, table(header, rows, widest=200))))


def suggest_cases(args: Namespace) -> Answer:
    """Suggest targets for the fields of labelled cases, by names and samples alone."""
    document: list[dict[str, Any]] = []
    for path in _case_files(args.files):
        case = _read_case(path)
        fields = [
            profile_samples(
                str(field["source"]), field["samples"] or [], position=position, stream=case["id"]
            )
            for position, field in enumerate(case["fields"])
        ]
        hints = _system_hints(case["system"], fields) if args.trust_system else None
        document += [
            {
                "case": case["id"],
                "source": field["source"],
                "target": suggest_field.target,
                "confidence": round(suggest_field.confidence, 4),
                "alternatives": [candidate.target for candidate in suggest_field.alternatives],
            }
            for field, suggest_field in zip(
                case["fields"], suggest_fields(fields, case["domain"], hints=hints), strict=True
            )
        ]
    rows = [
        (entry["case"], entry["source"], target_title(entry["target"]), share(entry["confidence"]))
        for entry in document
    ]
    return Answer(document, table(("case", "field", "target", "confidence"), rows))


def _identified(path: Path) -> Identified:
    if not path.is_file():
        raise InvalidInputError(f"There is no file {path}.", hint="Check the name and the folder.")
    return identify_file(path, list(SOURCES.values()))


def _stream(head: StreamInfo) -> dict[str, Any]:
    return {
        "name": head.name,
        "entity": head.entity,
        "rows": head.rows,
        "columns": head.columns,
        "date_order": head.date_order,
        "why": head.why,
    }


def _described(identified: Identified) -> str:
    options = identified.options
    layout = [options.encoding, f"delimiter {options.delimiter!r}" if options.delimiter else None]
    layout += [f"header in row {options.header_row}" if options.header_row else None, options.date_order]
    lines = [
        f"{printable(identified.file)}: {_recognised(identified)}",
        *(f"  because: {printable(reason)}" for reason in identified.reasons),
        f"  layout: {', '.join(part for part in layout if part) or 'as the format says'}",
        "",
        table(
            ("table", "imports as", "rows", "columns"),
            [
                (head.name, entity_label(head.entity) if head.entity else None, head.rows, len(head.columns))
                for head in identified.streams
            ],
        ),
    ]
    return "\n".join(lines)


def _recognised(identified: Identified) -> str:
    """Describe the source: 'Toast, 97% sure'; 'Generic spreadsheet' for no known system."""
    if not identified.source.streams:
        return "Generic spreadsheet"
    return f"{identified.source.label}, {share(identified.confidence)} sure"


def _samples(path: Path, identified: Identified) -> list[StreamSample]:
    """Read the first chunk of every stream, enough to see what a column holds, with the documentation of its source."""
    frames = {head.name: head.sample for head in identified.streams}
    unread_names = {head.name for head in identified.streams if head.rows}
    for name, frame in read(path, identified):
        if name in unread_names:
            frames[name] = frame
            unread_names.discard(name)
        if not unread_names:
            break
    return [_sample(identified, head, frames[head.name]) for head in identified.streams]


def _sample(identified: Identified, head: StreamInfo, rows: pl.DataFrame) -> StreamSample:
    # A recognised document's other records, and the envelopes around records, belong to nothing.
    undeclared = bool(identified.source.streams) and identified.options.header_row is None
    is_known = bool(head.spec.entity) if head.spec else not undeclared
    return StreamSample(
        head.name,
        head.entity,
        rows.select(ROW, *head.columns),
        documented_hints(head.spec, rows),
        is_known,
        identified.file,
        system=identified.source.name,
        readings=dict(head.shape.readings) if head.shape else {},
        date_order=head.date_order,
    )


def chosen_domain(path: Path, domain: str | None) -> DomainChoice:
    """Choose the domain of --domain, of the recognised system, or the one the file's columns fit."""
    identified = _identified(path)
    return _choose(domain, identified, _samples(path, identified) if not identified.source.streams else ())


def _choose(domain: str | None, identified: Identified, samples: Sequence[StreamSample]) -> DomainChoice:
    if domain:
        return DomainChoice(domain, "")
    if identified.source.streams:
        return DomainChoice(identified.source.domain, "")
    return choose_domain(samples)


def _proposed(proposal: Proposal) -> dict[str, Any]:
    return {
        "stream": proposal.stream,
        "source": proposal.source,
        "slot": proposal.slot,
        "target": proposal.target,
        "confidence": None if proposal.confidence is None else round(proposal.confidence, 4),
        "alternatives": [
            {"target": candidate.target, "confidence": round(candidate.confidence, 4)}
            for candidate in proposal.alternatives
        ],
        "odds": [
            {"target": odds.target, "percent": odds.percent}
            for odds in share_odds(
                proposal.target,
                proposal.confidence,
                [(candidate.target, candidate.confidence) for candidate in proposal.alternatives],
            )
        ],
        "evidence": [
            {"feature": part.feature, "weight": round(part.weight, 3), "text": part.text}
            for part in proposal.evidence
        ],
        "transform": proposal.transform,
    }


def _reasons(proposal: Mapping[str, Any]) -> tuple[str, str]:
    """Return the strongest reason for the target and the strongest against it; '' where there is none."""
    if not proposal["target"]:
        return "", ""
    parts = proposal["evidence"]
    best = max((part for part in parts if part["weight"] > 0), key=lambda part: part["weight"], default=None)
    worst = min((part for part in parts if part["weight"] < 0), key=lambda part: part["weight"], default=None)
    return best["text"] if best else "", worst["text"] if worst else ""


def _case_files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.yaml"))
        elif path.is_file():
            yield path
        else:
            raise InvalidInputError(f"There is no case {path}.", hint="Give YAML files or a folder of them.")


def _read_case(path: Path) -> dict[str, Any]:
    """Read of a case only its name, domain, system and kind, and each field's name and samples."""
    with path.open(encoding="utf-8") as file:
        document = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  (both are safe loaders)
    try:
        fields = [{part: field.get(part) for part in _FIELD} for field in document["fields"]]
        case = {part: document.get(part) for part in _CASE}
    except (TypeError, KeyError, AttributeError):
        raise InvalidInputError(
            f"{path.name} is not a case.",
            hint="A case has id, domain, system, kind and fields.",
            file=path.name,
        ) from None
    return {**case, "fields": fields}


def _system_hints(system: str, fields: Sequence[FieldProfile]) -> Mapping[str, Hint]:
    """Return the targets that the system's stream which knows most of the fields gives them.

    What a declaration leaves out is left to the matcher: it stands elsewhere in the system's own files, which a case is not.
    A stream that knows few of the fields is another table of the system ('sourcedId' is in all of them): it says nothing.
    """
    source = SOURCES.get(system)
    if source is None:
        return {}
    names = [field.source for field in fields]
    filled = [field.source for field in fields if field.filled]

    def hints_of(stream: StreamSpec) -> Mapping[str, Hint]:
        return stream.hints_of(names, filled)

    best = max(map(hints_of, source.streams), key=len, default={})
    if len(best) < _RECOGNISED * len(fields):
        return {}
    return {name: hint for name, hint in best.items() if hint.target}
