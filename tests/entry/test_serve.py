"""Starting the console: it says where it listens, and becomes Streamlit."""

import sys

import pytest

from core.entry import serve
from core.errors import InvalidInputError
from core.platform.delivery.composing import public_url
from core.settings import ROOT, settings


@pytest.fixture
def became(monkeypatch, database):
    """What the process would have become."""
    calls = []
    monkeypatch.setattr(serve.os, "execv", lambda program, command: calls.append((program, command)))
    monkeypatch.chdir(ROOT)
    return calls


def test_the_process_becomes_streamlit_with_our_app(became, monkeypatch, capsys):
    monkeypatch.setenv("APP_PORT", "8501")
    serve.serve(port=9123)
    [(program, command)] = became
    assert program == sys.executable
    assert command[1:5] == ["-m", "streamlit", "run", str(ROOT / "app.py")]
    assert command[command.index("--server.port") + 1] == "9123"
    assert "http://127.0.0.1:9123" in capsys.readouterr().out
    monkeypatch.undo()
    settings.cache_clear()


def test_links_that_people_are_sent_name_the_port_it_listens_on(became, monkeypatch):
    monkeypatch.setenv("APP_PORT", "8501")
    serve.serve(port=9123)
    assert public_url() == "http://127.0.0.1:9123"
    monkeypatch.undo()
    settings.cache_clear()


def test_it_listens_on_this_machine_only_unless_told_otherwise(became):
    serve.serve()
    [(_, command)] = became
    assert command[command.index("--server.address") + 1] == "127.0.0.1"


@pytest.mark.parametrize("host", ["192.0.2.7", "198.51.100.1", "console.example", "::"])
def test_it_does_not_listen_beyond_this_machine_without_tls(became, monkeypatch, host):
    monkeypatch.setenv("APP_HOST", host)
    settings.cache_clear()
    with pytest.raises(InvalidInputError, match="--behind-tls"):
        serve.serve()
    assert became == []
    monkeypatch.undo()
    settings.cache_clear()


def test_behind_tls_it_listens_where_it_is_told_to(became, monkeypatch):
    monkeypatch.setenv("APP_HOST", "192.0.2.7")
    monkeypatch.setenv("APP_BEHIND_TLS", "false")
    settings.cache_clear()
    serve.serve(behind_tls=True)
    [(_, command)] = became
    assert command[command.index("--server.address") + 1] == "192.0.2.7"
    monkeypatch.undo()
    settings.cache_clear()
