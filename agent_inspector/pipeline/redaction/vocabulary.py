"""The words that make a name secret, personal or harmless; alone owns these lists, and nothing but them.

A phrase is a sequence of lower-case words; `api key` finds `OPENAI_API_KEY`, `apiKey` and `x-api-key`.
"""

from __future__ import annotations

from typing import Final, TypeAlias

Phrases: TypeAlias = frozenset[tuple[str, ...]]


def _phrases(text: str) -> Phrases:
    return frozenset(tuple(line.split()) for line in text.split(",") if line.strip())


def words(text: str) -> frozenset[str]:
    """Read a list of words, so that it can be written on a few lines."""
    return frozenset(text.split())


STRONG: Final = _phrases("""
    password, passwords, passwd, passphrase, passcode, pw, rootpw, pwd, pswd, pswrd, psw, pass word, pass phrase, pass code,
    userpass, userpwd, dbpass, passwort, kennwort, contrasena, contraseña, senha, wachtwoord, heslo, parola,
    salasana, lozinka, jelszo, hasło, haslo, пароль, 密码, 口令, パスワード, 비밀번호, mot de passe, mdp,
    secret, secrets, credential, credentials, creds, cred, apikey, apikeys, api key, api keys, api secret,
    api token, api auth, apitoken, secret key, secret access key, secretkey, private key, private keys, privatekey,
    privkey, priv key, access key, accesskey, access keys, account key, storage key, shared key, shared access key,
    master key, admin key, root key, encryption key, encrypt key, decryption key, signing key, sign key,
    signature key, service key, service role key, server key, client key, deploy key, deployment key,
    ssh key, ssl key, tls key, host key, gpg key, pgp key, rsa key, hmac key, jwt key, session key, fernet key,
    aes key, cipher key, crypto key, wallet key, vault key, unseal key, recovery key, backup key, license key,
    licence key, product key, activation key, subscription key, function key, functions key, host master key,
    integration key, ingest key, ingestion key, instrumentation key, write key, read key, app key, application key,
    developer key, auth key, authkey, authorization key, webhook key, webhook secret, secret token,
    consumer secret, consumer key, client secret, shared secret, app secret,
    auth token, authtoken, auth tokens, access token, accesstoken, access tokens, refresh token, refreshtoken,
    refresh tokens, id token, idtoken, session token, sessiontoken, security token, bearer, bearer token,
    identity token, oauth token, oauth secret, bot token, user token, deploy token, registry token, csrf token,
    xsrf token, csrfmiddlewaretoken, csrf, xsrf, private token, personal access token, pat, api pat, job token,
    runner token, trigger token, verification token, reset token, login token, magic link token, remember token,
    device token, push token, service token, master token, root token, admin token, installation token,
    authorization, authorisation, proxy authorization, cookie, cookies, set cookie, session cookie, auth cookie,
    jwt, jws, jwe, psk, pre shared key, preshared key, wpa key, wifi key, network key,
    seed phrase, recovery phrase, mnemonic, mnemonics, wallet seed, secret phrase, totp, totp seed, otp seed,
    otp secret, totp secret, mfa secret, mfa seed, 2fa secret, backup codes, recovery codes, backup code,
    recovery code, scratch codes, secret answer, security answer, security answers,
    connection password, keystore password, storepass, keypass, storepassword, keypassword,
    ftp pass, smtp pass, db pass, mysql pass, redis pass, user pass, admin pass, root pass, sudo pass, auth pass,
    requirepass, masterauth, pgpassword, pgpass, mysql pwd, redisauth, twofa, pepper, hash salt, secret salt,
    client key data, client certificate data, key material, secret string, secret binary, secret value,
    sas token, sas key, sas, dsn secret, license code, activation code, password hash, passwordhash, hashed password
""")
"""Whatever stands under these names is hidden."""

WEAK: Final = _phrases("""
    token, tokens, key, keys, pass, auth, oauth, otp, hash key, session, sid, phpsessid, jsessionid, sessionid,
    connect sid, sess, credential id, apptoken, usertoken, bottoken, dsn, authentication, authenticator, signin,
    login, sig, assertion, samlresponse, saml response, ticket, code verifier, device code, auth code,
    authorization code, webhook, webhook url, hook, license, licence, salt, seed, pem, keyfile, pfx, p 12, cert
""")
"""Under these, only what looks random is hidden."""

