"""Wrong values: cut on their way, made up, contradicted, ignored, or refused by a schema."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from tests.synthetic.flow import FILLER, SLOT, Flow, lookup
from tests.synthetic.values import make, other_form

_MARKS: Final = (
    "",
    "…",
    "...",
    "\n[truncated]",
    "... [output truncated, {n} characters omitted]",
    "\n<{n} more characters>",
    " (truncated)",
)


def cut(flow: Flow) -> None:
    for item in flow.domain.uses[:-1]:
        flow.call(item)
    item = flow.domain.uses[-1]
    rows = [
        {"row": make("id", flow.rng), "note": flow.rng.choice(FILLER), "on": make("date", flow.rng)}
        for _ in range(flow.rng.randint(15, 60))
    ]
    result = {**flow.result(item), "rows": rows}
    whole = json.dumps(result, indent=flow.rng.choice([None, 2]))
    kept = flow.rng.randint(len(whole) // 3, len(whole) * 4 // 5)
    mark = flow.rng.choice(_MARKS).replace("{n}", str(len(whole) - kept))
    told = (
        whole[:kept] + mark
        if flow.rng.random() < 0.8
        else f"{whole[: kept // 2]}{mark or '…'}{whole[-kept // 4 :]}"
    )
    _, tool = flow.call(item, None, result, told=told)
    flow.run.planted.add(tool)
    flow.run.losses.add("result_cut")
    flow.answer()


def invented_argument(flow: Flow) -> None:
    for item in flow.domain.uses[:-1]:
        flow.call(item)
    item = flow.domain.uses[-1]
    arguments = flow.arguments(item)
    kinds = {parameter: named.partition(":")[2] for parameter, named in item.takes.items()}
    parameter = next(
        (name for name, kind in kinds.items() if kind in ("id", "cents", "money", "count", "path", "email")),
        None,
    )
    if parameter is None:
        item = lookup(flow, "get_record")
        arguments, parameter, kinds = {"record_id": ""}, "record_id", {"record_id": "id"}
    arguments[parameter] = make(kinds[parameter], flow.rng)
    steps = flow.call(
        item, arguments, error="NotFound: there is no such record" if flow.rng.random() < 0.6 else None
    )
    flow.run.invented.append((steps[1], str(arguments[parameter])))
    flow.run.planted |= set(steps)
    flow.answer(words="I am sorry, I could not finish this.")


def invented_answer(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    kind = flow.rng.choice(["id", "email", "url", "money"])
    shown = other_form(kind, make(kind, flow.rng), flow.rng)
    text, _ = flow.fill(flow.domain.answers[0])
    step = flow.answer(words=f"{text} For questions, quote {shown}.")
    flow.run.invented.append((step, shown))
    flow.run.planted.add(step)


def contradicted(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    kinds = ("money", "cents", "count", "percent", "temperature")
    usable = [
        answer for answer in flow.domain.answers if any(kind in kinds for _, kind in SLOT.findall(answer))
    ]
    template = flow.rng.choice(usable or flow.domain.answers)
    name, kind = next(((n, k) for n, k in SLOT.findall(template) if k in kinds), SLOT.findall(template)[0])
    if name in flow.values:
        flow.values[name] = kind, make(kind, flow.rng)
    step = flow.answer(template, link=False)
    flow.run.planted.add(step)


def ignored(flow: Flow) -> None:
    for item in flow.domain.uses:
        _, tool = flow.call(item)
    flow.run.planted.add(tool)
    words = [
        "I could not find any information on that.",
        "Unfortunately there is no data for your question.",
        "I was not able to find it; please ask somebody else.",
    ]
    flow.answer(words=flow.rng.choice(words))


def schema_error(flow: Flow) -> None:
    for item in flow.domain.uses[:-1]:
        flow.call(item)
    item = flow.domain.uses[-1]
    arguments = flow.arguments(item)
    first = next(iter(item.takes))
    change = flow.rng.choice(
        ["missing", "type", "enum", "extra"] if item.settings else ["missing", "type", "extra"]
    )
    if change == "missing":
        del arguments[first]
    elif change == "type":
        arguments[first] = [arguments[first]]
    elif change == "extra":
        arguments["verbose"] = True
    else:
        arguments[next(iter(item.settings))] = {"unknown": 1}
    steps = flow.call(
        item, arguments, error="ValidationError: bad arguments" if flow.rng.random() < 0.5 else None
    )
    flow.run.planted |= set(steps)
    flow.answer()


def near_miss(flow: Flow) -> None:
    for item in flow.domain.uses[:-1]:
        flow.call(item)
    item = flow.domain.uses[-1]
    name = flow.rng.choice(
        [
            item.tool + "s",
            item.tool.replace("_", ""),
            "fetch_" + item.tool,
            item.tool.title().replace("_", ""),
        ]
    )
    steps = flow.call(
        replace(item, tool=name), flow.arguments(item), error=f"ToolNotFound: there is no tool {name}"
    )
    flow.run.planted |= set(steps)
    flow.call(item)
    flow.answer()
