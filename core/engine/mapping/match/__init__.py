"""Suggests a target field for each source field, with a confidence, the reasons and the alternatives.

Pure: names, values and the target schema in, suggestions out. The road: take the names apart (readings), compare them
with the trade's vocabulary (lexicon, names), infer what the table is about (context), weigh the evidence (features,
model), let the fields of one table compete (assignment), and say why (reasons).
"""

from core.engine.mapping.match.reasons import Evidence
from core.engine.mapping.match.suggest import Candidate, Suggestion, preload, suggest

__all__ = ["Candidate", "Evidence", "Suggestion", "preload", "suggest"]
