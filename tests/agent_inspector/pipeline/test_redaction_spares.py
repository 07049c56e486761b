"""What must never be redacted: ids, digests, counters, models, blobs, program text and talk about secrets."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from agent_inspector.pipeline import redact_value

_random = random.Random(3)


def digest(digits: int) -> str:
    return f"{_random.getrandbits(digits * 4):0{digits}x}"


def blob(size: int) -> str:
    return base64.b64encode(_random.randbytes(size)).decode()


TEXTS = f"""
How do I reset my password?
Explain how JWT tokens work.
The token is invalid or expired.
the similarity is 0.4111111111111111 here
Password must be at least 8 characters
the secret to success is practice
The password policy requires 12 characters and rotation every 90 days.
password hash algorithm: argon2
api_key = os.environ['OPENAI_API_KEY']
client = OpenAI(api_key=api_key, base_url=url)
password = getpass.getpass('Password: ')
def login(user: str, password: str) -> bool:
def pwd(self): return 1
self.user, self.password = user, password
token: Optional[str] = None
const {{ token, key }} = props;
apiKey: process.env.API_KEY,
for key, value in d.items():
if token == ';':
Authorization: Bearer <token>
Authorization: Bearer ${{TOKEN}}
-H 'Authorization: Bearer YOUR_API_KEY'
password=${{DB_PASSWORD}}
password: {{{{ vault_db_password }}}}
secretKeyRef: {{name: db, key: password}}
usage: cli --token TOKEN --password PASSWORD
--password-file /run/secrets/db
ssh -i ~/.ssh/id_rsa host
docker run -p 8080:80 nginx
psql -U postgres -p 5432
SELECT password FROM users WHERE id = 1
INSERT INTO users (name, password) VALUES (?, ?)
| Name | Password |
name,price,key
max_tokens=1024, total_tokens: 1234, tokens per second: 45.2
token_type: bearer
primary key: id
cache key: user:12345:profile:v2
commit {digest(40)}
sha256:{digest(64)}
md5 {digest(32)}
image: api@sha256:{digest(64)}
integrity sha512-{blob(64)}
uuid 550e8400-e29b-41d4-a716-446655440000
traceparent: 00-{digest(32)}-{digest(16)}-01
chatcmpl-9a8b7c6d5e4f3g2h1
toolu_01A09q90qw90lq917835lq9
call_abc123DEF456ghi789
model=ft:gpt-4o-mini-2024-07-18:acme::A1b2C3d4
accounts/fireworks/models/llama-v3p1-405b-instruct
risk-adjusted-return-on-capital-2024
2024-11-22T10:15:30.123456Z
1732225001038278936
10.0.0.1:5432
git@github.com:org/repo.git
ssh://git@github.com/x/y.git
npm install react@18.2.0
actions/checkout@v4
foo@2x.png
ISBN 978-3-16-148410-0
lat 59.9139, lon 10.7522
Order #112-7654321-1234567
order number 4976448245942879
postgres://localhost:5432/db
https://docs.example.com/guides/abc?page=1&sort=asc
https://www.youtube.com/watch?v=dQw4w9WgXcQ
https://unpkg.com/react@18.2.0/umd/react.js
arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-a1b2c3
data:image/png;base64,iVBORw0KGgo{blob(900)}
{blob(3000)}
Set-Cookie: theme=dark; Path=/
the code is 404
zip code 94103
born in 1984
card ending in 4242
UTC+05:30
0x{digest(40)}
x%20y%20z
"""
VALUES: list[Any] = [
    {"usage": {"prompt_tokens": 3904, "completion_tokens": 539, "total_tokens": 9984}, "max_tokens": 4096},
    {"trace_id": digest(32), "span_id": digest(16), "parent_span_id": digest(16), "run_id": digest(32)},
    {"id": "chatcmpl-0IQ6w3m5SteCoi1a3c1sGPKvhIrL2", "system_fingerprint": "fp_b6b61ecbf2"},
    {"order_number": "4111111111111111", "order_id": "5555555555554444", "barcode": "4006381333931"},
    {"sha": digest(40), "digest": f"sha256:{digest(64)}", "md5": digest(32), "ETag": f'"{digest(32)}"'},
    {"timestamp_ms": 1733441826661, "start_time_unix_nano": 1732225001038278936, "since": 1738193886938},
    {"model": "gpt-4o-2024-08-06", "embedding": [0.1, -0.2], "seed": 42},
    {"thought_signature": blob(300), "type": "thinking", "signature": blob(300)},
    {"logprobs": {"content": [{"token": " the", "logprob": -0.1, "bytes": [32, 116]}]}, "eos_token": "</s>"},
    {"token": "hello", "tokens": ["a", "b"], "key": "Enter", "keys": ["ctrl", "c"]},
    {"next_page_token": blob(30), "nextToken": blob(40), "cursor": blob(30)},
    {"primary_key": "id", "cache_key": digest(32), "idempotency_key": "550e8400-e29b-41d4-a716-446655440000"},
    {
        "api_key_env": "OPENAI_API_KEY",
        "password_required": True,
        "secretName": "db-creds",
        "credentials": None,
    },
    {"password": "", "api_key": "${API_KEY}", "secret": "********", "token_type": "Bearer"},
    {"session_id": "550e8400-e29b-41d4-a716-446655440000", "thread_id": "thread_abc123DEF456ghi789"},
    {
        "properties": {"password": {"type": "string", "description": "Your password"}},
        "required": ["password"],
    },
    {"author": "Le Guin", "authority": "LOC", "monkey": "yes", "keyboard": "qwerty", "secretary": "J. Smith"},
    {
        "argv": ["git", "log", "--oneline", "-p", "file.py"],
        "cmd": ["docker", "run", "-p", "8080:80", "nginx"],
    },
    {"name": "password_reset", "content": "We sent you a mail"},
    {"account_id": "123456789012", "version": "2024-11-20", "snowflake": 884736582937462784},
    {"image": {"b64_json": blob(5000)}, "headers": {"X-Request-Id": digest(32), "ETag": digest(32)}},
]


@pytest.mark.parametrize("text", TEXTS.strip().splitlines(), ids=lambda text: text[:60])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert redact_value({"text": text}) == {"text": text}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: " ".join(value)[:60])
def test_harmless_values_are_left_alone(value: Any) -> None:
    assert redact_value(value) == value