CVV: Final = _phrases(
    "cvv, cvc, cvv 2, cvc 2, csc, cvn, card security code, security code, card verification, card code,"
    "verification value, cvvcode, cvccode"
)
CODE: Final = _phrases("""
    pin, pins, pincode, pin code, card pin, otp, otp code, one time code, one time password, one time passcode,
    onetimecode, verification code, verify code, confirmation pin, auth code, authentication code, login code,
    sign in code, access code, sms code, 2fa code, 2fa, mfa code, mfa, totp code, two factor code, door code, gate code,
    alarm code, unlock code, puk, tan, entry code, safe code, lock code
""")
SSN: Final = _phrases(
    "ssn, ssn number, social security, social security number, socialsecuritynumber, socialsecurity, social security no,"
    "itin, us ssn, ssn last 4, ssn 4, last 4 ssn, social"
)
BANK: Final = _phrases("""
    account number, account no, account num, acct number, acct no, acct num, acct, bank account, bankaccount,
    accountnumber, accountno, bank acct, bank account number, routing number, routing no, routingnumber, aba,
    aba number, aba routing, sort code, sortcode, iban, account iban, bban, clabe, bsb, checking account,
    savings account, transit number, kontonummer, konto
""")
IDENTITY: Final = _phrases("""
    passport, passport number, passport no, passportnumber, driver license, drivers license, driver s license,
    driving license, driving licence, driver licence, drivers licence, license number, licence number, driverlicense,
    dl number, dl no, national id, nationalid, national id number, national identity, national insurance,
    national insurance number, nino, ni number, nin, cpf, cnpj, dni, nie, nif, curp, rfc, rut, cuit, cuil, aadhaar,
    aadhar, uidai, pan number, pan card, bsn, pesel, cnp, personnummer, personal number, personal id, personal code, hetu,
    fodselsnummer, steuer id, steuerid, steuernummer, tax id, taxid, tax number, tax no, tax identification number,
    tin, tin number, tax file number, tfn, ein, vat id, medicare, medicare number, medicaid, mrn,
    medical record, medical record number, medical record no, medicalrecordnumber, patient id, patient number,
    health insurance, health card, health id, insurance id, insurance number, insurance policy, policy number,
    nhs, nhs number, nhs no, codice fiscale, codicefiscale, insee, nir, numero securite sociale,
    social insurance, social insurance number, sin, sin number, voter id, identity number, identity card,
    id number, id card, idcard, resident id, rrn, green card, alien number, visa number, military id, dea number,
    license plate, licence plate, ahv, avs, tckn, amka, citizen id, nric, my number
""")
BIRTH: Final = _phrases(
    "dob, date of birth, birth date, birthdate, dateofbirth, birthday, born, born on, geburtsdatum, birth day"
)
CARD: Final = _phrases("""
    card number, card no, card num, cardnumber, cardno, cc number, cc num, cc no, ccnumber, ccnum, ccn, cc,
    credit card, creditcard, credit card number, debit card, debitcard, payment card, pan, primary account number,
    card, visa, mastercard, amex, american express, card pan
""")
PHONE: Final = _phrases("""
    phone, phone number, phonenumber, phone no, mobile, mobile number, mobile no, cell, cell phone, cellphone,
    telephone, tel, tel no, fax, whatsapp, msisdn, contact number, callback number, sms to, telefon, telefono,
    telefone, handy, call me at, landline, hotline, 电话, 手机, 電話
""")

STRONG_ENDINGS: Final = (
    "password", "passwd", "passphrase", "passcode", "pwd", "apikey", "apitoken", "apisecret", "secretkey",
    "accesskey", "privatekey", "signingkey", "encryptionkey", "masterkey", "accountkey", "servicekey", "authtoken",
    "accesstoken", "refreshtoken", "sessiontoken", "bearertoken", "clientsecret", "appsecret", "sharedsecret",
    "webhooksecret", "bottoken", "idtoken", "privatetoken", "secrettoken", "connectionpassword", "subscriptionkey",
    "licensekey", "deploykey", "authkey", "secret", "credentials", "jwt", "cookie",
)  # fmt: skip
"""Of a name without its separators: `AZUREOPENAIAPIKEY`, `dbpassword`."""
WEAK_ENDINGS: Final = ("token", "sessid", "authkey", "userkey", "pass")
PHONE_ENDINGS: Final = ("phonenumber", "mobilenumber", "phone")
LOOKALIKES: Final = words(
    "compass bypass trespass surpass overpass underpass encompass byepass iphone microphone headphone smartphone"
    " xylophone megaphone telephone saxophone earphone gramophone"
)

