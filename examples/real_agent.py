"""An agent with a calculator and two other tools, for one question or for a suite of them.

python examples/real_agent.py "What is 13 * (7 + 5)?"
python examples/real_agent.py --suite
"""

from __future__ import annotations

import argparse
import ast
import operator
from collections.abc import Callable

from agent_loop import Agent, answer, openai_model
from endpoint import open_endpoint
from toolbox import ToolFailed

from agent_inspector import trace

QUESTION = "What is 13 * (7 + 5)?"
SUITE = (
    QUESTION,
    "What is 10 / 0?",
    "How many kilometres are 26.2 miles?",
    "How many words has “Tin cries when bent”, and what is 12 * 12?",
    "What makes the northern lights?",
)
OPERATIONS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
METRES = {"metres": 1.0, "kilometres": 1000.0, "miles": 1609.344, "feet": 0.3048}


class CannotCalculate(ToolFailed):
    """The expression is no arithmetic, or has no value."""


def calculate(expression: str) -> float:
    """Calculate an expression of numbers, + - * / and parentheses."""
    try:
        return _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ZeroDivisionError, OverflowError) as error:
        raise CannotCalculate(f"{expression} has no value: {error}") from error


def convert_length(value: float, unit: str, to: str) -> float:
    """Convert a length between metres, kilometres, miles and feet."""
    if unit not in METRES or to not in METRES:
        raise ToolFailed(f"The units are {', '.join(METRES)}.")
    return round(value * METRES[unit] / METRES[to], 2)


def count_words(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())


def _value(expression: ast.expr) -> float:
    match expression:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATIONS:
            return OPERATIONS[type(sign)](_value(left), _value(right))
    raise CannotCalculate(f"{ast.unparse(expression)} is not arithmetic.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask an agent that has a calculator.")
    parser.add_argument("question", nargs="?", default=QUESTION)
    parser.add_argument(
        "--suite", action="store_true", help="ask every question of the suite, a run for each"
    )
    options = parser.parse_args()
    endpoint = open_endpoint()
    agent = Agent(
        name="agent",
        instructions="Answer briefly. Use your tools for numbers and words; never calculate yourself.",
        model_name=endpoint.model,
        tools=(calculate, convert_length, count_words),
        temperature=endpoint.temperature,
    )
    model = openai_model(endpoint)
    for question in SUITE if options.suite else (options.question,):
        print(f"you: {question}")
        with trace.run("real_agent", user_id="you"):
            trace.final(answer=answer(agent, model, [{"role": "user", "content": question}]))
        print()
    print("See it: agent-inspector server, then http://127.0.0.1:8000/ui/")


if __name__ == "__main__":
    main()
