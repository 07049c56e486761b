"""Conversations: long labelled talks between a lead and the agents that it asks in turn, with one decisive mistake.

Much else goes wrong on the way and is got over, as in real ones: pages that are not there, programs that fail,
plans made anew. Those for judging have other agents, other phrases and other seeds than those for tuning.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.synthetic.flow import LabelledRun
from tests.synthetic.phrases import JUDGING_TEAM, TUNING_TEAM, Team
from tests.synthetic.recording import Recording
from tests.synthetic.values import WORDS, make, other_form

_FEWEST_GOALS, _MOST_GOALS = 3, 6


@dataclass(slots=True)
class _Talk:
    """A conversation under way."""

    run: LabelledRun
    team: Team
    rng: random.Random
    tape: Recording
    topic: str
    kind: str
    """Of the value that is asked for."""
    right: str
    year: int
    without: str

    def lead(self, words: str) -> str:
        return self.tape.turn(self.team.lead, words)

    def work(self, words: str) -> str:
        return self.tape.turn(self.team.surfer, words)

    def pick(self, name: str, **fields: object) -> str:
        """Return one of the team's phrases of a kind, filled."""
        known = {"topic": self.topic, "year": self.year, "without": self.without}
        return self.rng.choice(self.team.phrases[name]).format(**known | fields)

    def ask(self, about: str, *, whole: bool = True, progress: bool = True) -> str:
        """Let the lead note how things stand, and ask the agent that looks things up."""
        if self.team.keeps_ledger:
            satisfied = "true" if progress else "false"
            self.tape.turn(self.team.thinker, self.team.ledger.format(progress=satisfied, about=about))
        wanted = self.pick("constraint") if whole else ""
        words = self.pick("ask", about=about, short=about.partition(" of ")[0], wanted=wanted).strip()
        step = self.tape.turn(self.team.asks, words)
        if self.rng.random() < 0.5:
            self.tape.turn(self.team.thinker, f"Next speaker {self.team.surfer}")
        return step

    def in_vain(self, about: str, *kinds: str) -> str:
        """Let an agent bring nothing; some tell of it only after what they see."""
        words = self.pick(self.rng.choice(kinds), about=about)
        if self.rng.random() < 0.3:
            menu = " ".join(f"{self.rng.choice(WORDS).title()} menu {number}." for number in range(30))
            words = f"I see: {menu}\n{words}"
        return self.work(words)

    def page(self, about: str, fact: str = "", year: int | None = None) -> str:
        """Return a page as an agent that browses describes it."""
        lines = [
            f"{self.rng.choice(WORDS).title()} {make('name', self.rng)} {make('count', self.rng)} visitors."
            for _ in range(self.rng.randint(3, 25))
        ]
        if self.rng.random() < 0.4:  # pages have words of trouble that are nobody's trouble
            lines.insert(self.rng.randrange(len(lines)), self.pick("aside"))
        lines.insert(self.rng.randrange(len(lines)), fact)
        shown = self.rng.randint(10, 95)
        slug = about.replace(" ", "-").lower()
        return self.pick(
            "page", about=about, slug=slug, shown=shown, text=" ".join(lines), year=year or self.year
        )


def make_conversations(seed: int, count: int, *, judging: bool) -> list[LabelledRun]:
    """Return conversations with a decisive mistake each; its step is the one in `planted`."""
    team = JUDGING_TEAM if judging else TUNING_TEAM
    kinds = list(MISTAKES)
    return [
        _make(
            random.Random(f"talk-{'judging' if judging else 'tuning'}-{seed}-{index}"),
            kinds[index % len(kinds)],
            team,
        )
        for index in range(count)
    ]


def _make(rng: random.Random, mistake: str, team: Team) -> LabelledRun:
    run = LabelledRun(f"{rng.getrandbits(128):032x}", mistake, "talk")
    kind = rng.choice(["money", "date", "name", "count"])
    value = make(kind, rng)
    topic = f"{rng.choice(WORDS)} {rng.choice(team.things)} of {make('name', rng)} in {make('city', rng)}"
    right, year = other_form(kind, value, rng), rng.randint(1995, 2024)
    talk = _Talk(
        run, team, rng, Recording(run.trace_id, rng, []), topic, kind, right, year, rng.choice(WORDS)
    )
    question = talk.pick("question", kind=kind)
    talk.tape.start("team", "", question)
    talk.tape.turn("human", question)
    talk.tape.turn(team.thinker, talk.pick("plan", question=question))
    goals = rng.randint(_FEWEST_GOALS, _MOST_GOALS)
    for _ in range(goals - 1):
        _reach_goal(talk)
    answer = MISTAKES[mistake](talk)
    _finish(talk, answer)
    return run


def _reach_goal(talk: _Talk) -> None:
    """Reach one of the goals on the way, mostly at the first or second attempt."""
    about = f"the {talk.rng.choice(talk.team.things)} {make('name', talk.rng)}"
    for _ in range(talk.rng.choice([0, 0, 0, 1, 1, 2, 4])):
        talk.ask(about)
        talk.in_vain(about, "trouble", "fruitless")
    talk.ask(about)
    talk.work(talk.page(about, f"It belongs to {make('name', talk.rng)} since {make('date', talk.rng)}."))
    if talk.rng.random() < 0.3:
        talk.tape.turn(talk.team.asks, talk.pick("ask_reader", about=about))
        talk.tape.turn(talk.team.reader, talk.pick("read", about=about, value=make("name", talk.rng)))