HARMLESS_TAILS: Final = words("""
    count counts counter limit limits length len size max min maximum minimum total budget usage used remaining
    quota rate price cost costs per name names env envs envvar var variable type types typ kind url urls uri uris
    endpoint path paths file files filename dir directory field fields column columns label labels hint hints
    placeholder prompt prompts policy policies rule rules required requirement requirements enabled disabled
    allowed supported expires expiry expiration expired expire exp ttl age lifetime duration timeout created updated rotated
    rotation modified at date time timestamp status state valid validity invalid validated verified version algorithm
    alg algo format encoding schema schemes scheme ref reference references arn provider providers source
    manager management manager store usages window index idx indices position offset start end description desc regex
    pattern prefix suffix header headers strategy method methods mode level scope scopes audience issuer page
    pages form input inputs button screen ids needed reset strength score entropy present exists set missing
    changed change question docs doc link title text error errors message messages help info note notes
    probability probabilities logprob logprobs prob probs embedding embeddings map mapping bias id fingerprint
    class cls module property properties attr attribute attributes generator validator parser reader writer
    handler factory service client server bucket vault group backend config configuration settings options
    permissions role roles owner author consent jar banner notice visibility location region zone bits bytes spec
""")
"""`password_count`, `secret_name`, `token_url`, `key_id`: about a secret, not one."""

HARMLESS_HEADS: Final = words("""
    max min num n total prompt completion input output cached cache reasoning eos bos pad unk sep cls mask stop
    special start end next prev previous page pagination continuation continue sync resume scroll cursor average
    avg mean new generated accepted rejected prediction audio text image thinking first last
    remaining used billable cost per image vision context
""")
"""In front of `token` or `tokens`: a counter, a vocabulary entry or a page cursor."""

HARMLESS_PHRASES: Final = _phrases("""
    primary key, foreign key, sort key, partition key, public key, publickey, publishable key, cache key, idempotency key,
    hash key, range key, composite key, unique key, candidate key, surrogate key, shortcut key, hot key, object key,
    registry key, lookup key, dictionary key, dict key, group key, grouping key, order key, index key, sort keys,
    row key, rowkey, natural key, business key, join key, shard key, message key, routing keys, i 18 n key,
    translation key, locale key, arrow key, enter key, key code, keycode, key press, key event, key points, key point,
    key value, key values, key findings, key insights, key takeaways, key phrases, key words, key word, keywords,
    next page token, page token, next token, next sync token, sync token, continuation token, max tokens, token usage,
    token count, token counts, token type, token ids, token id, token budget, token limit, stop token, stop tokens,
    eos token, bos token, pad token, input tokens, output tokens, prompt tokens, completion tokens, total tokens,
    cached tokens, reasoning tokens, new tokens, tokens used, tokens per, per token, per tokens, price per,
    session id, thread id, run id, trace id, span id, request id, response id, event id, conversation id, message id,
    user id, correlation id, invocation id, step id, parent id, call id, tool call id, tool use id, job id, task id,
    order id, order number, order no, invoice number, tracking number, ticket number, ticket id, case number,
    author, authors, pass rate, pass through, password less, passwordless, pass fail, tests pass, auth method,
    auth type, auth mode, auth url, auth provider, auth scheme, login url, secret santa, secret name, secrets manager,
    thought signature, thoughtsignature, system fingerprint, finish reason, stop sequence, model name, card title,
    card type, card brand, card holder name, score card, session name, session state, session type, session start,
    tan delta, time zone, tin can, id type, phone model, cell value, code cell, cell type, cell id
""")

NEVER: Final = _phrases("""
    id, ids, model, models, name, type, role, content, text, url, uri, path, status, code, hash, sha, sha 1, sha 256,
    sha 512, md 5, digest, checksum, etag, integrity, commit, revision, fingerprint, signature, uuid, guid, timestamp,
    time, date, created, updated, version, language, mime type, media type, finish reason, system fingerprint, object
""")
"""Whole names that never make their value a secret."""
