"""Secrets in the middle of texts: the value goes, the sentence stays.

`@@` stands for a secret that is made up when the test runs, so that nothing here looks like a real one.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Mapping
from urllib.parse import quote

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.pipeline import redact_value

_random = random.Random(20261122)


def token(length: int = 32) -> str:
    """Return letters and digits, with at least one digit where rules look for it."""
    return "k7" + "".join(_random.choices(string.ascii_letters + string.digits, k=length - 2))


def password() -> str:
    return f"Sw0rdfish-{_random.randrange(1000, 9999)}!"


ASSIGNED = r"""
export DB_PASSWORD="@@"
export DB_PASSWORD=@@
$env:API_KEY = "@@"
set API_SECRET=@@
ENV API_TOKEN @@
db.password=@@
spring.datasource.password=@@
password: "@@"
  secretKey: @@ # rotate
"clientSecret": "@@",
{'password': '@@', 'user': 'bob'}
Config(user='bob', password='@@', port=5432)
DatabaseConfig{host=db, password=@@, port=5432}
const apiKey = "@@";
let token: string = "@@";
private static final String API_KEY = "@@";
apiKey := "@@"
password => "@@"
if password == "@@":
let password = String::from("@@");
define('DB_PASSWORD', '@@');
app.config["SECRET_KEY"] = b"@@"
AZUREOPENAIAPIKEY=@@
- name: API_KEY\n  value: @@
variable "db_password" {\n  default = "@@"\n}
password: |\n  @@
[client]\npassword=@@
"x-api-key": ["@@"]
+API_KEY=@@
user,password,role\nbob,@@,admin
| user | password |\n|---|---|\n| bob | @@ |
INSERT INTO users (name, password) VALUES ('bob', '@@')
CREATE USER bob IDENTIFIED BY '@@';
ALTER USER bob WITH PASSWORD '@@';
level=info msg="login" password="@@"
2024-01-01 INFO {"user":"bob","password":"@@"}
Server=db;Database=x;User Id=sa;Password=@@;
host=db user=bob password=@@ dbname=x
"""
MARKUP = r"""
<password>@@</password>
<Password><![CDATA[@@]]></Password>
<add key="ApiKey" value="@@"/>
<input value="@@" type="password" name="x">
<entry key="db.password">@@</entry>
Content-Disposition: form-data; name="api_key"\r\n\r\n@@\r\n
{&quot;password&quot;:&quot;@@&quot;}
{\"password\": \"@@\"}
{\\\"api_key\\\": \\\"@@\\\"}
\u0022password\u0022:\u0022@@\u0022
"""
COMMANDS = r"""
curl -u admin:@@ https://api.example.com
curl -H "X-Api-Key: @@" https://x.example.com
mysql -u root -p@@ mydb
PGPASSWORD=@@ psql -h db
sshpass -p @@ ssh root@10.0.0.1
docker login -u bob -p @@ registry.example.com
redis-cli -h x -a @@ ping
echo @@ | docker login -u bob --password-stdin
aws configure set aws_secret_access_key @@
kubectl create secret generic db --from-literal=password=@@
gh secret set API_KEY --body @@
myapp --api-key @@ --verbose
myapp --api-key=@@
machine api.example.com login bob password @@
db.example.com:5432:mydb:bob:@@
requirepass @@
//registry.npmjs.org/:_authToken=@@
git clone https://oauth2:@@@gitlab.example.com/x.git
"""
HEADERS = r"""
Authorization: Bearer @@
authorization: bearer @@
> Authorization: token @@\n> Accept: */*
X-API-KEY: @@
Cookie: session=@@; theme=dark
Set-Cookie: sid=@@; Path=/; HttpOnly
Ocp-Apim-Subscription-Key: @@
headers={"Authorization": f"Bearer @@"}
req.Header.Set("Authorization", "Bearer @@")
requests.get(u, auth=("bob", "@@"))
https://x.example.com/?api_key=@@&q=1
https://x.example.com/cb#access_token=@@&token_type=bearer
https://x.example.com/reset?token=@@
postgresql+asyncpg://bob:@@@db.internal:5432/x
redis://:@@@cache:6379/1
https://bob:@@@git.example.com/r.git
jdbc:postgresql://db:5432/x?user=bob&password=@@
POST /login username=bob&password=@@&remember=1
"""
PROSE = r"""
my password is @@
The password is: @@
Password for bob is @@.
Your temporary password is:\n\n@@\n
Here is the database password I was given: @@
password (temporary): @@
credentials: admin:@@
log in with user bob and password @@
the api key is "@@"
API key → @@
**Password:** @@
- Password: `@@`
Passwort: @@
mot de passe : @@
contraseña: @@
пароль: @@
パスワード: @@
I changed the password to @@ yesterday
Use @@ as the password
"""


FULLWIDTH_COLON = "\N{FULLWIDTH COLON}"


def lines(block: str) -> list[str]:
    return [line.replace(r"\n", "\n").replace(r"\r", "\r") for line in block.strip().splitlines()]


TEMPLATES = [*lines(ASSIGNED), *lines(MARKUP), *lines(COMMANDS), *lines(HEADERS), *lines(PROSE)]
TEMPLATES += [f"密码{FULLWIDTH_COLON}@@"]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("make", [token, password])
def test_a_secret_is_replaced_and_its_surroundings_stay(template: str, make: Callable[[], str]) -> None:
    secret = make()
    before, _, after = template.partition("@@")

    redacted = redact_value({"text": template.replace("@@", secret)})["text"]

    assert secret not in redacted
    assert redacted.startswith(before[:-3][:12])
    assert redacted.endswith(after[3:][-12:])
    assert redact_value({"text": redacted})["text"] == redacted


@pytest.mark.parametrize("template", [r'{"\u0070assword":"@@"}', "bob@corp.example.com:@@"])
def test_a_secret_goes_even_where_its_surroundings_change(template: str) -> None:
    secret = token()

    assert secret not in redact_value(template.replace("@@", secret))


ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "percent": lambda text: quote(text, safe=""),
    "JSON in a string": lambda text: json.dumps({"text": text}),
    "JSON in JSON in a string": lambda text: json.dumps({"text": json.dumps({"text": text})}),
    "a string of JSON": json.dumps,
}


@pytest.mark.parametrize("encode", list(ENCODINGS.values()), ids=list(ENCODINGS))
@pytest.mark.parametrize("template", ["password=@@", '{"password": "@@"}', "Authorization: Bearer @@"])
def test_encoding_hides_nothing(encode: Callable[[str], str], template: str) -> None:
    secret = token()
    encoded = encode(template.replace("@@", secret))

    redacted = redact_value({"body": f"see {encoded}" if " " not in encoded else encoded})["body"]

    assert secret not in redacted
    assert encoded not in redacted
    assert "[REDACTED:" in redacted


def test_json_in_a_string_stays_json_of_the_same_style() -> None:
    secret = token()
    text = json.dumps(
        {"retries": 4, "limit": 1.5, "big": 2**70, "api_key": secret, "name": "é"},
        indent=2,
        ensure_ascii=False,
    )

    redacted = redact_value(text)

    value = json.loads(redacted)
    assert value.pop("api_key").startswith("[REDACTED:key:")
    assert value == {"retries": 4, "limit": 1.5, "big": 2**70, "name": "é"}
    assert redacted.startswith('{\n  "retries": 4,\n  "limit": 1.5,')


def test_the_same_secret_keeps_one_fingerprint_and_another_gets_its_own() -> None:
    first, second = token(), token()

    redacted = redact_value([f"password={first}", {"password": first}, {"password": second}])

    assert redacted[0] == f"password={redacted[1]['password']}"
    assert redacted[1] != redacted[2]


RANDOM_TEXT = "tok was mZ8qK2vR7xN4pL9wT3yB6c in it"


def test_a_text_that_only_looks_random_is_removed_only_for_who_asks() -> None:
    spared = [
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "7f1c2e9a-3b4d-4c5e-8f6a-1b2c3d4e5f60",
        "agent_inspector.pipeline.redaction.randomness",
        "call_mZ8qK2vR7xN4pL9wT3yB6c",
        "https://example.org/a/long/path/to/some/page",
    ]

    assert redact_value(RANDOM_TEXT, TraceConfig()) == RANDOM_TEXT
    assert "mZ8qK2vR7xN4pL9wT3yB6c" not in str(redact_value(RANDOM_TEXT, TraceConfig(redact_entropy=True)))
    assert redact_value(spared, TraceConfig(redact_entropy=True)) == spared
