"""Domains: what the agents of synthetic runs are asked, which tools they have, and how they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One call of a flow. `takes` and `gives` name values of the run by `name:kind`."""

    tool: str
    takes: Mapping[str, str]
    gives: Mapping[str, str]
    settings: Mapping[str, object]
    """Arguments that the model sets out of its head, as the schema allows."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A question, the calls that it takes, and answers in several wordings."""

    name: str
    question: str
    uses: Sequence[ToolUse]
    answers: Sequence[str]


def use(tool: str, takes: str, gives: str, **settings: object) -> ToolUse:
    return ToolUse(tool, _named(takes), _named(gives), settings)


def _named(text: str) -> dict[str, str]:
    """Read `parameter=value:kind` pairs; the value's name is the parameter's where it is left out."""
    pairs: dict[str, str] = {}
    for token in text.split():
        parameter, _, value = token.partition("=")
        pairs[parameter.partition(":")[0]] = value or token
    return pairs


TUNING: Final = (
    Domain(
        "shop",
        "Where is my order {order:id}? I am {customer:name}.",
        [
            use(
                "get_order",
                "order_id=order:id",
                "order_id=order:id customer=customer:name tracking=tracking:id total=total:money",
            ),
            use(
                "track_parcel",
                "tracking_number=tracking:id",
                "carrier=carrier:word city=city:city eta=eta:date",
            ),
        ],
        [
            "Your order {order:id} is in {city:city} and arrives on {eta:date}. The total was {total:money}.",
            "{customer:name}, parcel {tracking:id} is with {carrier:word}; expect it on {eta:date}.",
        ],
    ),
    Domain(
        "billing",
        "Please refund the duplicate charge on invoice {invoice:id}.",
        [
            use(
                "list_charges",
                "invoice_id=invoice:id",
                "charge_id=charge:id amount_cents=amount:cents customer_email=mail:email",
                limit=20,
            ),
            use(
                "issue_refund",
                "charge_id=charge:id amount_cents=amount:cents",
                "refund_id=refund:id status=accepted",
                reason="duplicate",
            ),
        ],
        [
            "I refunded {amount:cents} for charge {charge:id}; the reference is {refund:id}.",
            "Done: refund {refund:id} over {amount:cents} goes to {mail:email}.",
        ],
    ),
    Domain(
        "code",
        "Why does the build of {project:word} fail?",
        [
            use("search_logs", "project=project:word", "file=file:path line=line:count", max_results=50),
            use("read_file", "path=file:path", "content=constant author=author:name", encoding="utf-8"),
        ],
        [
            "The build fails in {file:path} at line {line:count}; {author:name} wrote it.",
            "Line {line:count} of {file:path} uses a constant that is gone. Ask {author:name}.",
        ],
    ),
    Domain(
        "weather",
        "How warm is it in {town:city} today?",
        [
            use(
                "get_weather",
                "city=town:city",
                "temperature_c=warmth:temperature humidity=damp:percent station=station:id",
                units="metric",
            )
        ],
        [
            "In {town:city} it is {warmth:temperature} degrees, with a humidity of {damp:percent}.",
            "It is {warmth:temperature} °C in {town:city} (station {station:id}).",
        ],
    ),
)
"""Domains that rules may be fitted to."""

JUDGING: Final = (
    Domain(
        "hr",
        "How much leave does {person:name} have left?",
        [
            use(
                "find_employee",
                "name=person:name",
                "employee_id=staff:id manager=boss:name start_date=since:date",
            ),
            use(
                "leave_balance", "employee_id=staff:id", "hours_left=left:count expires=until:date", year=2026
            ),
        ],
        [
            "{person:name} ({staff:id}) has {left:count} hours left, until {until:date}.",
            "There are {left:count} hours of leave; they expire on {until:date}. The manager is {boss:name}.",
        ],
    ),
    Domain(
        "travel",
        "Book a room in {place:city} for {guest:name}, arriving {arrival:date}.",
        [
            use(
                "search_hotels",
                "city=place:city check_in=arrival:date",
                "hotel_id=hotel:id price=price:money hotel_url=link:url",
                guests=1,
            ),
            use(
                "book_room",
                "hotel_id=hotel:id guest_name=guest:name check_in=arrival:date",
                "booking_id=booking:id total=price:money",
            ),
        ],
        [
            "Booked: {booking:id} in {place:city} for {guest:name}, {price:money}. See {link:url}.",
            "I booked hotel {hotel:id} from {arrival:date} at {price:money}; your booking is {booking:id}.",
        ],
    ),
    Domain(
        "data",
        "How many rows of {table:word} did we import from {source:path}?",
        [
            use(
                "describe_file",
                "file_path=source:path",
                "dataset=dataset:id rows=rows:count owner=owner:email",
            ),
            use(
                "run_query",
                "dataset=dataset:id",
                "imported=imported:count rejected=rejected:count",
                timeout_s=30,
            ),
        ],
        [
            "{imported:count} of {rows:count} rows were imported; {rejected:count} were rejected. Owner: {owner:email}.",
            "The file {source:path} has {rows:count} rows, of which {imported:count} came in as dataset {dataset:id}.",
        ],
    ),
    Domain(
        "devops",
        "Is service {service:word} healthy after deploy {deploy:id}?",
        [
            use("deploy_details", "deploy=deploy:id", "commit=commit:id host=host:url started=when:date"),
            use(
                "service_metrics",
                "service=service:word commit=commit:id",
                "error_rate_pct=errors:percent requests=load:count",
                window="1h",
            ),
        ],
        [
            "{service:word} serves {load:count} requests with {errors:percent} errors since commit {commit:id}.",
            "Deploy {deploy:id} ({commit:id}) is live at {host:url}; the error rate is {errors:percent}.",
        ],
    ),
    Domain(
        "bank",
        "What did {holder:name} spend from account {account:id}?",
        [
            use(
                "account_summary",
                "account=account:id",
                "holder=holder:name spent=spent:money largest_payee=payee:name card=card:id",
            ),
            use(
                "payee_details", "payee=payee:name", "city=payee_town:city iban_end=iban:id since=known:date"
            ),
        ],
        [
            "{holder:name} spent {spent:money}; most went to {payee:name} in {payee_town:city}.",
            "From account {account:id}, {spent:money} were spent. {payee:name} has been a payee since {known:date}.",
        ],
    ),
)
"""Domains that only the judging half has."""
