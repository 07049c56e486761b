"""What the model knows: every question of the examples, and the turns that follow it.

The first scenario whose trigger matches and whose tools are all on offer is played. Turns do not look at
what a tool returned, except by quoting it as `{result}`; that keeps every recording the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model_server.script import Scenario, Turn, call

_TRAVEL: Final = (
    Scenario(
        r"land in Lisbon",
        [
            Turn(
                calls=[
                    call("get_weather", city="Lisbon", day="Friday"),
                    call("find_trains", origin="Lisbon Airport", destination="Porto", day="Saturday"),
                ]
            ),
            Turn(
                "No train leaves from the airport itself, so I will look from Santa Apolonia, the nearest one.",
                [call("find_trains", origin="Lisboa Santa Apolonia", destination="Porto", day="Saturday")],
            ),
            Turn(
                "Friday evening in Lisbon is mild, 19 degrees and clear. On Saturday take the 09:39 from Lisboa "
                "Santa Apolonia: it reaches Porto at 12:25 for 31.90 euros. The airport has no railway station, but "
                "Santa Apolonia is half an hour away by metro."
            ),
        ],
    ),
    Scenario(
        r"umbrella",
        [
            Turn(calls=[call("get_weather", city="Porto", day="Saturday")]),
            Turn("Yes: Porto expects showers on Saturday, 15 degrees. Keep an umbrella at hand."),
        ],
    ),
)

_FLIGHTS: Final = (
    Scenario(
        r"flights from (?P<origin>\w+) to (?P<destination>\w+)",
        # The one argument of a tool that LangChain makes of a plain function has this name.
        [
            Turn(calls=[call("search", __arg1="{origin} to {destination}")]),
            Turn("The best flight from {origin} to {destination}: {result}."),
        ],
    ),
)

_WAREHOUSE: Final = (
    Scenario(
        r"12 blue lamps",
        [
            Turn(calls=[call("check_stock", product="blue lamp"), call("shipping_days", city="Oslo")]),
            Turn(
                "Yes. There are 30 blue lamps in stock, and Oslo takes 3 days: 12 of them arrive by Monday."
            ),
        ],
    ),
    Scenario(
        r"reserve 40",
        [
            Turn(calls=[call("reserve", product="blue lamp", quantity=40)]),
            Turn(
                "Forty are more than we have. I will set aside the thirty that are here.",
                [call("reserve", product="blue lamp", quantity=30)],
            ),
            Turn("I reserved 30 blue lamps under {result}. The other 10 have to be made first; I am sorry."),
        ],
    ),
)

_SUPPORT: Final = (
    Scenario(
        r"charged twice for order (?P<order>A-\d+)",
        [
            Turn("Let me look at the order first.", [call("find_order", order_id="{order}")]),
            Turn(calls=[call("ask_billing", request="Refund the duplicate charge of order {order}.")]),
            Turn(
                "You were right, and I am sorry: order {order} was charged twice within a minute. The second "
                "charge of 42.00 euros is on its way back to your card."
            ),
        ],
    ),
    Scenario(
        r"duplicate charge of order (?P<order>A-\d+)",
        [
            Turn(calls=[call("find_charge", charge_id="ch_1042")]),
            Turn(
                "No charge has that id. I will list what the order was charged.",
                [call("list_charges", order_id="{order}")],
            ),
            Turn(calls=[call("refund_charge", charge_id="ch_9c41", amount_cents=4200)]),
            Turn("Charge ch_9c41 was the duplicate. I refunded its 42.00 euros: {result}."),
        ],
    ),
    Scenario(
        r"How long until",
        [Turn("Card refunds take three to five working days. I noted it, so nobody will ask you again.")],
    ),
)

_CUSTOMER_CARE: Final = (
    Scenario(r"^Route this: .*(invoice|fee)", [Turn("billing")]),
    Scenario(r"^Route this: .*(app|outage)", [Turn("technical")]),
    Scenario(
        r"two payments",
        [
            Turn(calls=[call("look_up_profile"), call("billing_history")]),
            Turn(calls=[call("issue_refund", payment_id="pay_88", euros=29)]),
            Turn(
                "The payment of 29 euros was taken twice because the first attempt timed out on our side. I have "
                "returned one of them; you will see it within five days."
            ),
        ],
    ),
    Scenario(
        r"logs me out",
        [
            Turn(calls=[call("look_up_profile"), call("read_logs")]),
            Turn(calls=[call("reset_sessions")]),
            Turn(
                "Yesterday's update left an old token on your phone, which expired every few minutes. I have "
                "cleared it; log in once more and you will stay logged in."
            ),
        ],
    ),
    Scenario(
        r"^Escalated",
        [
            Turn(calls=[call("approve_refund", payment_id="pay_12", euros=348)]),
            Turn(
                "Three outages in a month are not what you pay for. I have approved the refund of your yearly "
                "fee of 348 euros, and I will write to you myself when the cause is fixed."
            ),
        ],
    ),
    Scenario(
        r"yearly fee",
        [
            Turn(calls=[call("billing_history")]),
            Turn(calls=[call("issue_refund", payment_id="pay_12", euros=348)]),
            Turn("ESCALATE: a refund of 348 euros is above my limit, but the complaint is justified."),
        ],
    ),
)

_ODD_JOBS: Final = (
    Scenario(
        r"words .*“(?P<text>.+)”.* and what is (?P<expression>[-+*/().\d ]+)\?",
        [
            Turn(calls=[call("count_words", text="{text}"), call("calculate", expression="{expression}")]),
            Turn("The sentence has 4 words, and {expression} is {result}."),
        ],
    ),
    Scenario(
        r"what is (?P<expression>[\d ]+/ ?0)\?",
        [
            Turn(calls=[call("calculate", expression="{expression}")]),
            Turn("I am sorry, that has no answer: a number cannot be divided by zero."),
        ],
    ),
    Scenario(
        r"what is (?P<expression>[-+*/().\d ]+)\?",
        [
            Turn(calls=[call("calculate", expression="{expression}")]),
            Turn("{expression} is {result}."),
        ],
    ),
    Scenario(
        r"26\.2 miles",
        [
            Turn(calls=[call("convert_length", value=26.2, unit="miles", to="leagues")]),
            Turn(
                "It was kilometres that you asked for.",
                [call("convert_length", value=26.2, unit="miles", to="kilometres")],
            ),
            Turn("26.2 miles are {result} kilometres."),
        ],
    ),
    Scenario(
        r"northern lights",
        [
            Turn(
                "The sun throws out charged particles, and the Earth's magnetic field leads them towards the "
                "poles. A hundred kilometres up they strike oxygen and nitrogen. Oxygen answers in green and red, "
                "nitrogen in blue and violet."
            )
        ],
    ),
    Scenario(r"about copper", [Turn("Copper kills bacteria: a brass door handle cleans itself.")]),
    Scenario(r"about tin", [Turn("Tin cries: bend a bar of it, and the crystals creak.")]),
    Scenario(r"about zinc", [Turn("Zinc protects iron by rusting in its place.")]),
    Scenario(r"content filter", [Turn(finish_reason="content_filter")]),
)

_ANYTHING_ELSE: Final = Scenario(
    r"",
    [Turn("My script has no answer to “{question}”. With an OPENAI_API_KEY, a real model would have one.")],
)

SCENARIOS: Final[Sequence[Scenario]] = (
    *_TRAVEL,
    *_FLIGHTS,
    *_WAREHOUSE,
    *_SUPPORT,
    *_CUSTOMER_CARE,
    *_ODD_JOBS,
    _ANYTHING_ELSE,
)
