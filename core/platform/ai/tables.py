"""Tables of prompts and replies, word for word, and of answers cached for a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Table
from core.db.types import Id, Moment, child_of


class AiPrompt(Table):
    """The messages of one call as they left, and the reply as it came. Holds no guest's data: the policy saw to that."""

    __tablename__ = "ai_prompt"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "call_id"), child_of("ai_call", "call_id"))

    tenant_id: Mapped[str] = mapped_column(Id)
    call_id: Mapped[str] = mapped_column(Id)
    messages: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reply: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)


class AiAnswer(Table):
    """A checked answer, kept under the hash of masked input, prompt version and model."""

    __tablename__ = "ai_answer"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "key"),)

    tenant_id: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
