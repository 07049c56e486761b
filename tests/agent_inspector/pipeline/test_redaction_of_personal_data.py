"""Personal data: by checksum and punctuation alone, or more loosely after a label."""

from __future__ import annotations

import pytest

from agent_inspector.pipeline import redact_value

BARE = [
    "4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "5555555555554444", "378282246310005",
    "6011000990139424", "219-08-9999", "GB82WEST12345698765432", "DE89 3704 0044 0532 0130 00",
    "jane.doe@corp.example.com", "o.brien+tag@sub.domain.co.uk", "+44 20 7946 0958", "+14155550132", "(415) 555-0132",
    "415-555-0132", "06 12 34 56 78", "529.982.247-25", "RSSMRA85T10A562S", "HEGG560427MVZRRL04", "2341 2341 2346",
    "11010519491231002X", "811218-9876",
]  # fmt: skip
LABELLED = [
    ("my social security number is @@", "219099999"), ("SSN: @@", "219 09 9999"), ("CVV: @@", "965"),
    ("security code: @@", "8841"), ("PIN: @@", "4821"), ("Your verification code is @@", "839201"),
    ("Use @@ as your verification code", "839201"), ("bank account number: @@", "3034568883"),
    ("routing number: @@", "021000021"), ("sort code @@", "12-34-56"), ("Passport number: @@", "X12345678"),
    ("driver's license: @@", "D1234-56789-01234"), ("date of birth: @@", "1984-03-12"), ("DOB @@", "03/12/1984"),
    ("born on @@", "March 12, 1984"), ("NHS number: @@", "943 476 5919"), ("medical record number @@", "8839201"),
    ("tax id: @@", "12-3456789"), ("PESEL @@", "44051401359"), ("BSN: @@", "111222333"), ("phone: @@", "4155550132"),
    ("card: @@ exp 04/29", "6011-3512-4942-2164"),
]  # fmt: skip
KEYED = {
    "cvc": "737", "pan": "3461-919361-41449", "bank_account": "091525314780", "account_iban": "NL24 RTXA 7246 1956 04",
    "ssn": "214-49-3255", "passportNo": "C01X00T47", "date_of_birth": "1984-03-12", "nationalId": "84039201",
    "tax_id": "12-3456789", "mobile": "+1 506 543 5089", "telephone": "+49 151 56077243", "mrn": "00483920",
    "phone_number": 4155550132, "creditCard": 4111111111111111,
}  # fmt: skip


@pytest.mark.parametrize("value", BARE)
def test_it_is_found_without_a_label(value: str) -> None:
    assert value not in redact_value(f"please note {value} for later")
    assert value not in str(redact_value({"items": [{"note": value}]}))


@pytest.mark.parametrize(("template", "value"), LABELLED)
def test_it_is_found_after_a_label(template: str, value: str) -> None:
    redacted = redact_value(template.replace("@@", value))

    assert value not in redacted
    assert redacted.startswith(template.partition("@@")[0])


@pytest.mark.parametrize("name", KEYED)
def test_it_is_found_under_a_key(name: str) -> None:
    assert str(KEYED[name]) not in str(redact_value({"customer": {name: KEYED[name]}}))
