"""What is put to a model, what counts of its reply, what it may take, and when it is asked again. No server."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.platform.ai import rules
from core.platform.ai.rules import Choice, ParsedReply, Question, Request

MEANINGS = {"menu_item.price": "base price", "menu_item.cost": "what one unit costs"}
PRICE = Question("q1", {"name": "Price"}, ("menu_item.price", "menu_item.cost"))
COST = Question("q2", {"name": "Cost"}, ("menu_item.cost",))
QUESTIONS = (PRICE, COST)
GOOD = {"id": "q1", "choice": "menu_item.price", "confidence": 0.9, "reason": "both say price"}


def request(*questions, version="v1", instructions="Choose."):
    return Request("field_mapping", version, instructions, questions, MEANINGS)


def reply(*answers):
    return json.dumps({"answers": list(answers)})


def test_a_request_lists_each_choice_once_and_each_question_with_its_own_choices():
    system, user = rules.messages(request(*QUESTIONS), QUESTIONS)
    assert system["role"] == "system"
    assert system["content"].startswith("Choose.")
    data = json.loads(user["content"].removeprefix("<data>\n").removesuffix("\n</data>"))
    assert data["choices"] == MEANINGS
    assert [question["id"] for question in data["questions"]] == ["q1", "q2"]
    assert data["questions"][1]["choices"] == ["menu_item.cost", "none"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_of_a_file_can_end_the_data(text):
    question = Question("q1", {"name": text}, ("menu_item.price",))
    _, user = rules.messages(request(question), [question])
    inside = user["content"].removeprefix("<data>\n").removesuffix("\n</data>")
    assert "<" not in inside
    assert ">" not in inside
    assert json.loads(inside)["questions"][0]["about"]["name"] == text


def test_the_reply_is_asked_for_by_a_strict_schema():
    form = rules.response_format()["json_schema"]
    assert form["strict"] is True
    assert form["schema"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Sure! Here are the answers:", "The reply is not JSON."),
        ("", "The reply is not JSON."),
        ("[]", "The reply does not follow the schema it was given."),
        ("{}", "The reply does not follow the schema it was given."),
        ('{"answers": [], "note": ""}', "The reply does not follow the schema it was given."),
        ('{"answers": {"q1": 1}}', "The reply does not follow the schema it was given."),
    ],
)
def test_a_reply_of_another_form_is_refused_as_a_whole(content, sentence):
    assert rules.parse_reply(content, QUESTIONS) == sentence


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (GOOD | {"choice": "customer.email"}, "The choice is not on its list."),
        (GOOD | {"choice": ""}, "The choice is not on its list."),
        (GOOD | {"confidence": 1.1}, "Its confidence is not what was asked for."),
        (GOOD | {"confidence": -0.1}, "Its confidence is not what was asked for."),
        (GOOD | {"confidence": "high"}, "Its confidence is not what was asked for."),
        (GOOD | {"confidence": None}, "Its confidence is not what was asked for."),
        (GOOD | {"reason": 7}, "Its reason is not what was asked for."),
        (GOOD | {"extra": 1}, "Its extra is not what was asked for."),
    ],
)
def test_an_answer_that_fails_a_check_is_refused_by_itself(answer, sentence):
    second = {"id": "q2", "choice": "none", "confidence": 0.4, "reason": ""}
    parsed = rules.parse_reply(reply(answer, second), QUESTIONS)
    assert parsed == ParsedReply({"q2": Choice("none", 0.4, "")}, {"q1": sentence})


def test_a_question_that_is_answered_twice_or_not_at_all_has_no_answer():
    parsed = rules.parse_reply(reply(GOOD, GOOD), QUESTIONS)
    assert parsed.choices == {}
    assert parsed.refused == {"q1": "It was answered twice.", "q2": "It was not answered."}


@pytest.mark.parametrize(
    "answer", [7, "q1", None, [], {"id": 7}, {"id": "q9"}, {"choice": "menu_item.price"}]
)
def test_an_answer_to_no_question_is_left_out(answer):
    parsed = rules.parse_reply(reply(GOOD, answer), [PRICE])
    assert parsed == ParsedReply({"q1": Choice("menu_item.price", 0.9, "both say price")})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred", "[31mred"),
        ("left\u202eright", "left right"),
        ("  a   b ", "a b"),
        ("x" * 300, "x" * (rules.REASON_LENGTH - 1) + "…"),
        ("", ""),
    ],
)
def test_a_reason_is_one_printable_line(text, line):
    assert rules.plain(text) == line


def test_an_answer_is_cached_by_all_that_was_asked():
    key = rules.cache_key(request(PRICE), PRICE, "m")
    assert key == rules.cache_key(request(PRICE, COST), PRICE, "m")
    reordered = Question("q9", PRICE.about, PRICE.choices[::-1])
    assert key == rules.cache_key(request(reordered), reordered, "m")
    changed_keys = {
        rules.cache_key(request(PRICE), PRICE, "another"),
        rules.cache_key(request(PRICE, version="v2"), PRICE, "m"),
        rules.cache_key(request(COST), COST, "m"),
        rules.cache_key(request(PRICE), Question("q1", {"name": "Prices"}, PRICE.choices), "m"),
    }
    assert len(changed_keys | {key}) == 5


@pytest.mark.parametrize(("questions", "tokens"), [(1, 1_000), (2, 1_000), (3, 1_500), (25, 3_500)])
def test_the_tokens_of_a_reply_are_bounded_in_round_numbers(questions, tokens):
    assert rules.max_output_tokens(questions) == tokens


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_the_bound_of_the_input_grows_with_the_text_and_never_falls_below_half_its_characters(text):
    empty = rules.max_input_tokens([{"role": "user", "content": ""}])
    tokens = rules.max_input_tokens([{"role": "user", "content": text}])
    assert tokens - empty >= len(text) // 2
    assert tokens - empty <= len(text.encode())


@pytest.mark.parametrize(
    ("attempt", "chance", "retry_after", "seconds"),
    [
        (1, 0.0, None, 0.0),
        (1, 1.0, None, 1.0),
        (2, 1.0, None, 2.0),
        (4, 1.0, None, 8.0),
        (10, 1.0, None, 8.0),
        (1, 0.5, 3.0, 3.0),
        (4, 1.0, 3.0, 8.0),
    ],
)
def test_a_retry_waits_twice_as_long_each_time_and_never_less_than_the_server_asks(
    attempt, chance, retry_after, seconds
):
    assert rules.delay(attempt, chance, retry_after) == seconds


@pytest.mark.parametrize(
    ("text", "is_personal"),
    [
        ("ada@example.com", True),
        ("call +1 (212) 555-0100", True),
        ("4111 1111 1111 1111", True),
        ("DE89 3704 0044 0532 0130 00", True),
        ("9-9", False),
        ("Unit Price", False),
        ("2026-11-27", False),
        ("12.50", False),
        ("sku A12345", False),
    ],
)
def test_a_prompt_with_a_value_in_the_form_of_personal_data_is_found_out(text, is_personal):
    assert rules.contains_personal_data([{"role": "user", "content": text}]) is is_personal