def _wrong(talk: _Talk) -> str:
    return other_form(talk.kind, make(talk.kind, talk.rng), talk.rng)


def _misread(talk: _Talk) -> str:
    """An agent reports another value than the right one."""
    value = _wrong(talk)
    if talk.rng.random() < 0.5:  # the same value stands somewhere before, of something else
        about = f"the {talk.rng.choice(talk.team.things)} {make('name', talk.rng)}"
        talk.ask(about)
        talk.work(talk.page(about, f"{value}."))
    for _ in range(talk.rng.choice([0, 0, 1, 2])):
        talk.ask(talk.topic)
        talk.in_vain(talk.topic, "trouble", "fruitless")
    talk.ask(talk.topic)
    talk.run.planted.add(talk.work(talk.pick("found", about=talk.topic, value=value)))
    return value


def _wrong_page(talk: _Talk) -> str:
    """An agent goes to a page about something else, and all that follows stays there."""
    other = f"{talk.rng.choice(WORDS)} {talk.rng.choice(talk.team.things)} of {make('name', talk.rng)}"
    value = _wrong(talk)
    talk.ask(talk.topic)
    talk.run.planted.add(talk.work(talk.page(other, year=talk.year - talk.rng.randint(1, 9))))
    for _ in range(talk.rng.randint(0, 3)):
        talk.ask(talk.topic)
        talk.work(talk.page(other, year=talk.year - 1))
    talk.ask(talk.topic)
    talk.work(talk.page(other, talk.pick("found", about=other, value=value)))
    return value


def _stall(talk: _Talk) -> str:
    """An agent does not get what it was asked for, and no later attempt does."""
    talk.ask(talk.topic)
    talk.run.planted.add(talk.in_vain(talk.topic, "fruitless"))
    attempts = talk.rng.randint(3, 9)
    for attempt in range(attempts):
        if attempt and talk.rng.random() < 0.25:
            talk.tape.turn(talk.team.thinker, talk.pick("replan", about=talk.topic))
        talk.ask(talk.topic, progress=False)
        words = talk.rng.choice(["fruitless", "fruitless", "trouble", "page"])
        other = f"{talk.rng.choice(WORDS)} {talk.rng.choice(talk.team.things)} of {make('name', talk.rng)}"
        if words == "page":
            talk.work(talk.page(other))
        else:
            talk.in_vain(talk.topic, words)
    return talk.rng.choice(["", _wrong(talk)])


def _gave_up(talk: _Talk) -> str:
    """An agent says that there is nothing, after a part of the page; the lead believes it."""
    talk.ask(talk.topic)
    talk.run.planted.add(talk.work(talk.pick("nothing", about=talk.topic)))
    return talk.rng.choice(["", "unknown"])


def _bad_program(talk: _Talk) -> str:
    """An agent reckons with a number that is wrong, in a program that runs well."""
    talk.ask(talk.topic)
    talk.work(talk.page(talk.topic, f"There were {make('count', talk.rng)} of them."))
    talk.tape.turn(talk.team.asks, talk.pick("ask_program", about=talk.topic))
    number = make("count", talk.rng)
    code = f"```python\nbase = {number}\nprint(base * 3 + {talk.rng.randint(2, 99)})\n```"
    step = talk.tape.turn(talk.team.coder, talk.pick("program", code=code))
    talk.run.planted.add(step)
    value = f"{make('count', talk.rng)}"
    talk.tape.turn(talk.team.asks, talk.pick("ask_run"))
    talk.tape.turn(talk.team.shell, talk.pick("output", value=value))
    return value


def _dropped(talk: _Talk) -> str:
    """The lead asks without a part of the question, and gets the answer to another one."""
    value = _wrong(talk)
    about = talk.topic.partition(" in ")[0]
    talk.run.planted.add(talk.ask(about, whole=False))
    talk.work(talk.pick("found", about=about, value=value))
    return value


def _broke_off(talk: _Talk) -> None:
    """An agent runs into an error, and the talk ends with it."""
    for _ in range(talk.rng.choice([0, 1, 2])):
        talk.ask(talk.topic)
        talk.work(talk.page(talk.topic))
    talk.ask(talk.topic)
    talk.run.planted.add(talk.in_vain(talk.topic, "crash"))


def _abandoned(talk: _Talk) -> str:
    """An agent does not get what was asked for; the lead turns to other things, and answers without it."""
    talk.ask(talk.topic)
    talk.run.planted.add(talk.in_vain(talk.topic, "trouble"))
    for _ in range(talk.rng.randint(1, 2)):
        _reach_goal(talk)
    return _wrong(talk)


def _finish(talk: _Talk, answer: str | None) -> None:
    if answer is None or (not answer and talk.rng.random() < 0.5):  # broken off, out of time
        talk.run.records = talk.tape.finish("")
        return
    talk.tape.turn(talk.team.thinker, talk.pick("done"))
    words = talk.pick("answer", value=answer) if answer and answer != "unknown" else talk.pick("no_answer")
    talk.lead(words)
    talk.run.records = talk.tape.finish(words)


MISTAKES: Final[Mapping[str, Callable[[_Talk], str | None]]] = {
    "misread": _misread,
    "wrong_page": _wrong_page,
    "stall": _stall,
    "gave_up": _gave_up,
    "bad_program": _bad_program,
    "dropped": _dropped,
    "broke_off": _broke_off,
    "abandoned": _abandoned,
}
