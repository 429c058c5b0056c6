"""Fifty times the sender is killed at any moment: nothing is lost, and what came twice is marked and has one Message-ID."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest

from core.kit import clock
from core.platform.delivery import sender
from core.platform.events.actions import emit

KILLS = 50
SENDING = """
from datetime import timedelta
from core.platform.delivery.sender import deliver
print("ready", flush=True)
while True:
    deliver(claim=timedelta(seconds=0.3))
"""


@pytest.mark.slow
def test_of_fifty_kills_no_message_is_lost_and_every_repeat_is_marked(alice, mail_server, keeper, outbox):
    randomness, count = random.Random(7), 0
    keeper.seconds = 0.05
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", SENDING],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        ) as process:
            assert process.stdout.readline() == b"ready\n"
            for _ in range(6):
                until = clock.now() + timedelta(days=1)
                emit(
                    alice,
                    "invitation",
                    to_address=f"guest{count}@example.com",
                    link=f"https://console.example.com/{count}",
                    expires_at=until,
                    role="sales",
                )
                alice.session.commit()
                count += 1
            time.sleep(randomness.uniform(0.05, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
    keeper.seconds = 0.0
    time.sleep(0.4)
    while sender.deliver():
        pass
    received = Counter(keeper.recipients)
    assert set(received) == {f"guest{number}@example.com" for number in range(count)}
    assert {message.state for message in outbox()} == {"sent"}
    by_ref = Counter(keeper.refs())
    assert len(by_ref) == count
    assert max(by_ref.values()) <= 2
    repeats = [message for message in keeper.messages if message["Aura-Repeat"]]
    twice = {ref for ref, times in by_ref.items() if times > 1}
    assert twice <= {message["Message-ID"] for message in repeats}
    assert {message.message_ref for message in outbox() if message.repeated} == {
        message["Message-ID"] for message in repeats
    }
    assert repeats, "no kill fell between hand-over and outcome"
    sys.stdout.write(f"{KILLS} kills, {count} messages: 0 lost, {len(twice)} twice, {len(repeats)} marked\n")
